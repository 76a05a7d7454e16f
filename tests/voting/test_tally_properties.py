"""What holds for every count beyond `test_tally`: one approval a ballot, over-votes by rule, denominators apart."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from voting.tally import Assembly, Base, Blank, Form, Mark, OverVote, Rules, Share, Standing, decode, read, tally

NONE = Share(Base.IN_TERM, 0, 1)
MAJORITY = Share(Base.IN_TERM, 1, 2, is_strict=True)
OPTIONS = (1, 2, 3, 4)

marks = st.text("ynab", min_size=len(OPTIONS), max_size=len(OPTIONS)).map(lambda letters: decode(OPTIONS, letters))
lines = st.lists(marks, max_size=12)


@given(lines, st.integers(1, 4), st.sampled_from(OverVote), st.sampled_from(Blank))
def test_no_ballot_counts_twice_for_an_option(cast, seats, over_vote, blank):
    rules = Rules(seats, NONE, NONE, most_approvals=seats, over_vote=over_vote, blank=blank)
    everybody = Assembly(len(cast), len(cast), len(cast))

    for option, counted in tally(rules, OPTIONS, cast, everybody).counts.items():
        assert counted.approve <= sum(ballot[option] is Mark.APPROVE for ballot in cast)
    for ballot in cast:
        one = tally(rules, OPTIONS, [ballot], everybody).counts
        assert all(
            max(counted.approve, counted.oppose, counted.abstain, counted.blank) <= 1 for counted in one.values()
        )


@given(lines, st.integers(1, 4))
def test_over_vote_is_handled_by_its_rule(cast, limit):
    everybody = Assembly(len(cast), len(cast), len(cast))
    over = [ballot for ballot in cast if list(ballot.values()).count(Mark.APPROVE) > limit]
    kept = [ballot for ballot in cast if ballot not in over]
    rules = Rules(2, NONE, NONE, most_approvals=limit, over_vote=OverVote.BALLOT_INVALID)
    without = tally(rules, OPTIONS, kept, everybody)

    invalid = tally(rules, OPTIONS, cast, everybody)
    void = tally(replace(rules, over_vote=OverVote.APPROVALS_VOID), OPTIONS, cast, everybody)

    assert (invalid.invalid, invalid.counts) == (len(over), without.counts)
    assert void.invalid == 0
    for option in OPTIONS:
        assert void.counts[option].approve == without.counts[option].approve
        assert void.counts[option].oppose == sum(ballot[option] is Mark.OPPOSE for ballot in cast)


@given(lines, st.integers(0, 4), st.integers(0, 4))
def test_denominators_never_mix(cast, absent_of_term, absent_of_present):
    present = len(cast) + absent_of_present
    assembly = Assembly(present + absent_of_term, present, present)
    needed = {}
    for base in Base:
        result = tally(Rules(4, replace(MAJORITY, base=base), NONE), OPTIONS, cast, assembly)
        needed[base] = result.needed
        assert set(result.having(Standing.ELECTED)) == {
            option for option, counted in result.counts.items() if counted.approve >= result.needed
        }
        assert (result.returned, result.not_voted) == (len(cast), absent_of_present)

    assert needed == {
        Base.IN_TERM: assembly.in_term // 2 + 1,
        Base.PRESENT: present // 2 + 1,
        Base.RETURNED: len(cast) // 2 + 1,
    }


@given(marks, st.integers(1, 4), st.sampled_from(Form), st.sampled_from(OverVote), st.sampled_from(Blank))
def test_reading_a_ballot_moves_no_mark_to_another_line(ballot, limit, form, over_vote, blank):
    rules = Rules(2, NONE, NONE, form=form, most_approvals=limit, over_vote=over_vote, blank=blank)

    counted = read(rules, OPTIONS, ballot)

    for option, mark in zip(OPTIONS, counted or [], strict=counted is not None):
        assert mark in (ballot[option], Mark.ABSTAIN)
        assert mark is not Mark.APPROVE or ballot[option] is Mark.APPROVE


@given(lines, st.integers(1, 3))
def test_tie_stays_a_tie_whatever_the_order_of_the_list(cast, seats):
    rules = Rules(seats, NONE, NONE)
    everybody = Assembly(len(cast), len(cast), len(cast))
    mirrored = [decode(OPTIONS, "".join(ballot[option] for option in reversed(OPTIONS))) for ballot in cast]

    first = tally(rules, OPTIONS, cast, everybody)
    second = tally(rules, OPTIONS, mirrored, everybody)

    for option in OPTIONS:
        assert second.standings[5 - option] is first.standings[option]
    assert second.tied_seats == first.tied_seats
