"""The mark as it was uploaded: drawn anew, or refused in words."""

import io
from typing import Any

import pytest
from django.utils import translation
from PIL import Image, PngImagePlugin

from livelihood.imprint import pictures
from livelihood.imprint.pictures import drawn_anew
from livelihood.kernel.uploads import FileRefused


def file_of(
    size: tuple[int, int] = (64, 64), kind: str = "PNG", colour: Any = (192, 0, 0, 255), **more: Any
) -> io.BytesIO:
    file = io.BytesIO()
    image = Image.new("RGBA", size, colour)
    (image.convert("RGB") if kind == "JPEG" else image).save(file, kind, **more)
    file.seek(0)
    return file


def opened(picture: pictures.Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.content))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_comes_out_as_png_of_the_same_points(kind: str):
    made = drawn_anew(file_of((80, 40), kind), least=32)

    image = opened(made)
    assert (image.format, image.size, made.width, made.height) == ("PNG", (80, 40), 80, 40)
    assert image.convert("RGB").tobytes()[0] == pytest.approx(192, abs=3)


def test_a_large_picture_is_made_small_in_its_shape():
    made = drawn_anew(file_of((2000, 1000)), least=32)

    assert (made.width, made.height) == (512, 256)


def test_nothing_but_points_comes_through():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "王某某 13812345678")
    file = file_of(pnginfo=notes)
    assert b"13812345678" in file.getvalue()

    made = drawn_anew(io.BytesIO(file.getvalue() + b"<script>alert(1)</script>"), least=32)

    assert b"13812345678" not in made.content
    assert b"script" not in made.content
    assert opened(made).info == {}


def test_the_place_where_a_photograph_was_taken_goes_and_its_turn_is_kept():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Maker of the camera"
    made = drawn_anew(file_of((80, 40), "JPEG", exif=exif), least=32)

    assert (made.width, made.height) == (40, 80)
    assert b"Maker" not in made.content


def test_what_lies_behind_clear_points_is_not_handed_out():
    made = drawn_anew(file_of(colour=(11, 22, 33, 0)), least=32)

    assert opened(made).getpixel((0, 0)) == (0, 0, 0, 0)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (SVG, "Expected: JPEG picture, PNG picture"),
        (b"<?xml version='1.0'?>" + SVG, "Expected: JPEG picture, PNG picture"),
        (b"GIF89a" + bytes(40), "Expected: JPEG picture, PNG picture"),
        (b"", "an empty file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "This picture is damaged"),
        (b"\xff\xd8\xff" + bytes(100), "This picture is damaged"),
        (file_of().getvalue()[:60], "This picture is damaged"),
        (file_of((31, 31)).getvalue(), "31 × 31 points"),
        (file_of((320, 63)).getvalue(), "320 × 63 points"),
        (file_of((4001, 4000)).getvalue(), "Make it smaller"),
    ],
    ids=["svg", "svg-as-xml", "gif", "empty", "broken-png", "broken-jpeg", "cut", "small", "strip", "huge"],
)
def test_what_is_no_mark_is_refused_in_words(content: bytes, words: str):
    with translation.override("en"), pytest.raises(FileRefused) as refused:
        drawn_anew(io.BytesIO(content), least=32)

    with translation.override("en"):
        assert words in str(refused.value)
    assert refused.value.field == "file"


def test_a_file_that_is_too_large_is_not_opened():
    with pytest.raises(FileRefused, match="900"):
        drawn_anew(io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(pictures.MOST_BYTES)), least=32)


def test_a_picture_that_unpacks_to_more_than_it_says_is_refused():
    """A PNG of a few bytes may stand for gigabytes; its head is read before its points."""
    content = bytearray(file_of().getvalue())
    content[16:24] = (60_000).to_bytes(4) + (60_000).to_bytes(4)

    with pytest.raises(FileRefused):
        drawn_anew(io.BytesIO(bytes(content)), least=32)
