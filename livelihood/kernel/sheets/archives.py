"""What is packed in an archive, taken out within a limit: sizes that it states about itself may lie."""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError

from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.sheets.spelling import as_utf8
from livelihood.kernel.uploads import BROKEN, FileRefused, member_key, size_of

CHUNK = 1 << 20
LONGEST_PIECE = re.compile(rb"[<>][^<>]{400000}")
"""A tag or a text of XML that is longer than a cell can be, and would be copied many times over."""
HALF = 200_000  # bytes of such a piece; it fills at least one such block of a text
SMALL = 8 * CHUNK  # bytes; so much is unpacked of the smallest workbook


class Archive:
    """An archive, and how much may still be taken out of it."""

    def __init__(self, file: BinaryIO, archive: zipfile.ZipFile, limits: Limits) -> None:
        self.archive = archive
        self.room = min(limits.unpacked, max(SMALL, limits.ratio * size_of(file)))
        self.names = {member_key(name): name for name in archive.namelist()}

    def __contains__(self, name: str) -> bool:
        """Say whether there is a member of this name, however it is spelled."""
        return member_key(name) in self.names

    def read(self, name: str) -> bytes:
        """Return a member that is XML, in UTF-8; its name may be spelled as in `member_key`, or as in the archive.

        :raises FileRefused: unpacked, the archive is too large.
        """
        taken = io.BytesIO()
        with self.archive.open(self.names[member_key(name)]) as member:
            while part := member.read(CHUNK):
                taken.write(part)
                if taken.tell() > self.room:
                    raise FileRefused(_("Unpacked, this workbook is too large. Split it, or send it as CSV."))
        content = as_utf8(taken.getvalue())
        self.room -= len(content)
        if _may_have_long_piece(content) and LONGEST_PIECE.search(content):
            raise FileRefused(_("A cell of this workbook holds more text than Excel allows. Shorten it."))
        return content


def _may_have_long_piece(content: bytes) -> bool:
    """Say whether a block of a text has no end of a tag, as nearly none has: looking at blocks is much quicker."""
    return any(
        content.find(b"<", at, at + HALF) < 0 and content.find(b">", at, at + HALF) < 0
        for at in range(0, len(content) - HALF + 1, HALF)
    )


@contextmanager
def unpacking(file: BinaryIO, limits: Limits) -> Iterator[Archive]:
    """Open an archive; whatever is broken in it is one refusal.

    :raises FileRefused: the file is damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            yield Archive(file, archive, limits)
    except (*BROKEN, CalamineError, expat.ExpatError, LookupError) as error:
        raise FileRefused(_("The workbook is damaged. Open it in Excel or WPS and save it as .xlsx again.")) from error
