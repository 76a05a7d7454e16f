"""Files from outside, judged by what is in them and not by their name."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Collection
from typing import BinaryIO
from urllib.parse import unquote

from django.db.models import TextChoices
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.kernel.errors import InvalidInput, Text

HEAD_LENGTH = 4096
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
OLD_WORKBOOK = tuple(name.encode("utf-16-le") + b"\0\0" for name in ("Workbook", "Book"))
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
MIMETYPE, MANIFEST, PARTS = "mimetype", "meta-inf/manifest.xml", "[content_types].xml"
"""Members of an archive that say what it is, in small letters."""
WORKBOOK_PART = re.compile(rb"(?:spreadsheetml|ms-excel)\.(?:sheet|template)(?:\.macroEnabled)?\.main\+xml")
"""What the list of its parts calls a workbook, in whichever folder it lies."""
MOST_DESCRIBED = 1 << 20
"""Bytes of the member of an archive that says what it is."""
readable_size = lazy(filesizeformat, str)


class FileKind(TextChoices):
    """What a file is."""

    XLSX = "xlsx", _("Excel workbook (.xlsx)")
    XLS = "xls", _("Excel workbook of before 2007 (.xls)")
    ODS = "ods", _("OpenDocument workbook (.ods)")
    CSV = "csv", _("CSV text")
    PDF = "pdf", _("PDF")
    JPEG = "jpeg", _("JPEG picture")
    PNG = "png", _("PNG picture")
    EMPTY = "empty", _("an empty file")
    ENCRYPTED = "encrypted", _("a workbook protected by a password")
    OLD_EXCEL = "old_excel", _("a file of an old version of Office")
    HTML = "html", _("a web page")
    ARCHIVE = "archive", _("an archive or another kind of document")
    UNKNOWN = "unknown", pgettext_lazy("file", "of unknown kind")


# How a file begins; what may be several things is looked at more closely.
MAGIC = {
    b"%PDF-": FileKind.PDF,
    b"\xff\xd8\xff": FileKind.JPEG,
    b"\x89PNG\r\n\x1a\n": FileKind.PNG,
    b"PK": FileKind.ARCHIVE,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": FileKind.OLD_EXCEL,
    b"\xff\xfe": FileKind.CSV,
    b"\xfe\xff": FileKind.CSV,
}
TABLES = frozenset({FileKind.XLSX, FileKind.XLS, FileKind.ODS, FileKind.CSV})
CONTENT_TYPES = {
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
}
REMEDIES = {
    FileKind.EMPTY: _("Choose the file again; perhaps it was not saved."),
    FileKind.ENCRYPTED: _("Open it, remove the password, save it and send it again."),
    FileKind.OLD_EXCEL: _("Open it in Excel or WPS, save it as .xlsx and send that file."),
    FileKind.HTML: _("Open it in Excel or WPS, save it as .xlsx and send that file."),
}


BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError, OSError)
"""What comes of an archive that is damaged, in its list or in what is packed."""


class FileRefused(InvalidInput):
    """A file is of the wrong kind, too large or damaged."""

    code = "file_refused"

    def __init__(self, message: Text) -> None:
        super().__init__(message, field="file")


def size_of(file: BinaryIO) -> int:
    """Return the number of bytes and leave the file at its beginning."""
    size = file.seek(0, 2)
    file.seek(0)
    return size


def kind_of(file: BinaryIO) -> FileKind:
    """Recognise a file by its content and leave it at its beginning."""
    head = file.read(HEAD_LENGTH)
    kind = next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), None) or _kind_of_text(head)
    if kind is FileKind.ARCHIVE:
        kind = _kind_of_archive(file)
    elif kind is FileKind.OLD_EXCEL:
        content = head + file.read()
        if ENCRYPTED_PACKAGE in content:
            kind = FileKind.ENCRYPTED
        elif any(name in content for name in OLD_WORKBOOK):
            kind = FileKind.XLS
    file.seek(0)
    return kind


def _kind_of_text(head: bytes) -> FileKind:
    if b"\0" in head:
        return FileKind.CSV if _is_wide_text(head) else FileKind.UNKNOWN
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype", b"<html", b"<head", b"<meta", b"<table", b"<?xml")):
        return FileKind.HTML
    return FileKind.CSV if text else FileKind.EMPTY


def _is_wide_text(head: bytes) -> bool:
    """Say whether this is text of two bytes a character, without a mark that says so: lines of separated cells."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) // 2 * 2 - 2].decode(encoding, "replace")
        if "\n" in text and any(one in text for one in ",;\t") and all(map(_is_text, text)):
            return True
    return False


def _is_text(character: str) -> bool:
    return character.isprintable() or character.isspace()


def member_key(name: str) -> str:
    """Return what all spellings of the name of an archive's member share.

    Some exporters part folders with backslashes, begin at the root, or write characters by their numbers; in a workbook
    small and capital letters are the same.
    """
    return posixpath.normpath(unquote(name.replace("\\", "/")).lstrip("/")).lower()


def _kind_of_archive(file: BinaryIO) -> FileKind:
    """Say what an archive holds, by what it says itself."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = {member_key(name): name for name in archive.namelist()}
            described = {name: _beginning(archive, names.get(name)) for name in (MIMETYPE, MANIFEST, PARTS)}
            if described[MIMETYPE].startswith(OPEN_DOCUMENT):
                return FileKind.ENCRYPTED if b"encryption-data" in described[MANIFEST] else FileKind.ODS
            if "xl/workbook.xml" in names or WORKBOOK_PART.search(described[PARTS].replace(b"\0", b"")):
                return FileKind.XLSX
    except BROKEN:
        return FileKind.UNKNOWN
    return FileKind.ARCHIVE


def _beginning(archive: zipfile.ZipFile, name: str | None) -> bytes:
    if name is None:
        return b""
    with archive.open(name) as member:
        return member.read(MOST_DESCRIBED)


def check_file(file: BinaryIO, *, allowed: Collection[FileKind], max_bytes: int) -> FileKind:
    """Return the kind of a file and leave the file at its beginning.

    :raises FileRefused: larger than max_bytes, or none of the allowed kinds.
    """
    size = size_of(file)
    if size > max_bytes:
        problem = _("The file has {size}, {more} more than the {limit} that can be taken. Send a smaller file.")
        sizes = {"size": size, "more": size - max_bytes, "limit": max_bytes}
        raise FileRefused(format_lazy(problem, **{name: readable_size(bytes_) for name, bytes_ in sizes.items()}))
    kind = kind_of(file)
    if kind not in allowed:
        wanted = format_lazy(
            ", ".join(f"{{{place}}}" for place in range(len(allowed))),
            *(option.label for option in FileKind if option in allowed),
        )
        other = _("Choose another file.")
        problem = (
            _("It cannot be told what kind of file this is. Expected: {wanted}. {remedy}")
            if kind is FileKind.UNKNOWN
            else _("This file is {kind}. Expected: {wanted}. {remedy}")
        )
        remedy = REMEDIES.get(kind, other) if kind is FileKind.EMPTY or FileKind.XLSX in allowed else other
        raise FileRefused(format_lazy(problem, kind=kind.label, wanted=wanted, remedy=remedy))
    return kind
