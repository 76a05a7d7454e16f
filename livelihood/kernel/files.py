"""Files: texts in the encodings that spreadsheets here write, and files that are replaced whole or not at all."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

ENCODINGS = ("utf-8", "gb18030")
"""What Excel and WPS write CSV in; both may begin with a byte order mark."""


def readings(content: bytes, encodings: Iterable[str] = ENCODINGS) -> Iterator[tuple[str, str]]:
    """Yield encoding and text for each of the encodings in which it can be read."""
    for encoding in encodings:
        with contextlib.suppress(UnicodeDecodeError):
            yield encoding, content.decode(encoding).removeprefix("\ufeff")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a place beside a file: what is written there replaces it at the end, in one step, or goes if that fails."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
