"""§6 of docs/first-day.md with a list that was decided elsewhere, by what the pages propose and nothing else."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Cycle, PhasePeriod
from livelihood.cycles.selectors import NOT_HERE
from livelihood.cycles.states import DecisionMode, Phase
from tests.factories.frame import CityFactory, CycleFactory, PhasePeriodFactory, official

pytestmark = pytest.mark.django_db


def proposed(form):
    """Return what a form sends as it is shown."""
    return {name: form[name].value() for name in form.fields if form[name].value() not in {None, ""}}


def dates():
    return {Phase(row.phase): (row.starts_on, row.ends_on) for row in PhasePeriod.objects.all()}


@pytest.mark.parametrize(
    ("today", "delivery"),
    [
        (date(2026, 11, 30), (date(2026, 11, 30), date(2027, 11, 30))),
        (date(2026, 9, 1), (date(2026, 9, 1), date(2027, 11, 30))),
        (date(2026, 2, 1), (date(2026, 2, 1), date(2027, 11, 30))),
    ],
)
def test_a_list_decided_elsewhere_is_adopted_by_what_the_pages_propose(client, today, delivery):
    city = CityFactory()
    with time_machine.travel(f"{today}T10:00:00+08:00", tick=False):
        client.force_login(official(Role.LIVELIHOOD_OFFICE, city))
        opening = reverse("portal:year_open", kwargs={"area": city.slug})
        form = proposed(client.get(opening).context["form"])
        assert client.post(opening, form | {"decision_mode": "elsewhere", "aspects": "养老"}).status_code == 302
        cycle = Cycle.objects.get()
        assert set(dates()) == {Phase.DELIVER, Phase.EVALUATE}
        adopting = cycle.address("portal:year_adopt")
        decision = {
            "decided_by": "秭归县第十九届人民代表大会第四次会议",
            "number": "秭人发〔2026〕3号",
            "decided_on": today,
            "file": SimpleUploadedFile("决定.pdf", b"%PDF-1.7\n%%EOF"),
        }

        adopted = client.post(adopting, decision | proposed(client.get(adopting).context["form"]))

    assert adopted.status_code == 302, adopted.context["form"].errors
    cycle.refresh_from_db()
    assert (cycle.phase, dates()[Phase.DELIVER]) == (Phase.DELIVER, delivery)
    assert not NOT_HERE & set(dates())


def test_without_planned_days_the_usual_ones_of_delivery_are_proposed(client):
    cycle = CycleFactory(phase=Phase.DRAFT, decision_mode=DecisionMode.ELSEWHERE, year=2025)
    client.force_login(official(Role.LIVELIHOOD_OFFICE, cycle.area))

    form = client.get(cycle.address("portal:year_adopt")).context["form"]

    assert (form["starts_on"].value(), form["ends_on"].value()) == (date(2025, 2, 1), date(2025, 11, 30))


def test_days_of_phases_that_it_has_not_are_neither_asked_nor_judged(client):
    cycle = CycleFactory(phase=Phase.DRAFT, decision_mode=DecisionMode.VOTE)
    PhasePeriodFactory(cycle=cycle, phase=Phase.PLAN, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30))
    client.force_login(official(Role.LIVELIHOOD_OFFICE, cycle.area))
    wrong = {"solicit_starts_on": "2026-02-31", "plan_starts_on": "2026-12-01", "decide_ends_on": "x"}
    sent = {"year": cycle.year, "decision_mode": "elsewhere", "aspects": "养老", **wrong}

    edited = client.post(cycle.address("portal:year_edit"), sent)

    assert edited.status_code == 302
    assert dates() == {}
    shown = client.get(cycle.address("portal:year_dates")).context["form"]
    assert list(shown.fields) == [
        "seen",
        "reason",
        "deliver_starts_on",
        "deliver_ends_on",
        "evaluate_starts_on",
        "evaluate_ends_on",
    ]
    cycle.refresh_from_db()
    steps = client.get(cycle.address("portal:desk")).context["year_track"]
    assert [step.state for step in steps][:3] == ["elsewhere"] * 3
    assert [step.starts_on for step in steps][:3] == [None] * 3


def test_what_is_emptied_on_the_page_of_dates_is_empty(client):
    cycle = CycleFactory(phase=Phase.DRAFT, decision_mode=DecisionMode.VOTE)
    kept = PhasePeriodFactory(cycle=cycle, phase=Phase.SOLICIT, starts_on=date(2024, 10, 1), ends_on=date(2024, 10, 31))
    PhasePeriodFactory(cycle=cycle, phase=Phase.PLAN, starts_on=date(2024, 11, 1), ends_on=date(2024, 11, 30))
    client.force_login(official(Role.LIVELIHOOD_OFFICE, cycle.area))
    page = cycle.address("portal:year_dates")
    sent = proposed(client.get(page).context["form"]) | {"plan_starts_on": "", "plan_ends_on": ""}

    assert client.post(page, sent).status_code == 302

    assert dates() == {Phase.SOLICIT: (kept.starts_on, kept.ends_on)}
    entry = Entry.objects.get()
    assert (entry.act, entry.detail) == (
        "cycle.dated",
        {"periods": {"solicit": ["2024-10-01", "2024-10-31"]}, "emptied": {"plan": ["2024-11-01", "2024-11-30"]}},
    )
