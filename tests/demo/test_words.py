"""The words of the demo: what citizens say in it fits the form, and what they are answered is an answer."""

from livelihood.demo import facts, words
from proposals import substance


def test_every_suggestion_fits_the_form_and_has_its_place_on_the_board():
    for fact in facts.suggestions():
        said = words.said(fact)

        assert 4 <= len(said.title) <= 60
        assert len(said.matter) >= 10
        assert len(said.wish) >= 4
        assert words.ASPECT_OF[fact.category] in dict(words.ASPECTS)
        is_refused = fact.is_single_place or fact.need in words.HANDED_TO or fact.need in words.DECLINED
        assert is_refused or fact.need in words.NEEDS


def test_no_two_needs_are_answered_in_the_same_words_and_none_that_is_turned_down():
    keys = {substance.text_key(words.answer(need)) for need in words.ANSWERED}

    assert len(keys) == len(words.ANSWERED)
    assert set(words.ANSWERED) <= set(words.NEEDS) - set(words.TURNED_DOWN)
