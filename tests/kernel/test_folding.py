"""What all spellings of a name share, and what it costs to find out."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livelihood.kernel import folding
from livelihood.kernel.folding import LONGEST_NAME, TextTooLarge, TooManyMarks, fold, fold_characters, normalised

HIDDEN = st.sampled_from(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u200e\u202e\u2060\u2064\u2066\u206f\u3164"
    "\ufe0f\ufeff\uffa0\ufff9\U0001bca0\U0001d173\U000e0001\U000e0041\U000e0100\x00\x07\ud800"
)
SPACE = st.sampled_from("\t\n\x0b\r\x1c\x85 \u00a0\u1680\u2003\u2009\u2028\u202f\u205f\u2800\u3000")


@pytest.mark.parametrize(
    "spelling",
    [
        "B-71",
        "\uff42\uff0d\uff17\uff11",
        "B\u2010\u0037\u0031",
        "\u3000b\u200b-71 ",
        "B\u2212\u0037\u0031",
        "b\u2013\u0037\ufe0f1",
    ],
)
def test_a_key_in_every_spelling_is_one(spelling):
    assert fold(spelling) == "b-71"


@pytest.mark.parametrize("nothing", ["", "ㅤㅤ", "\u200d\u200d", "⠀⠀", " \u3000\n", "\ufeff", "\U000e0041", "\ufe0f"])
def test_what_has_nothing_visible_is_nothing(nothing):
    assert fold(nothing) == ""


@given(st.text(max_size=40))
def test_fold_is_done_after_one_time(text):
    assert fold(fold(text)) == fold(text)


def test_fold_is_done_after_one_time_for_every_character():
    characters = map(chr, range(sys.maxunicode + 1))
    changing = [one for one in characters if unicodedata.decomposition(one) or one.casefold() != one]

    assert len(changing) > 6_500
    assert [one for one in changing if fold(fold(one)) != fold(one)] == []


@given(st.text(max_size=20), st.text(HIDDEN, max_size=5), st.text(max_size=20))
def test_what_is_not_seen_changes_no_key(before, hidden, after):
    assert fold(before + hidden + after) == fold(before + after)


@given(st.text(max_size=20), st.text(SPACE, min_size=1, max_size=4), st.text(max_size=20))
def test_one_space_is_like_any_other(before, space, after):
    assert fold(before + space + after) == fold(f"{before} {after}")


@given(st.text(max_size=40))
def test_width_form_and_case_change_no_key(text):
    try:
        spellings = [normalised(text, "NFC"), unicodedata.normalize("NFD", text), unicodedata.normalize("NFKD", text)]
        assert {fold(spelling) for spelling in spellings} == {fold(text)}
    except TooManyMarks:
        pytest.fail("no example has so many marks")


@given(st.text())
def test_signs_and_their_places_lose_nothing(text):
    folded, places = fold_characters(text)

    assert len(places) == len(folded) + 1
    assert places == sorted(set(places))


def test_more_marks_than_any_script_has_are_refused():
    assert normalised("a" + "\u0315\u0300" * 15, "NFC").startswith("à")
    with pytest.raises(TooManyMarks):
        normalised("a" + "\u0315\u0300" * 16, "NFC")


def test_marks_are_counted_after_what_parts_them_unseen_is_gone():
    with pytest.raises(TooManyMarks):
        fold("a" + ("\u0315\u0300" * 15 + "\u200b") * 100)


def test_what_is_too_large_is_not_looked_at():
    assert fold("字" * (LONGEST_NAME // 3)) == "字" * (LONGEST_NAME // 3)
    with pytest.raises(TextTooLarge):
        fold("字" * (LONGEST_NAME // 3 + 1))


def test_the_planes_looked_through_hold_every_mark_and_format_sign():
    rest = map(chr, range(folding.FIRST_PLANES.stop, sys.maxunicode + 1))
    beyond = [one for one in rest if unicodedata.category(one) in {"Mn", "Mc", "Me", "Cf"}]

    assert [one for one in beyond if fold(one)] == []
    assert [one for one in beyond if unicodedata.combining(one)] == []
