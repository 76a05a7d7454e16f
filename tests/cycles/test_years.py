"""A year is a draft until it begins: it may be changed, and discarded while nothing hangs on it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from livelihood.audit.models import Entry
from livelihood.cycles import services
from livelihood.cycles.models import Aspect, Cycle, PhasePeriod
from livelihood.cycles.selectors import aspects_of, public_cycles, track_line, usual_periods, year_track
from livelihood.cycles.states import DATED_PHASES, DecisionMode, Phase
from livelihood.kernel.errors import Conflict, InvalidInput
from tests import databases
from tests.factories.frame import NOW, AspectFactory, CityFactory, CycleFactory, UserFactory
from tests.factories.proposals import OpenLetterFactory

pytestmark = pytest.mark.django_db

OCTOBER = (date(2024, 10, 15), date(2024, 11, 15))
WINTER = (date(2024, 11, 16), date(2024, 12, 31))


def opened(**more) -> Cycle:
    values: dict[str, Any] = {
        "area": CityFactory(),
        "year": 2025,
        "decision_mode": DecisionMode.VOTE,
        "periods": {Phase.SOLICIT: OCTOBER, Phase.PLAN: WINTER},
        "aspects": [("医疗卫生", "Medical care"), ("教育助学", "Education")],
    }
    return services.open_cycle(**{**values, **more}, by=None, at=NOW)


def test_open_cycle_writes_a_draft_with_its_dates_and_its_aspects():
    city = CityFactory()

    cycle = opened(area=city)

    assert (cycle.area, cycle.year, cycle.phase) == (city, 2025, Phase.DRAFT)
    assert [(aspect.number, aspect.name_zh) for aspect in aspects_of(cycle)] == [(1, "医疗卫生"), (2, "教育助学")]
    track = year_track(cycle)
    assert [step.name for step in track] == DATED_PHASES
    assert [(step.starts_on, step.ends_on, step.state) for step in track[:3]] == [
        (*OCTOBER, "future"),
        (*WINTER, "future"),
        (None, None, "future"),
    ]
    assert Entry.objects.get().act == "cycle.opened"


def test_where_a_year_stands_is_one_line():
    cycle = opened(area=CityFactory())
    assert track_line(year_track(cycle), OCTOBER[1]) is None

    Cycle.objects.update(phase=Phase.SOLICIT)
    steps = year_track(Cycle.objects.get())
    last = track_line(steps, OCTOBER[1])
    assert (last.number, last.of, last.label, last.days_left) == (1, 6, str(Phase.SOLICIT.label), 0)
    assert track_line(steps, OCTOBER[0]).days_left == (OCTOBER[1] - OCTOBER[0]).days
    assert track_line(steps, OCTOBER[0], OCTOBER[0] + timedelta(days=2)).days_left == 2, "of a vote"
    assert track_line(steps, WINTER[1]).days_left is None, "its end is past, and nobody has moved on"


@pytest.mark.parametrize(
    ("aspects", "words"),
    [
        ([("\u3164", "Education")], "请至少写1个字"),
        ([("  ", "x")], "请至少写1个字"),
        ([("教育", ""), ("教育\u200b", "")], "教育、教育"),
        ([("教育", ""), ("教 育", "")], "教育、教 育"),
        ([("教" * 101, "")], "请删减"),
        ([("教育", "e" * 201)], "请删减"),
    ],
)
def test_an_aspect_has_a_name_that_is_seen_and_no_other_has(aspects, words):
    with pytest.raises(InvalidInput, match=words) as refused:
        opened(aspects=aspects)

    assert refused.value.field == "aspects"
    assert (Cycle.objects.count(), Entry.objects.count()) == (0, 0)


def test_an_aspect_is_kept_without_what_is_not_seen():
    (aspect,) = aspects_of(opened(aspects=[(" 教育\u202e助学 ", " Education\u200b ")]))

    assert (aspect.name_zh, aspect.name_en) == ("教育助学", "Education")


def test_an_area_has_one_cycle_a_year():
    cycle = CycleFactory(year=2025)

    with pytest.raises(Conflict):
        opened(area=cycle.area)

    assert Cycle.objects.count() == 1
    assert Entry.objects.count() == 0


def test_a_draft_is_not_among_the_public_years():
    opened()
    begun = CycleFactory(phase=Phase.SOLICIT)

    assert list(public_cycles()) == [begun]


def test_a_draft_is_written_anew_and_the_journal_says_what_was_there():
    cycle = opened()

    services.edit_cycle(
        cycle=cycle,
        year=2026,
        decision_mode=DecisionMode.REVIEW,
        periods={Phase.PLAN: WINTER},
        aspects=[("教育助学", "Education"), ("养老", "")],
        by=UserFactory(),
        at=NOW,
    )

    cycle.refresh_from_db()
    assert (cycle.year, cycle.decision_mode, cycle.phase) == (2026, DecisionMode.REVIEW, Phase.DRAFT)
    assert [(aspect.number, aspect.name_zh, aspect.name_en) for aspect in aspects_of(cycle)] == [
        (1, "教育助学", "Education"),
        (2, "养老", ""),
    ]
    assert [(row.phase, row.starts_on, row.ends_on) for row in PhasePeriod.objects.all()] == [("plan", *WINTER)]
    entry = Entry.objects.get(act="cycle.edited")
    assert entry.detail["year"] == [2025, 2026]
    assert entry.detail["aspects"] == [
        [["医疗卫生", "Medical care"], ["教育助学", "Education"]],
        [["教育助学", "Education"], ["养老", ""]],
    ]


def test_the_demo_writes_its_years_far_from_their_days():
    cycle = opened(periods={})
    with databases.as_superuser():
        Cycle.objects.filter(pk=cycle.pk).update(is_demo=True)
    cycle.refresh_from_db()

    edited(cycle, year=2032, periods={Phase.PLAN: WINTER})

    assert [(row.phase, row.starts_on) for row in PhasePeriod.objects.all()] == [("plan", WINTER[0])]


def test_what_stays_is_not_in_the_journal_of_a_change():
    cycle = opened(aspects=[("养老", "")], periods={})

    services.edit_cycle(
        cycle=cycle, year=2025, decision_mode=DecisionMode.VOTE, periods={}, aspects=[("住房", "")],
        by=UserFactory(), at=NOW,
    )  # fmt: skip

    assert Entry.objects.get(act="cycle.edited").detail == {"aspects": [[["养老", ""]], [["住房", ""]]]}


def edited(cycle: Cycle, **more) -> None:
    values: dict[str, Any] = {
        "year": cycle.year,
        "decision_mode": DecisionMode.VOTE,
        "periods": {},
        "aspects": [("住房", "")],
    }
    services.edit_cycle(cycle=cycle, **{**values, **more}, by=UserFactory(), at=NOW)


def test_a_draft_is_not_renamed_to_a_year_that_is_there():
    cycle = opened()
    CycleFactory(area=cycle.area, year=2026)

    with pytest.raises(Conflict) as refusal:
        edited(cycle, year=2026)

    assert refusal.value.field == "year"
    assert Cycle.objects.get(pk=cycle.pk).year == 2025
    assert Aspect.objects.filter(cycle=cycle).count() == 2


def test_dates_out_of_order_change_no_draft():
    cycle = opened()

    with pytest.raises(InvalidInput):
        edited(cycle, periods={Phase.SOLICIT: WINTER, Phase.PLAN: OCTOBER})

    assert Aspect.objects.filter(cycle=cycle).count() == 2


def test_a_year_that_has_begun_is_neither_changed_nor_discarded():
    cycle = CycleFactory(phase=Phase.SOLICIT)
    aspect = AspectFactory(cycle=cycle)

    with pytest.raises(Conflict):
        edited(cycle, year=2030)
    with pytest.raises(Conflict):
        services.discard_cycle(cycle=cycle, by=UserFactory(), at=NOW)

    assert Cycle.objects.get().year == cycle.year
    assert Aspect.objects.get() == aspect
    assert Entry.objects.count() == 0


def test_a_draft_is_discarded_and_the_journal_keeps_what_it_was():
    cycle = opened()

    services.discard_cycle(cycle=cycle, by=UserFactory(), at=NOW)

    assert (Cycle.objects.count(), Aspect.objects.count(), PhasePeriod.objects.count()) == (0, 0, 0)
    entry = Entry.objects.get(act="cycle.discarded")
    assert (entry.subject_id, entry.detail["year"], entry.detail["area"]) == (str(cycle.pk), 2025, cycle.area.code)
    assert entry.detail["periods"]["solicit"] == ["2024-10-15", "2024-11-15"]


def test_a_second_click_on_discarding_is_refused():
    cycle = opened()
    services.discard_cycle(cycle=cycle, by=UserFactory(), at=NOW)

    with pytest.raises(Conflict):
        services.discard_cycle(cycle=cycle, by=UserFactory(), at=NOW)

    assert Entry.objects.filter(act="cycle.discarded").count() == 1


def test_a_draft_with_a_letter_is_not_discarded():
    cycle = opened()
    OpenLetterFactory(cycle=cycle)

    with pytest.raises(Conflict), transaction.atomic():
        services.discard_cycle(cycle=cycle, by=UserFactory(), at=NOW)

    assert (Cycle.objects.count(), Aspect.objects.count(), PhasePeriod.objects.count()) == (1, 2, 2)
    assert not Entry.objects.filter(act="cycle.discarded").exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda cycle: Cycle.objects.filter(pk=cycle.pk).delete(),
        lambda cycle: Cycle.objects.filter(pk=cycle.pk).update(year=2040),
        lambda cycle: Cycle.objects.filter(pk=cycle.pk).update(decision_mode=DecisionMode.ELSEWHERE),
    ],
    ids=["delete", "year", "mode"],
)
def test_the_database_changes_and_deletes_drafts_only(act):
    draft, begun = CycleFactory(phase=Phase.DRAFT), CycleFactory(phase=Phase.SOLICIT)

    with pytest.raises(IntegrityError, match="the year has begun"), transaction.atomic():
        act(begun)

    act(draft)


def test_the_database_keeps_the_aspects_of_a_year_that_has_begun():
    aspect = AspectFactory(cycle=CycleFactory(phase=Phase.SOLICIT))

    with pytest.raises(IntegrityError, match="the year has begun"), transaction.atomic():
        Aspect.objects.filter(pk=aspect.pk).delete()

    assert Aspect.objects.get() == aspect


@pytest.mark.parametrize("today", [date(2026, 9, 1), date(2027, 2, 1)])
def test_the_usual_days_of_a_year_are_proposed(today):
    assert usual_periods(2027, today) == {
        Phase.SOLICIT: (date(2026, 10, 15), date(2026, 11, 15)),
        Phase.PLAN: (date(2026, 11, 16), date(2027, 1, 5)),
        Phase.DECIDE: (date(2027, 1, 6), date(2027, 1, 31)),
        Phase.DELIVER: (date(2027, 2, 1), date(2027, 11, 30)),
        Phase.EVALUATE: (date(2027, 12, 1), date(2028, 1, 31)),
    }


def test_a_year_that_is_set_up_late_collects_from_today_and_the_rest_gives_way():
    late, very_late = usual_periods(2027, date(2026, 11, 29)), usual_periods(2027, date(2027, 1, 31))

    assert list(late.values())[:4] == [
        (date(2026, 11, 29), date(2026, 12, 28)),
        (date(2026, 12, 29), date(2027, 1, 11)),
        (date(2027, 1, 12), date(2027, 1, 31)),
        (date(2027, 2, 1), date(2027, 11, 30)),
    ]
    assert [days[0] for days in very_late.values()] == [
        date(2027, 1, 31), date(2027, 3, 2), date(2027, 3, 16), date(2027, 3, 23), date(2027, 12, 1),
    ]  # fmt: skip
