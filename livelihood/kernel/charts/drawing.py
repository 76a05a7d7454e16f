"""What every picture is drawn with: a sheet as wide as its place, text that is never scaled, colours by name.

Across, everything is a share of the width; down, everything is counted in the height of the text. So the same picture
fills a phone and a column of a wide page, grows with the letters of elder mode, and its text keeps its size.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from xml.etree import ElementTree as ET

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from livelihood.kernel.errors import Text

Number = int | float | Decimal

FONT = 14
"""px, where no style sheet says otherwise: on paper, and in a picture for chat applications."""
NARROW = 19.0
"""As many characters stand in a line where there is least room: a phone in elder mode."""
WHOLE, TENTH = Decimal(100), Decimal("0.1")  # per cent
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# Colour and opacity of each paint. A style sheet replaces the colour by class; these are middle tones, 3 to 1 at least
# against a light and a dark ground.
PAINTS: Mapping[str, tuple[str, float]] = {
    "light-green": ("#1e7f3f", 1), "light-yellow": ("#b47300", 1), "light-red": ("#bb2c1b", 1),
    "light-blue": ("#1f62ae", 1), "light-grey": ("#686e6b", 0.45), "on-schedule": ("#1e7f3f", 0.5),
    "grade-1": ("#2e8464", 1), "grade-2": ("#b06f00", 1), "grade-3": ("#c8452f", 1),
    "done": ("#14523f", 1), "rest": ("#14523f", 0.4),
    # The areas of a map: nothing, each quarter, all.
    "step-0": ("#14523f", 0.04), "step-1": ("#14523f", 0.16), "step-2": ("#14523f", 0.3), "step-3": ("#14523f", 0.45),
    "step-4": ("#14523f", 0.6), "step-5": ("#14523f", 0.8),
}  # fmt: skip
GROUND = "#8a8f8c"

# The shapes of the lights in a square of 16, as `components/icon.html` has them.
SHAPES = {
    "light-green": "M1 8a7 7 0 1 1 14 0a7 7 0 1 1-14 0z",
    "light-yellow": "M8 1 15.5 15H.5z",
    "light-red": "M8 .5 15.5 8 8 15.5.5 8z",
    "light-blue": "M2 1h12a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H2a1 1 0 0 1-1-1V2a1 1 0 0 1 1-1z",
    "on-schedule": "M1 8a7 7 0 1 1 14 0a7 7 0 1 1-14 0z",
    "light-grey": "M1 8a7 7 0 1 1 14 0a7 7 0 1 1-14 0zM4 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
}
SQUARE = "M2 2h12v12H2z"


@dataclass(frozen=True, slots=True)
class Key:
    """What a colour of a picture stands for, with its figure and where its rows are. paint: a key of PAINTS."""

    paint: str
    label: Text
    figure: str = ""
    url: str = ""

    @property
    def name(self) -> str:
        """The class of its mark."""
        return class_of(self.paint)

    @property
    def shape(self) -> str:
        """The outline of its mark, in a square of 16."""
        return SHAPES.get(self.paint, SQUARE)


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and its figures, shaped for the component ``chart``.

    title: what the picture shows, as a sentence. beneath: numerator and denominator. height: of its text.
    keys: shown on the page beside the picture, drawn where there is no page.
    columns: heading and, for figures, the kind ``number``; rows: one cell per column, a text or one that leads on.
    """

    title: str
    beneath: str
    svg: SafeString
    height: float
    keys: Sequence[Key] = ()
    columns: Sequence[Mapping[str, str]] = ()
    rows: Sequence[Sequence[Any]] = ()

    def still(self, width: int) -> str:
        """Return the picture for where there is no page around it: so many px wide, the keys drawn beneath."""
        beneath = Canvas(ET.Element("g"))
        for place, key in enumerate(self.keys):
            beneath.key(key, self.height + 0.8 + 1.7 * place)
        height = self.height + (0.8 + 1.7 * len(self.keys) if self.keys else 0)
        size = f'width="{width}" height="{_plain(height * FONT)}"'
        drawn = str(self.svg).replace(f'width="100%" height="{_plain(self.height)}em"', size, 1)
        return f"{drawn.removesuffix('</svg>')}{ET.tostring(beneath.element, encoding='unicode')}</svg>"


