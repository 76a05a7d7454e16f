"""What is printed shows every character, or is refused by name."""

import re
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as portal
from pypdf import PdfReader

from livelihood.kernel.typesetting import MOST_NAMED, Unprintable, typeset
from tests.factories.frame import NOW

# Extension B; Tibetan, Uyghur and Yi in their own letters; a Uyghur name in Chinese; pictures and signs of measure.
PRINTED = {
    "\U00020bb7": "NotoSansCJKsc",
    "\U000212fe": "NotoSansCJKsc",
    "ཚེ་རིང་": "NotoSerifTibetan",
    "ئابدۇللا": "NotoSansArabic",
    "ꀉꆂ": "NotoSansYi",
    "阿依古丽·买买提": "NotoSansSC",
    "👨\u200d👩": "NotoEmoji",
    "120㎡": "NotoSansSC",
}
LACKING = ("\U00020001", "\U00020002")
"""Of Extension B, and in none of our fonts."""


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    template = tmp_path / "paper.typ"
    template.write_text(
        '#set text(font: ("Noto Sans SC", "Noto Sans CJK SC"))\n'
        '#set document(title: "paper")\n'
        "#for line in json(sys.inputs.data).lines { par(line) }"
    )
    return template


@pytest.mark.parametrize(("text", "font"), PRINTED.items())
def test_rare_characters_are_drawn_by_a_font_that_has_them(paper: Path, text: str, font: str):
    page: Any = PdfReader(BytesIO(typeset(paper, {"lines": [text]}, at=NOW))).pages[0]

    fonts = [str(used.get_object()["/BaseFont"]) for used in page["/Resources"]["/Font"].values()]
    assert [name.partition("+")[2].partition("-")[0] for name in fonts] == [font]


def test_what_no_font_draws_is_named_and_nothing_is_printed(paper: Path):
    with pytest.raises(Unprintable) as refused:
        typeset(paper, {"lines": [f"王{LACKING[0]}", f"{LACKING[1]} {LACKING[1]}明", "李四"]}, at=NOW)

    assert refused.value.characters == LACKING
    assert f"{LACKING[0]} (U+20001), {LACKING[1]} (U+20002)" in str(refused.value.message)


@pytest.mark.parametrize("text", ["\ue000", "\u0378", "\U00020bb7\u0308", "ᥐᥥ ᦀ"])
def test_what_other_fonts_would_leave_out_or_draw_otherwise_is_refused(paper: Path, text: str):
    with pytest.raises(Unprintable) as refused:
        typeset(paper, {"lines": [text]}, at=NOW)

    assert {*"".join(refused.value.characters)} <= {*text} - {" "}


def test_a_text_of_nothing_but_rare_characters_is_refused_soon(paper: Path):
    text = "".join(map(chr, range(0x20001, 0x20201)))

    with pytest.raises(Unprintable) as refused:
        typeset(paper, {"lines": [text]}, at=NOW)

    assert len(refused.value.characters) == MOST_NAMED


def test_a_font_that_is_added_is_used(paper: Path, settings: LazySettings, tmp_path: Path):
    own, cjk, added = settings.FONT_FOLDERS[0], settings.FONT_FOLDERS[1], tmp_path / "fonts"
    settings.FONT_FOLDERS = [own, added]
    with pytest.raises(Unprintable):
        typeset(paper, {"lines": ["王\U00020bb7"]}, at=NOW)

    added.mkdir()
    shutil.copy(next(Path(cjk).glob("*.ttc")), added)

    assert typeset(paper, {"lines": ["王\U00020bb7"]}, at=NOW).startswith(b"%PDF-")


def test_a_fault_of_a_template_is_no_refusal(tmp_path: Path):
    template = tmp_path / "broken.typ"
    template.write_text("#unknown")

    with pytest.raises(RuntimeError, match="unknown"):
        typeset(template, {}, at=NOW)


def test_rare_characters_have_their_chinese_form_on_every_paper():
    templates = [
        path
        for room in ("livelihood", "voting", "projects", "proposals")
        for path in (portal.BASE_DIR / room).rglob("*.typ")
    ]
    fonts = {font for path in templates for font in re.findall(r"font: ([^,]+, *[^,]+),", path.read_text())}

    assert len(templates) == 7
    assert fonts == {f'("Noto {kind} SC", "Noto Sans CJK SC")' for kind in ("Sans", "Serif")}
