"""Counting: worked examples with exact figures, and properties that hold for every election."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from voting.tally import (
    Assembly,
    Base,
    Blank,
    Count,
    Form,
    Mark,
    OverVote,
    Rules,
    Share,
    Standing,
    Tally,
    decode,
    encode,
    tally,
)

Y, N, A, B, X = Mark
HALF_OF_ALL = Share(Base.IN_TERM, 1, 2, is_strict=True)
TWO_THIRDS = Share(Base.IN_TERM, 2, 3)
NONE = Share(Base.IN_TERM, 0, 1)
RULES = Rules(seats=2, majority=HALF_OF_ALL, quorum=TWO_THIRDS, most_approvals=2)
BEST_FIRST = list(Standing)


def ballots(*lines: str) -> list[dict[int, Mark]]:
    """Read ballots on options 1, 2, 3, …; "yn 5" stands for five ballots."""
    read = []
    for line in lines:
        letters, _, times = line.partition(" ")
        read += [decode(range(1, len(letters) + 1), letters)] * int(times or 1)
    return read


def count(rules: Rules, *lines: str, in_term: int, present: int | None = None) -> Tally[int]:
    read = ballots(*lines)
    size = len(read[0]) if read else 3
    present = len(read) if present is None else present
    return tally(rules, range(1, size + 1), read, Assembly(in_term, present, present))


def test_three_denominators_give_three_answers():
    # Lishui 2025: 327 in term, 314 present, all returned; a majority of all is 164, of those present 158.
    lines = ("y 158", "n 156")
    rules = replace(RULES, seats=1)

    of_all = count(rules, *lines, in_term=327, present=314)
    of_present = count(
        replace(rules, majority=Share(Base.PRESENT, 1, 2, is_strict=True)), *lines, in_term=327, present=314
    )
    of_returned = count(
        replace(rules, majority=Share(Base.RETURNED, 1, 2, is_strict=True)), "y 158", "n 150", in_term=327, present=314
    )

    assert (of_all.needed, of_all.having(Standing.ELECTED)) == (164, ())
    assert (of_present.needed, of_present.having(Standing.ELECTED)) == (158, (1,))
    assert (of_returned.needed, of_returned.returned, of_returned.not_voted) == (155, 308, 6)


@pytest.mark.parametrize(
    ("share", "number", "needed"),
    [
        (Share(Base.IN_TERM, 1, 2, is_strict=True), 10, 6),
        (Share(Base.IN_TERM, 1, 2, is_strict=True), 11, 6),
        (Share(Base.IN_TERM, 1, 2), 10, 5),
        (Share(Base.IN_TERM, 1, 2), 11, 6),
        (Share(Base.IN_TERM, 2, 3), 486, 324),
        (Share(Base.IN_TERM, 2, 3, is_strict=True), 486, 325),
        (Share(Base.IN_TERM, 0, 1, is_strict=True), 99, 1),
        (Share(Base.IN_TERM, 0, 1), 99, 0),
    ],
)
def test_share_asks_for_whole_approvals(share, number, needed):
    assert share.needed(number) == needed


def test_most_approvals_first_when_too_many_pass():
    result = count(RULES, "yyn 3", "yny 4", "nyn 3", in_term=10)

    assert result.standings == {1: Standing.ELECTED, 2: Standing.ELECTED, 3: Standing.NOT_PASSED}

    result = count(replace(RULES, seats=1), "yyn 3", "yny 4", "nyn 3", in_term=10)

    assert result.standings == {1: Standing.ELECTED, 2: Standing.NOT_CHOSEN, 3: Standing.NOT_PASSED}
    assert result.counts[2] == Count(approve=6, oppose=4)
    assert result.shortfall == 0


def test_tie_at_the_last_seat_is_reported_with_its_seats():
    result = count(RULES, "yyn 4", "yny 4", "yaa 2", in_term=7, present=10)

    assert result.having(Standing.ELECTED) == (1,)
    assert result.having(Standing.TIED) == (2, 3)
    assert (result.tied_seats, result.shortfall) == (1, 0)


def test_equal_above_the_cut_is_no_tie():
    result = count(RULES, "yy 8", in_term=10, present=10)

    assert (result.having(Standing.ELECTED), result.tied_seats, result.not_voted) == ((1, 2), 0, 2)


def test_too_few_pass_leaves_seats():
    result = count(RULES, "ynn 6", "nyn 4", in_term=10)

    assert (result.having(Standing.ELECTED), result.shortfall) == ((1,), 1)


def test_over_vote_makes_the_ballot_invalid_or_its_approvals_void():
    lines = ("yyy 1", "yyn 6")

    invalid = count(RULES, *lines, in_term=7)
    void = count(replace(RULES, over_vote=OverVote.APPROVALS_VOID), *lines, in_term=7)

    assert (invalid.returned, invalid.valid, invalid.invalid, invalid.counts[3]) == (7, 6, 1, Count(oppose=6))
    assert (void.valid, void.counts[1], void.counts[3]) == (7, Count(approve=6, abstain=1), Count(oppose=6, abstain=1))


def test_line_without_mark_by_each_rule():
    lines = ("yb 4", "bb 2")

    abstain = count(RULES, *lines, in_term=6)
    not_counted = count(replace(RULES, blank=Blank.NOT_COUNTED), *lines, in_term=6)
    invalid = count(replace(RULES, blank=Blank.BALLOT_INVALID), *lines, in_term=6)

    assert (abstain.blank, abstain.counts[1], abstain.counts[2]) == (2, Count(4, abstain=2), Count(abstain=6))
    assert (not_counted.blank, not_counted.counts[2]) == (2, Count(blank=6))
    assert (invalid.valid, invalid.invalid, invalid.blank, invalid.having(Standing.ELECTED)) == (0, 6, 0, ())


def test_exactly_and_at_most_know_ticks_only():
    exactly = count(replace(RULES, form=Form.EXACTLY), "yyb 5", "ybb 1", "yyy 1", "yyn 1", in_term=8)
    at_most = count(replace(RULES, form=Form.AT_MOST), "yyb 5", "ybb 1", "yyy 1", "yyn 1", in_term=8)

    assert (exactly.valid, exactly.invalid, exactly.counts[1]) == (5, 3, Count(approve=5))
    assert (at_most.valid, at_most.invalid, at_most.counts[2]) == (6, 2, Count(approve=5, blank=1))


def test_without_quorum_nothing_is_elected():
    short = count(RULES, "yyn 323", in_term=486, present=323)
    enough = count(RULES, "yyn 324", in_term=486, present=324)
    of_present = count(
        replace(RULES, quorum=Share(Base.PRESENT, 1, 2, is_strict=True)), "yyn 250", in_term=486, present=500
    )

    assert (short.is_quorate, short.having(Standing.ELECTED), short.shortfall) == (False, (), 2)
    assert (enough.is_quorate, enough.having(Standing.ELECTED)) == (True, (1, 2))
    assert (of_present.is_quorate, of_present.having(Standing.ELECTED)) == (False, ())


def test_more_returned_than_issued_elects_nothing():
    result = tally(RULES, [1, 2], ballots("yy 8"), Assembly(in_term=10, present=10, issued=7))

    assert (result.is_sound, result.having(Standing.ELECTED), result.counts[1]) == (False, (), Count(approve=8))


def test_ballot_with_an_unknown_option_is_refused():
    with pytest.raises(ValueError, match="not in the round"):
        tally(RULES, [1, 2], [{3: Mark.APPROVE}], Assembly(10, 10, 10))


def test_decode_refuses_what_encode_never_wrote():
    assert encode([1, 2, 3], {3: Mark.OPPOSE, 1: Mark.APPROVE}) == "ybn"
    with pytest.raises(ValueError, match="zip"):
        decode([1, 2], "y")
    with pytest.raises(ValueError, match="z"):
        decode([1], "z")


@st.composite
def elections(draw):
    """Draw rules, options, ballots and an assembly that fits them."""
    options = range(1, draw(st.integers(1, 6)) + 1)
    form = draw(st.sampled_from(Form))
    marks = st.sampled_from(Mark if form is Form.EACH else [Y, B])
    cast = draw(st.lists(st.fixed_dictionaries(dict.fromkeys(options, marks)), max_size=12))
    present = len(cast) + draw(st.integers(0, 3))
    denominator = draw(st.integers(1, 4))
    majority = Share(
        draw(st.sampled_from(Base)), draw(st.integers(0, denominator)), denominator, is_strict=draw(st.booleans())
    )
    rules = Rules(
        seats=draw(st.integers(1, 6)),
        majority=majority,
        quorum=NONE,
        form=form,
        most_approvals=draw(st.integers(1, 6) if form is not Form.EACH else st.none() | st.integers(1, 6)),
        over_vote=draw(st.sampled_from(OverVote)),
        blank=draw(st.sampled_from(Blank)),
    )
    return rules, list(options), cast, Assembly(present + draw(st.integers(0, 3)), present, present)


@given(elections(), st.randoms(use_true_random=False))
def test_order_of_ballots_and_of_options_changes_nothing(election, random):
    rules, options, cast, assembly = election
    first = tally(rules, options, cast, assembly)

    random.shuffle(cast)
    random.shuffle(options)

    assert tally(rules, options, cast, assembly) == first


@given(elections())
def test_sums_are_kept(election):
    rules, options, cast, assembly = election

    result = tally(rules, options, cast, assembly)

    assert result.returned == result.valid + result.invalid == len(cast)
    assert result.returned + result.not_voted == assembly.present
    for counted in result.counts.values():
        assert counted.approve + counted.oppose + counted.abstain + counted.blank == result.valid
    if rules.most_approvals is not None:
        assert sum(counted.approve for counted in result.counts.values()) <= result.valid * rules.most_approvals


@given(elections())
def test_seats_are_elected_tied_or_short(election):
    rules, options, cast, assembly = election

    result = tally(rules, options, cast, assembly)

    elected, tied = result.having(Standing.ELECTED), result.having(Standing.TIED)
    assert len(elected) + result.tied_seats + result.shortfall == rules.seats
    assert (len(tied) > result.tied_seats > 0) or (not tied and result.tied_seats == 0)
    assert len({result.counts[option].approve for option in tied}) <= 1
    assert result.shortfall == 0 or not (tied or result.having(Standing.NOT_CHOSEN))


@given(elections())
def test_options_with_equal_approvals_stand_equal(election):
    rules, options, cast, assembly = election

    result = tally(rules, options, cast, assembly)

    by_approvals: dict[int, set[Standing]] = {}
    for option in options:
        by_approvals.setdefault(result.counts[option].approve, set()).add(result.standings[option])
    assert all(len(standings) == 1 for standings in by_approvals.values())


@given(elections(), st.data())
def test_one_more_approval_never_hurts(election, data):
    rules, options, cast, assembly = election
    assume(cast)
    before = tally(rules, options, cast, assembly)
    place = data.draw(st.integers(0, len(cast) - 1))
    option = data.draw(st.sampled_from(options))
    changed = [*cast[:place], {**cast[place], option: Mark.APPROVE}, *cast[place + 1 :]]
    after = tally(rules, options, changed, assembly)
    # A mark that makes the ballot an over-vote (or the only complete one of its form) is another matter.
    assume(after.valid == before.valid)
    assume(after.counts[option].approve >= before.counts[option].approve)

    assert BEST_FIRST.index(after.standings[option]) <= BEST_FIRST.index(before.standings[option])


@given(elections(), st.data())
def test_one_more_ballot_for_an_option_never_hurts_it(election, data):
    rules, options, cast, assembly = election
    rules = replace(rules, form=Form.EACH, blank=Blank.ABSTAIN)
    option = data.draw(st.sampled_from(options))
    more = Assembly(assembly.in_term, assembly.present, assembly.issued + 1)
    before = tally(rules, options, cast, assembly)

    after = tally(rules, options, [*cast, {option: Mark.APPROVE}], more)

    assert BEST_FIRST.index(after.standings[option]) <= BEST_FIRST.index(before.standings[option])


@given(elections())
def test_marks_survive_being_written(election):
    _rules, options, cast, _assembly = election

    assert [decode(options, encode(options, ballot)) for ballot in cast] == cast
