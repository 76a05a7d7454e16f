"""Files judged by content."""

import io

import pytest
from django.utils import translation

from livelihood.kernel.uploads import TABLES, FileKind, FileRefused, check_file, kind_of

DOCUMENTS = frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG})
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF"
PDF = b"%PDF-1.7\n%\xe2\xe3"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, FileKind.PNG),
        (JPEG, FileKind.JPEG),
        (PDF, FileKind.PDF),
        ("名称\n站".encode(), FileKind.CSV),
        (b"PK\x03\x04", FileKind.UNKNOWN),
    ],
)
def test_kind_of_looks_at_the_content_and_rewinds(content, kind):
    file = io.BytesIO(content)

    assert (kind_of(file), file.tell()) == (kind, 0)


def test_kind_of_recognises_a_workbook(workbook):
    assert kind_of(workbook(Sites=[["a"]])) is FileKind.XLSX


@pytest.mark.parametrize("content", [PNG, JPEG, PDF])
def test_check_file_takes_documents_and_pictures(content):
    assert check_file(io.BytesIO(content), allowed=DOCUMENTS, max_bytes=100) in DOCUMENTS


@pytest.mark.parametrize(
    ("content", "allowed", "message"),
    [
        (
            b"<svg onload='x'/>",
            DOCUMENTS,
            "This file is CSV text. Expected: PDF, JPEG picture, PNG picture. Choose another file.",
        ),
        (
            b"<!DOCTYPE html>",
            DOCUMENTS,
            "This file is a web page. Expected: PDF, JPEG picture, PNG picture. Choose another file.",
        ),
        (
            PNG,
            TABLES,
            (
                "This file is PNG picture. Expected: Excel workbook (.xlsx), Excel workbook of before 2007 (.xls), "
                "OpenDocument workbook (.ods), CSV text. Choose another file."
            ),
        ),
        (
            PNG * 100,
            DOCUMENTS,
            "The file has 1.6\xa0KB, 576\xa0bytes more than the 1.0\xa0KB that can be taken. Send a smaller file.",
        ),
    ],
)
def test_check_file_refuses_what_is_not_wanted(content, allowed, message):
    with pytest.raises(FileRefused) as refusal:
        check_file(io.BytesIO(content), allowed=allowed, max_bytes=1024)

    with translation.override("en"):
        assert (str(refusal.value), refusal.value.field) == (message, "file")
