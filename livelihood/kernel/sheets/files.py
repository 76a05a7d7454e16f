"""Opens sheets that others made, without trusting anything they say about themselves."""

from typing import BinaryIO

from livelihood.kernel.sheets import ods, separated, xls, xlsx
from livelihood.kernel.sheets.books import Book, Fit
from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.uploads import TABLES, FileKind, check_file


def open_book(file: BinaryIO, limits: Limits, fit: Fit) -> Book:
    """Open a file of any kind of sheet; `fit` decides between encodings and separators of a text.

    :raises FileRefused: too large, damaged, locked by a password, or of another kind.
    """
    kind = check_file(file, allowed=TABLES, max_bytes=limits.bytes)
    try:
        match kind:
            case FileKind.XLSX:
                return xlsx.open_xlsx(file, limits)
            case FileKind.XLS:
                return xls.open_xls(file, limits)
            case FileKind.ODS:
                return ods.open_ods(file, limits)
            case _:
                return separated.open_text(file, limits, fit)
    finally:
        file.seek(0)
