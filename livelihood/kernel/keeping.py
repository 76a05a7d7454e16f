"""Documents that are brought as files and kept as they came: a decision, a signed sheet."""

import hashlib
from pathlib import PurePath
from typing import Any, BinaryIO

from livelihood.kernel.scanning import require_harmless
from livelihood.kernel.text import clean_text
from livelihood.kernel.uploads import FileKind, check_file

KINDS = (FileKind.PDF, FileKind.JPEG, FileKind.PNG)
MOST_BYTES = 20 * 1024 * 1024


def kept_document(file: BinaryIO, file_name: str) -> dict[str, Any]:
    """Return what is kept of a document: file_name, kind, content and sha256.

    :raises FileRefused: no PDF and no picture, too large, or malicious.
    :raises ScannerAway: nobody could say whether it is.
    :raises BadText: a name that cannot be kept.
    """
    kind = check_file(file, allowed=KINDS, max_bytes=MOST_BYTES)
    require_harmless(file)
    content = file.read()
    name = clean_text(PurePath(file_name).name, max_length=200, multiline=False, field="file")
    return {"file_name": name, "kind": kind, "content": content, "sha256": hashlib.sha256(content).hexdigest()}
