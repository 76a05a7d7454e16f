"""Colours that can be read: contrast as WCAG 2.2 measures it, and the nearest colour that has enough.

Lightness is changed in OKLCH, where it alone changes: the hue stays the one that was chosen.
"""

import math
import re
from dataclasses import dataclass

HEX = re.compile("#[0-9a-f]{6}")
LEAST = 4.5
"""Contrast of ordinary text at level AA (WCAG 2.2, 1.4.3)."""

LIGHT_GROUNDS = {
    "paper": "#fbf9f4", "surface": "#ffffff", "sunken": "#f3efe5",
    "need-soft": "#fbe8e3", "warn-soft": "#fbf0d4", "ok-soft": "#e2f1e6", "info-soft": "#e5eef8",
}  # fmt: skip
DARK_GROUNDS = {
    "paper": "#151a1b", "surface": "#1c2224", "sunken": "#101415",
    "need-soft": "#3d1f18", "warn-soft": "#362a11", "ok-soft": "#1a3322", "info-soft": "#1a2c40",
}  # fmt: skip
"""What the colour stands on in light and dark pages, by the names that static/css/tokens.css has for it."""

SOFTNESS = 0.12
"""How much of the colour is in the ground of what is chosen or pointed at."""

ON_LIGHT, ON_DARK = "#ffffff", "#0a1412"
"""What stands on the colour: words of buttons."""

DARK_LIGHTNESS, DARK_CHROMA = 0.8, 0.1
"""What the colour of dark pages has at least and at most, where only that of light ones is chosen."""

STEP = 0.06
"""How much stronger, in lightness, the colour is that words and pressed buttons have."""

DARKEST, DARKEST_CODED = 0.0031308, 0.04045
"""Below, light and its number in sRGB are proportional (IEC 61966-2-1)."""

SLACK = 1e-4
"""What rounding may add to a colour of the screen."""

FINE = 24
"""Halvings until the nearest lightness is found."""

Channels = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one kind of page as tokens.css names them."""

    action: str
    action_strong: str
    action_soft: str
    on_action: str


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def palette(colour: str, *, is_dark: bool) -> Palette:
    """Return what is made of a colour."""
    lightness, chroma, hue = _oklch(colour)
    strong = _hex(lightness + (STEP if is_dark else -STEP), chroma, hue)
    surface = (DARK_GROUNDS if is_dark else LIGHT_GROUNDS)["surface"]
    return Palette(colour, strong, _mixed(colour, surface, SOFTNESS), ON_DARK if is_dark else ON_LIGHT)


def is_readable(colour: str, *, is_dark: bool) -> bool:
    """Say whether words in this colour, and words on it, have enough contrast wherever they stand."""
    made = palette(colour, is_dark=is_dark)
    grounds = (*(DARK_GROUNDS if is_dark else LIGHT_GROUNDS).values(), made.action_soft, made.on_action)
    return all(contrast(words, ground) >= LEAST for words in (colour, made.action_strong) for ground in grounds)


def nearest(colour: str, *, is_dark: bool) -> str:
    """Return the colour of this hue, darker (on dark pages lighter), that is readable and differs least."""
    if is_readable(colour, is_dark=is_dark):
        return colour
    lightness, chroma, hue = _oklch(colour)
    good, bad = (0.97, lightness) if is_dark else (0.15, lightness)
    for _ in range(FINE):
        middle = (good + bad) / 2
        if is_readable(_hex(middle, chroma, hue), is_dark=is_dark):
            good = middle
        else:
            bad = middle
    return _hex(good, chroma, hue)


def for_dark(colour: str) -> str:
    """Return what a colour of light pages becomes on dark ones, where none is chosen for them."""
    lightness, chroma, hue = _oklch(colour)
    return nearest(_hex(max(lightness, DARK_LIGHTNESS), min(chroma, DARK_CHROMA), hue), is_dark=True)


def _channels(colour: str) -> Channels:
    """Return the three parts of a colour in linear light, 0 to 1."""
    values = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    r, g, b = (v / 12.92 if v <= DARKEST_CODED else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return r, g, b


def _luminance(colour: str) -> float:
    r, g, b = _channels(colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _mixed(colour: str, ground: str, share: float) -> str:
    parts = (
        round(int(colour[place : place + 2], 16) * share + int(ground[place : place + 2], 16) * (1 - share))
        for place in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def _oklch(colour: str) -> Channels:
    """Return lightness (0 to 1), chroma and hue (radians).

    Source: Björn Ottosson, A perceptual color space for image processing (2020); CSS Color 4.
    """
    r, g, b = _channels(colour)
    long, middle, short = (
        math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b),
        math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b),
        math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b),
    )
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _hex(lightness: float, chroma: float, hue: float) -> str:
    """Return a colour of this lightness and hue, as vivid as a screen can show it and no more than asked for."""
    lightness = min(max(lightness, 0.0), 1.0)
    least, most = 0.0, chroma
    if not _fits(_linear(lightness, chroma, hue)):
        for _ in range(FINE):
            middle = (least + most) / 2
            least, most = (middle, most) if _fits(_linear(lightness, middle, hue)) else (least, middle)
        chroma = least
    return "#" + "".join(f"{_byte(value):02x}" for value in _linear(lightness, chroma, hue))


def _linear(lightness: float, chroma: float, hue: float) -> Channels:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _fits(channels: Channels) -> bool:
    return all(-SLACK <= value <= 1 + SLACK for value in channels)


def _byte(value: float) -> int:
    value = min(max(value, 0.0), 1.0)
    return round(255 * (12.92 * value if value <= DARKEST else 1.055 * value ** (1 / 2.4) - 0.055))
