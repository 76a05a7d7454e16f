"""A scan is opened before it is kept: what cannot be opened, runs or unpacks is refused."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from livelihood.kernel.scans import require_scan
from livelihood.kernel.uploads import FileKind, FileRefused


def pdf(change: Callable[[PdfWriter], object] = lambda writer: None, *, pages: int = 1) -> bytes:
    file, writer = io.BytesIO(), PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    change(writer)
    writer.write(file)
    return file.getvalue()


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.radial_gradient("L").save(file, kind)
    return file.getvalue()


def shown_whole(writer: PdfWriter) -> None:
    """Let it open as scanners often do: at its first page, whole."""
    fit = ArrayObject([writer.pages[0].indirect_reference, NameObject("/Fit")])
    writer.root_object[NameObject("/OpenAction")] = fit


def runs(writer: PdfWriter) -> None:
    act = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(act)


def launches(writer: PdfWriter) -> None:
    act = {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(act)


def has_a_form(writer: PdfWriter) -> None:
    form = DictionaryObject({NameObject("/XFA"): NumberObject(1)})
    writer.root_object[NameObject("/AcroForm")] = form


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_pictures_and_papers_are_taken(kind):
    require_scan(picture(kind), FileKind[kind])
    for content in (pdf(), pdf(pages=3), pdf(shown_whole)):
        require_scan(content, FileKind.PDF)


REFUSED: dict[str, tuple[Callable[[], bytes], FileKind]] = {
    "nothing behind the head of a PNG": (lambda: picture("PNG")[:8] + bytes(2000), FileKind.PNG),
    "half a PNG": (lambda: picture("PNG")[:-400], FileKind.PNG),
    "nothing behind the head of a JPEG": (lambda: picture("JPEG")[:3] + bytes(2000), FileKind.JPEG),
    "half a JPEG": (lambda: picture("JPEG")[:-1000], FileKind.JPEG),
    "the head of a PDF": (lambda: b"%PDF-1.7", FileKind.PDF),
    "nothing behind the head of a PDF": (lambda: b"%PDF-1.7\n" + bytes(2000), FileKind.PDF),
    "no page": (lambda: pdf(pages=0), FileKind.PDF),
    "a password": (lambda: pdf(lambda writer: writer.encrypt("secret")), FileKind.PDF),
    "a script": (lambda: pdf(runs), FileKind.PDF),
    "another file": (lambda: pdf(lambda writer: writer.add_attachment("a.zip", b"PK")), FileKind.PDF),
    "a program": (lambda: pdf(launches), FileKind.PDF),
    "a program by another spelling": (lambda: pdf(launches).replace(b"/Launch", b"/L#61unch"), FileKind.PDF),
    "a form that is a program": (lambda: pdf(has_a_form), FileKind.PDF),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_opened_or_holds_more_than_paper_is_refused(case):
    make, kind = REFUSED[case]

    with pytest.raises(FileRefused):
        require_scan(make(), kind)