@dataclass(slots=True)
class Canvas:
    """Where a picture, or a part of one, is drawn. x is a share of its width, y counts the height of the text."""

    element: ET.Element

    @classmethod
    def new(cls, ident: str, title: Text, description: Text, height: float, *, has_links: bool = False) -> "Canvas":
        """Begin a picture. ident: tells it from the others of the page. height: of its text."""
        svg = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "width": "100%",
                "height": f"{_plain(height)}em",
                "class": "chart-svg",
                "role": "group" if has_links else "img",
                "aria-labelledby": f"{ident}-title {ident}-desc",
                "font-family": "Noto Sans SC, sans-serif",
                "font-size": str(FONT),
                "fill": "currentColor",
            },
        )
        sheet = cls(svg)
        sheet.add("title", id=f"{ident}-title").text = printable(str(title))
        sheet.add("desc", id=f"{ident}-desc").text = printable(str(description))
        return sheet

    def add(self, tag: str, **attributes: object) -> ET.Element:
        """Add an element; of an attribute's name a trailing _ is dropped and others become -."""
        texts = {name.rstrip("_").replace("_", "-"): _plain(value) for name, value in attributes.items()}
        return ET.SubElement(self.element, tag, texts)

    def link(self, url: str, label: str) -> "Canvas":
        """Begin what leads to rows; without an address, what is drawn stands here."""
        return Canvas(self.add("a", href=url, aria_label=printable(label))) if url else self

    def text(self, x: float, y: float, text: str, *, anchor: str = "start", name: str = "", shift: float = 0) -> None:
        """Write a line; y: of its upper edge. shift: to the right, in the height of the text."""
        more = ({"class_": name} if name else {}) | ({"dx": f"{_plain(shift)}em"} if shift else {})
        self.add("text", x=across(x), y=f"{_plain(y + 1.05)}em", text_anchor=anchor, **more).text = printable(text)

    def bar(self, x: float, y: float, width: float, height: float, paint: str) -> None:
        """Draw a piece of a bar."""
        self.add(
            "rect", x=across(x), y=f"{_plain(y)}em", width=across(width), height=f"{_plain(height)}em",
            fill=PAINTS[paint][0], fill_opacity=PAINTS[paint][1], class_=f"chart-part {class_of(paint)}",
        )  # fmt: skip

    def ground(self, y: float, height: float) -> None:
        """Draw what the bars stand on, from nothing to the whole."""
        self.add(
            "rect", x=0, y=f"{_plain(y)}em", width="100%", height=f"{_plain(height)}em", fill=GROUND, fill_opacity=0.22,
            class_="chart-ground",
        )  # fmt: skip

    def hatched(self, ident: str, y: float, height: float) -> None:
        """Draw that something is not known, which is not nothing."""
        self.hatching(ident)
        self.add(
            "rect", x=0, y=f"{_plain(y)}em", width="100%", height=f"{_plain(height)}em", fill=f"url(#{ident})",
            class_="chart-missing",
        )  # fmt: skip

    def hatching(self, ident: str) -> None:
        """Say how what is not known is filled."""
        pattern = Canvas(self.add("pattern", id=ident, width=6, height=6, patternUnits="userSpaceOnUse"))
        pattern.add("path", d="M-1 1 1-1M0 6 6 0M5 7 7 5", stroke="currentColor", stroke_opacity=0.55)

    def rail(self, y: float) -> None:
        """Draw the line on which a dot stands, from nothing to the whole."""
        self.line((0, y), (1, y), "chart-rail")

    def line(self, start: tuple[float, float], end: tuple[float, float], name: str) -> None:
        """Draw a line between two points."""
        self.add(
            "line", x1=across(start[0]), y1=f"{_plain(start[1])}em", x2=across(end[0]), y2=f"{_plain(end[1])}em",
            stroke="currentColor", stroke_opacity=0.5, stroke_width=2, class_=name,
        )  # fmt: skip

    def trend(self, x: float, y: float, shares: Sequence[float], wide: float) -> None:
        """Draw a small line of shares, from nothing to the whole, that ends at x. wide: in the height of the text."""
        place, last = self.at(x, y), max(len(shares) - 1, 1)
        spots = [
            f"{_plain((number / last - 1) * wide * FONT)},{_plain((1.3 - share * 1.1) * FONT)}"
            for number, share in enumerate(shares)
        ]
        place.add("polyline", points=" ".join(spots), fill="none", stroke="currentColor", stroke_width=1.5,
                  class_="chart-trend")  # fmt: skip

    def dot(self, x: float, y: float) -> None:
        """Draw a dot of the size of a letter."""
        self.add(
            "circle",
            cx=across(x),
            cy=f"{_plain(y)}em",
            r=".45em",
            fill=PAINTS["done"][0],
            class_="chart-dot paint-done",
        )

    def scaled(self, width: int, height: int, high: float) -> "Canvas":
        """Begin what is drawn in steps of its own, as large as there is room. high: in the height of the text."""
        return Canvas(self.add("svg", width="100%", height=f"{_plain(high)}em", viewBox=f"0 0 {width} {height}"))

    def grow(self, height: float) -> None:
        """Give the picture the height that it came to."""
        self.element.set("height", f"{_plain(height)}em")

    def at(self, x: float, y: float) -> "Canvas":
        """Begin what is drawn in px around a point."""
        return Canvas(self.add("svg", x=across(x), y=f"{_plain(y)}em", overflow="visible"))

    def mark(self, x: float, y: float, height: float) -> None:
        """Draw a line across a bar where something should be."""
        place = self.at(x, y)
        place.add("line", x1=0, y1="-.2em", x2=0, y2=f"{_plain(height + 0.2)}em", class_="chart-mark-edge",
                  stroke="#ffffff", stroke_width=5)  # fmt: skip
        place.add("line", x1=0, y1="-.2em", x2=0, y2=f"{_plain(height + 0.2)}em", class_="chart-mark",
                  stroke="currentColor", stroke_width=2)  # fmt: skip

    def note(self, x: float, y: float, text: str) -> None:
        """Write a word beside a place across, to the side where there is room, and point down to it."""
        is_right = x > 0.5  # noqa: PLR2004 -- the middle
        place = self.at(x, y)
        place.add("path", d="M0 20-5 13H5z", class_="chart-mark-tip")
        place.add(
            "text", x="-.6em" if is_right else ".6em", y="1.2em", text_anchor="end" if is_right else "start"
        ).text = printable(text)

    def key(self, key: Key, y: float) -> None:
        """Write what a colour stands for."""
        place = self.at(0, y)
        place.add("path", d=key.shape, fill=PAINTS[key.paint][0], fill_opacity=PAINTS[key.paint][1],
                  fill_rule="evenodd", transform="scale(.8)")  # fmt: skip
        place.add("text", x=18, y=".85em").text = printable(f"{key.label} {key.figure}".strip())

    def finished(self) -> SafeString:
        """Return the picture as it stands."""
        return mark_safe(ET.tostring(self.element, encoding="unicode"))  # noqa: S308 -- the serialiser escapes all text


