"""Colours that can be read, whatever somebody chooses."""

import re
from itertools import pairwise

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from livelihood.imprint import contrast
from livelihood.imprint.declared import SETTINGS

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
    ],
)
def test_contrast_is_what_wcag_measures(one: str, other: str, expected: float):
    assert contrast.contrast(one, other) == pytest.approx(expected, abs=0.01)
    assert contrast.contrast(other, one) == contrast.contrast(one, other)


@pytest.mark.parametrize("is_dark", [False, True])
@given(colour=COLOURS)
def test_the_nearest_colour_passes_on_every_ground(colour: str, is_dark: bool):
    nearest = contrast.nearest(colour, is_dark=is_dark)
    made = contrast.palette(nearest, is_dark=is_dark)

    grounds = contrast.DARK_GROUNDS if is_dark else contrast.LIGHT_GROUNDS
    words = (made.action, made.action_strong)
    assert (
        min(contrast.contrast(word, ground) for word in words for ground in (*grounds.values(), made.action_soft))
        >= 4.5
    )
    assert contrast.contrast(made.on_action, made.action) >= 4.5
    assert contrast.nearest(nearest, is_dark=is_dark) == nearest


@given(colour=COLOURS)
def test_dark_pages_get_a_colour_that_passes_there(colour: str):
    assert contrast.is_readable(contrast.for_dark(colour), is_dark=True)


@pytest.mark.parametrize(
    ("chosen", "nearest", "is_dark"),
    [
        ("#c00000", "#c00000", False), ("#ff6600", "#b74700", False), ("#ffffff", "#6b6b6b", False),
        ("#14523f", "#66a18a", True), ("#000000", "#969696", True),
    ],
)  # fmt: skip
def test_what_is_readable_stays_and_what_is_not_keeps_its_hue(chosen: str, nearest: str, is_dark: bool):
    assert contrast.nearest(chosen, is_dark=is_dark) == nearest


def test_nothing_between_the_chosen_and_the_nearest_passes():
    """Less dark by a thousandth it would not pass."""
    lightness, chroma, hue = contrast._oklch(contrast.nearest("#ff6600", is_dark=False))

    assert not contrast.is_readable(contrast._hex(lightness + 0.004, chroma, hue), is_dark=False)


@pytest.mark.parametrize("is_dark", [False, True])
def test_the_grounds_are_those_of_the_stylesheet(is_dark: bool):
    sheet = (settings.BASE_DIR / "static/css/tokens.css").read_text(encoding="utf-8")
    beginnings = [match.start() for match in re.finditer(r":root(\[data-theme=\"dark\"\])? \{", sheet)]
    first, second = (sheet[start : sheet.index("}", start)] for start in beginnings[:2])
    block = second if is_dark else first

    for name, ground in (contrast.DARK_GROUNDS if is_dark else contrast.LIGHT_GROUNDS).items():
        assert f"--{name}: {ground};" in block
    assert f"--action: {SETTINGS['colour_dark' if is_dark else 'colour'].example};" in block


def test_stronger_is_further_from_the_ground():
    for is_dark in (False, True):
        made = contrast.palette(contrast.nearest("#005bac", is_dark=is_dark), is_dark=is_dark)
        ground = (contrast.DARK_GROUNDS if is_dark else contrast.LIGHT_GROUNDS)["paper"]
        steps = [contrast.contrast(word, ground) for word in (made.action_soft, made.action, made.action_strong)]

        assert all(one < other for one, other in pairwise(steps))
