"""Keyset paging over rows with equal keys, in both directions."""

import base64
import json

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from livelihood.accounts.models import Mandate, User
from livelihood.kernel import paging
from livelihood.kernel.paging import Page, count_up_to, paginate
from livelihood.kernel.parameters import BadParameters
from tests.factories.frame import MandateFactory, UserFactory

ORDER = ("-name", "pk")


def page(query: str | None, size: int = 2) -> Page[User]:
    assert query is not None
    return paginate(User.objects.all(), ORDER, QueryDict(query.removeprefix("?")), size=size)


def names(rows: Page[User]) -> str:
    return "".join(user.name for user in rows.rows)


def key(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.fixture
def five(db) -> None:
    for name in "abbbc":
        UserFactory(name=name)


def test_first_middle_and_last_page(five):
    first = page("")
    middle = page(first.next)
    last = page(middle.next)

    assert [names(rows) for rows in (first, middle, last)] == ["cb", "bb", "a"]
    assert (first.previous, last.next) == (None, None)


@pytest.mark.parametrize("whole", [None, User.objects.all()])
def test_several_lists_are_paged_as_one_and_what_is_in_both_comes_once(five, whole):
    lists = [User.objects.filter(name__in="ab"), User.objects.filter(name__in="bc")]

    def read(query: str | None) -> Page[User]:
        assert query is not None
        return paginate(
            lists[0] | lists[1], ORDER, QueryDict(query.removeprefix("?")), size=2, lists=lists, whole=whole
        )

    first = read("")
    middle = read(first.next)
    last = read(middle.next)

    assert [names(rows) for rows in (first, middle, last)] == ["cb", "bb", "a"]
    assert [list(read(one.previous).rows) for one in (last, middle)] == [list(middle.rows), list(first.rows)]


def test_back_again_is_the_same_way(five):
    first = page("")
    middle = page(first.next)
    last = page(middle.next)

    again = page(last.previous)
    start = page(again.previous)

    assert list(again.rows) == list(middle.rows)
    assert list(start.rows) == list(first.rows)
    assert (start.previous, names(page(start.next))) == (None, "bb")


def test_relations_are_joined_to_the_rows_of_the_page_alone(db, django_assert_num_queries):
    mandates = [MandateFactory(user=UserFactory(name=name)) for name in "abc"]
    order = ("-user__name", "pk")

    with django_assert_num_queries(2) as asked:
        rows = paginate(Mandate.objects.all(), ("pk",), QueryDict(""), size=2, joined=("user",))
        assert [mandate.user.name for mandate in rows.rows] == ["a", "b"]
    found, joined = (query["sql"] for query in asked.captured_queries)
    assert ("JOIN" in found, "JOIN" in joined) == (False, True)
    assert f"({mandates[0].pk}, {mandates[1].pk})" in joined

    backwards = paginate(Mandate.objects.all(), order, QueryDict(""), size=2, joined=("user",))
    last = paginate(Mandate.objects.all(), order, QueryDict(backwards.next.removeprefix("?")), size=2, joined=("user",))
    assert [[mandate.user.name for mandate in some.rows] for some in (backwards, last)] == [["c", "b"], ["a"]]


def test_one_page_has_no_neighbours(five):
    whole = page("", size=5)

    assert (names(whole), whole.previous, whole.next) == ("cbbba", None, None)


def test_nothing_has_no_neighbours(db):
    assert page("") == Page(rows=[], previous=None, next=None)


def test_filters_stay_in_the_addresses_and_old_keys_do_not(five):
    first = page("state=open&state=new")
    middle = page(first.next)

    after, before = (QueryDict((link or "").removeprefix("?")) for link in (middle.next, middle.previous))
    assert after.getlist("state") == ["open", "new"]
    assert (set(after), set(before)) == ({"state", "after"}, {"state", "before"})


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_one_query_however_far(five, django_assert_num_queries, size):
    at = page("", size=size)
    while at.next:
        with django_assert_num_queries(1):
            at = page(at.next, size=size)


@pytest.mark.parametrize(
    "bad",
    [
        "%%%",
        "AA",
        "null",
        key(),
        key("b"),
        key("b", 1, 2),
        key("b", "not a number"),
        key("b", None),
        key("b", {"x": 1}),
        key("b", [1]),
        base64.urlsafe_b64encode(b"[" * 5000).decode(),
        key("b\x00", 1),
        "x" * 5000,
        "é",
    ],
)
@pytest.mark.parametrize("direction", ["after", "before"])
def test_an_unreadable_key_is_refused(five, direction, bad):
    query = QueryDict(mutable=True)
    query[direction] = bad

    with pytest.raises(BadParameters):
        paginate(User.objects.all(), ORDER, query, size=2)


class EveryRowOnce(TestCase):
    @given(names=st.lists(st.sampled_from("ab楼")), size=st.integers(1, 4))
    @settings(max_examples=25, deadline=None)
    def test_every_row_comes_once_in_order(self, names, size):
        people = [UserFactory(name=name) for name in names]

        at = page("", size=size)
        seen = list(at.rows)
        while at.next:
            at = page(at.next, size=size)
            seen += at.rows

        assert seen == sorted(sorted(people, key=lambda user: user.pk), key=lambda user: user.name, reverse=True)


@pytest.mark.parametrize(("most", "number", "is_more"), [(4, 4, True), (5, 5, False), (6, 5, False)])
def test_rows_are_counted_up_to_a_bound(five, monkeypatch, most, number, is_more):
    monkeypatch.setattr(paging, "COUNTED", most)

    count = count_up_to(User.objects.order_by("name"))

    assert (count, count.is_more) == (number, is_more)


def test_a_row_of_two_lists_is_counted_once(five):
    a_and_b, b_and_c = User.objects.filter(name__in="ab"), User.objects.filter(name__in="bc")

    assert count_up_to(a_and_b, b_and_c) == 5