def class_of(paint: str) -> str:
    """Return the class by which a style sheet replaces a colour: for lights that of the lights."""
    return paint if paint.startswith("light-") else f"paint-{paint}"


def across(share: float) -> str:
    """Write a share of the width."""
    return f"{_plain(share * 100)}%"


def _plain(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def printable(text: str) -> str:
    """Return a text without what XML has no place for."""
    return UNPRINTABLE.sub("", text)


def written(value: Number | None) -> str:
    """Write a figure as the pages do, with grouped thousands and at most four decimals; a dash for none."""
    if value is None:
        return "–"
    digits = f"{Decimal(str(value)).quantize(Decimal('0.0001'), ROUND_HALF_UP):,f}"
    return digits.rstrip("0").rstrip(".")


def in_percent(part: Number, whole: Number) -> str:
    """Write a share as the pages do: rounded, yet short of 100 % while anything is missing and above 0 % once begun."""
    exact = Decimal(str(part)) * WHOLE / Decimal(str(whole))
    shown = exact.quantize(TENTH, ROUND_HALF_UP)
    if exact < WHOLE <= shown:
        shown = WHOLE - TENTH
    elif exact > 0 >= shown:
        shown = TENTH
    return f"{shown:,f}%"


def named(equals: Sequence[Text], total: int) -> str:
    """Name those that stand equal in a finding: one, or both of two; of more, say how many of all they are."""
    if len(equals) == 1:
        return str(equals[0])
    if len(equals) == 2:  # noqa: PLR2004 -- a title has room for two names
        return _("%(one)s and %(other)s") % {"one": equals[0], "other": equals[1]}
    return _("%(number)s of all %(total)s") % {"number": written(len(equals)), "total": written(total)}


def breadth(text: str) -> float:
    """Return about how wide a text is: a Han character fills a square, others a little more than half."""
    return sum(1 if one > "\u2e7f" else 0.58 for one in text)


def lines_of(text: str, room: float, most: int) -> list[str]:
    """Break a text into lines that fit; what does not fit into the last is cut."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most:
        end = len(rest)
        while breadth(rest[:end]) > room:
            end -= 1
        if end < len(rest) and (gap := rest.rfind(" ", 1, end + 1)) > 0 and rest[end - 1] < "\u2e80":
            end = gap
        lines.append(rest[:end].strip())
        rest = rest[end:].strip()
    if rest:
        lines[-1] = f"{lines[-1][:-1]}…"
    return lines or [""]


def row_of_links(sheet: Canvas, url: str, label: str, top: float, height: float) -> Canvas:
    """Begin a row that leads on as a whole; without an address it is drawn on the sheet."""
    row = sheet.link(url, label)
    if url:
        row.add(
            "rect", x=0, y=f"{top:.2f}em", width="100%", height=f"{height:.2f}em", fill_opacity=0, class_="chart-hit"
        )
    return row


def leads(label: Text, url: str) -> object:
    """Return a cell of the table beneath a picture that leads on where there is an address."""
    return {"text": str(label), "url": url} if url else str(label)


def table_columns(first: Text, numbers: Sequence[Text]) -> list[Mapping[str, str]]:
    """Return the heads of the table beneath a picture: what a row is about, then figures."""
    return [{"label": str(first)}, *({"label": str(one), "kind": "number"} for one in numbers)]
