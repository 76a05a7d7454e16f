"""A scan that is brought, opened once: what is kept as a picture of paper is one, and nothing that runs or unpacks."""

import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import Image
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from livelihood.kernel.uploads import FileKind, FileRefused

MOST_PARTS = 20_000
"""Of a PDF: a scan has a few for each sheet of paper."""

ACTIVE = frozenset({
    "/JS", "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE",
    "/EmbeddedFile", "/EmbeddedFiles", "/FileAttachment", "/RichMedia", "/XFA",
})  # fmt: skip
"""Names of what does something in a PDF, or holds another file (ISO 32000, 7.11.4 and 12.6)."""

BROKEN = (
    PyPdfError, Image.DecompressionBombError,
    OSError, SyntaxError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError,
)  # fmt: skip
"""What the readers raise at a file that is damaged, or made to harm."""


def require_scan(content: bytes, kind: FileKind) -> None:
    """Do nothing with a picture, or a PDF, that can be opened and holds nothing else.

    :raises FileRefused: it cannot be opened, or holds scripts or other files.
    """
    try:
        if kind is FileKind.PDF:
            _open_pdf(content)
        else:
            _open_picture(content, kind)
    except BROKEN as error:
        raise FileRefused(_("This file cannot be opened. Scan the paper once more and send that file.")) from error


def _open_picture(content: bytes, kind: FileKind) -> None:
    with Image.open(io.BytesIO(content), formats=[kind.name]) as picture:
        if kind is FileKind.PNG:
            picture.verify()
        else:
            picture.draft("L", (1, 1))  # as small as it can be read, which shows that it can
            picture.load()


def _open_pdf(content: bytes) -> None:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise FileRefused(_("This file is protected by a password. Scan the paper once more and send that file."))
    if not len(reader.pages):
        raise ValueError("no page")
    if not ACTIVE.isdisjoint(_names(reader)):
        raise FileRefused(
            _("This file holds scripts or other files, as no scan does. Scan the paper once more and send that file.")
        )


def _names(reader: PdfReader) -> Iterator[str]:
    """Yield all names in what a reader of the file comes to."""
    waiting: list[Any] = [reader.trailer]
    known: set[tuple[int, int]] = set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, IndirectObject):
            key = (part.idnum, part.generation)
            if key in known:
                continue
            known.add(key)
            if len(known) > MOST_PARTS:
                raise ValueError("too many parts")
            part = part.get_object()
        if isinstance(part, DictionaryObject):
            yield from dict.keys(part)
            waiting += dict.values(part)
        elif isinstance(part, ArrayObject):
            waiting += list(part)
        elif isinstance(part, NameObject):
            yield str(part)
