"""Charts as SVG, drawn on the server: the same picture on the page and in the PDF, and its figures as a table.

Colours are attributes, which every renderer knows and a style sheet may override by class; text takes the colour around
it. The picture is as wide as a phone, so that it is never scaled down; wider places enlarge it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from xml.etree import ElementTree as ET

from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from livelihood.kernel.errors import Text

Number = int | float | Decimal

WIDTH = 330
FONT = 12
LINE = 18  # from one line of text to the next
BAR = 12
ROW = LINE + BAR + 10  # a label with its bar, and the gap below
# Middle tones: 3 to 1 at least against a light and a dark ground.
GRADES = ("#2e8464", "#b06f00", "#c8452f")
GROUND = "#8a8f8c"
WHOLE, TENTH = Decimal(100), Decimal("0.1")  # per cent
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and its figures, shaped for the components ``chart`` and ``table``.

    columns: heading and, for figures, the kind ``number``; rows: one text per column.
    """

    title: str
    svg: SafeString
    columns: Sequence[Mapping[str, str]]
    rows: list[list[str]]


def grades_chart(
    ident: str,
    *,
    title: Text,
    description: Text,
    heading: Text,
    grades: Sequence[Text],
    bars: Sequence[tuple[Text, Sequence[int]]],
) -> Chart:
    """Draw stacked bars of equal width: how many answers of each label fall to each of three grades.

    grades: best first; bars: label and the count per grade, same order.
    """
    svg = _picture(ident, title, description, LINE + 8 + ROW * len(bars))
    _legend(svg, [(str(grade), f"chart-grade-{place}", GRADES[place - 1]) for place, grade in enumerate(grades, 1)])
    for place, (label, counts) in enumerate(bars):
        top = LINE + 8 + place * ROW
        total = sum(counts)
        shares = " · ".join(_percent(count, total) for count in counts) if total else str(_("no answers"))
        _label_line(svg, top, str(label), shares)
        parts = [
            (_share(count, total), f"chart-grade-{grade}", GRADES[grade - 1]) for grade, count in enumerate(counts, 1)
        ]
        _bar(svg, top + LINE, parts)
    rows = [[str(label), *(written(count) for count in counts)] for label, counts in bars]
    return _chart(svg, title, [heading, *grades], rows)


def written(value: Number | None) -> str:
    """Write a figure in the reader's language, with grouped thousands and at most four decimals; a dash for none."""
    if value is None:
        return "–"
    exact = Decimal(str(value)).quantize(Decimal("0.0001"))
    places = max(-int(exact.normalize().as_tuple().exponent), 0)
    return formats.number_format(exact, decimal_pos=places, use_l10n=True, force_grouping=True)


def _percent(part: Number, whole: Number) -> str:
    """Write a share as the pages do: rounded, yet short of 100 % while anything is missing and above 0 % once begun."""
    exact = Decimal(str(part)) * WHOLE / Decimal(str(whole))
    shown = exact.quantize(TENTH, ROUND_HALF_UP)
    if exact < WHOLE <= shown:
        shown = WHOLE - TENTH
    elif exact > 0 >= shown:
        shown = TENTH
    return f"{formats.number_format(shown, decimal_pos=1, use_l10n=True)}%"


def _share(part: Number, whole: Number) -> float:
    return float(part) / float(whole) if whole else 0.0


def _picture(ident: str, title: Text, description: Text, height: int) -> ET.Element:
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {height}",
            "class": "chart-svg",
            "role": "img",
            "aria-labelledby": f"{ident}-title {ident}-desc",
            "font-family": "Noto Sans SC, sans-serif",
            "font-size": str(FONT),
            "fill": "currentColor",
        },
    )
    _add(svg, "title", id=f"{ident}-title").text = _printable(str(title))
    _add(svg, "desc", id=f"{ident}-desc").text = _printable(str(description))
    return svg


def _chart(svg: ET.Element, title: Text, headings: Sequence[Text], rows: list[list[str]]) -> Chart:
    kinds = ["", *["number"] * (len(headings) - 1)]
    columns = [{"label": str(heading), "kind": kind} for heading, kind in zip(headings, kinds, strict=True)]
    drawn = ET.tostring(svg, encoding="unicode")
    return Chart(str(title), mark_safe(drawn), columns, rows)  # noqa: S308 -- the serialiser escapes all text


def _add(parent: ET.Element, tag: str, **attributes: object) -> ET.Element:
    texts = {
        name: f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
        for name, value in attributes.items()
    }
    return ET.SubElement(parent, tag, texts)


def _text(svg: ET.Element, x: float, y: float, text: str, *, anchor: str = "start") -> None:
    _add(svg, "text", x=x, y=y, **{"text-anchor": anchor}).text = _printable(text)


def _label_line(svg: ET.Element, top: float, label: str, figure: str) -> None:
    """Write the label on the left and the figure on the right; the label gives way."""
    _text(svg, 0, top + FONT + 1, _shortened(label, WIDTH - 12 - _width(figure)))
    _text(svg, WIDTH, top + FONT + 1, figure, anchor="end")


def _bar(svg: ET.Element, top: float, parts: Sequence[tuple[float, str, str]]) -> None:
    """Draw the parts of a bar one after the other on its ground; their shares sum to 1 at most."""
    _add(
        svg, "rect", x=0, y=top, width=WIDTH, height=BAR, fill=GROUND, **{"class": "chart-ground", "fill-opacity": 0.25}
    )
    left = 0.0
    for share, name, colour in parts:
        width = share * WIDTH
        if width > 0:
            _add(svg, "rect", x=left, y=top, width=width, height=BAR, fill=colour, **{"class": name})
        left += width


def _legend(svg: ET.Element, entries: Sequence[tuple[str, str, str]]) -> None:
    """Name the colours in one line, each entry with the room it needs; where that is too much, all with the same."""
    share = WIDTH / max(len(entries), 1)
    needed = [_width(label) + 35 for label, _name, _colour in entries]
    left = 0.0
    for (label, name, colour), room in zip(entries, needed, strict=True):
        step = room if sum(needed) <= WIDTH + 20 else share
        _add(svg, "rect", x=left, y=4, width=10, height=10, fill=colour, **{"class": name})
        _text(svg, left + 15, FONT + 1, _shortened(label, step - 20))
        left += step


def _width(text: str) -> float:
    """Return about how wide a text is: a Han character fills a square, others a little more than half."""
    return sum(FONT if one > "\u2e7f" else FONT * 0.6 for one in text)


def _shortened(text: str, room: float) -> str:
    if _width(text) <= room:
        return text
    while text and _width(text) > room - FONT:
        text = text[:-1]
    return f"{text}…"


def _printable(text: str) -> str:
    return UNPRINTABLE.sub("", text)
