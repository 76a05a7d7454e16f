"""Two officials and the settings of one year: what a colleague has changed since is not overturned unawares."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Adoption, Cycle, PhasePeriod
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.portal import services
from tests.factories.frame import AspectFactory, CycleFactory, official

pytestmark = pytest.mark.django_db

PLANNED, LATER = (date(2024, 11, 1), date(2024, 11, 30)), (date(2024, 11, 10), date(2024, 12, 15))


@pytest.fixture
def two(client):
    """Return a maker of years, with the colleague of who looks at their pages."""

    def make(**given):
        cycle = CycleFactory(**given)
        AspectFactory(cycle=cycle, number=1, name_zh="住房")
        client.force_login(official(Role.LIVELIHOOD_OFFICE, cycle.area))
        return cycle, official(Role.LIVELIHOOD_OFFICE, cycle.area)

    return make


def at(name, cycle):
    return cycle.address(f"portal:{name}")


def as_shown(page):
    """Return what the form of a page sends as it is shown."""
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() not in {None, ""}}


def dated(cycle, by, dates):
    services.date_year(cycle=cycle, periods={Phase.PLAN: dates}, by=by, at=timezone.now())


def plan_of(cycle):
    return PhasePeriod.objects.values_list("starts_on", "ends_on").get(cycle=cycle, phase=Phase.PLAN)


@pytest.mark.parametrize(("name", "phase"), [("year_dates", Phase.SOLICIT), ("year_edit", Phase.DRAFT)])
def test_dates_that_a_colleague_set_meanwhile_stay_and_are_shown_beside_what_was_typed(client, two, name, phase):
    cycle, colleague = two(phase=phase)
    dated(cycle, colleague, PLANNED)
    form = as_shown(client.get(at(name, cycle))) | {"plan_ends_on": "2024-11-20"}
    dated(cycle, colleague, LATER)

    refused = client.post(at(name, cycle), form)

    assert (refused.status_code, plan_of(cycle)) == (422, LATER)
    (told,) = refused.context["form"].non_field_errors()
    assert colleague.name in told
    assert "2024-11-10–2024-12-15 · 住房" in told
    again = as_shown(refused)
    assert again["plan_ends_on"] == "2024-11-20"
    assert client.post(at(name, cycle), again).status_code == 302
    assert plan_of(cycle) == (PLANNED[0], date(2024, 11, 20))


def test_a_draft_that_was_changed_meanwhile_is_not_discarded(client, two):
    cycle, colleague = two(phase=Phase.DRAFT)
    seen = dict(client.get(at("year_discard", cycle)).context["hidden"])
    dated(cycle, colleague, LATER)

    refused = client.post(at("year_discard", cycle), seen)

    assert (refused.status_code, Cycle.objects.count()) == (409, 1)
    assert colleague.name in refused.content.decode()
    seen = dict(client.get(at("year_discard", cycle)).context["hidden"])
    assert client.post(at("year_discard", cycle), seen).status_code == 302


def test_a_step_keeps_the_dates_that_a_colleague_gave_to_the_next_phase(client, two):
    cycle, colleague = two(phase=Phase.SOLICIT)
    dated(cycle, colleague, PLANNED)
    form = as_shown(client.get(at("year_advance", cycle))) | {"expected": "solicit"}
    dated(cycle, colleague, LATER)

    refused = client.post(at("year_advance", cycle), form)

    cycle.refresh_from_db()
    assert (refused.status_code, cycle.phase, plan_of(cycle)) == (422, Phase.SOLICIT, LATER)
    assert "2024-11-10–2024-12-15" in refused.context["form"].non_field_errors()[0]
    services.advance_year(cycle=cycle, expected=Phase.SOLICIT, dates=LATER, by=colleague, at=timezone.now())
    late = client.post(at("year_advance", cycle), form)
    assert [str(error) for error in late.context["form"].non_field_errors()] == ["本年度已进入下一阶段。"]


def test_a_list_is_adopted_and_its_decision_corrected_by_who_saw_the_year_as_it_is(client, two):
    cycle, colleague = two(phase=Phase.DRAFT, decision_mode=DecisionMode.ELSEWHERE)
    day = timezone.localdate()
    decision = {"decided_by": "县人大常委会", "number": "秭人发〔2026〕3号", "decided_on": str(day)}
    form = as_shown(client.get(at("year_adopt", cycle))) | decision
    services.date_year(cycle=cycle, periods={Phase.DELIVER: (day, day)}, by=colleague, at=timezone.now())

    refused = client.post(at("year_adopt", cycle), form | {"file": SimpleUploadedFile("决定.pdf", b"%PDF-1.7 x")})

    cycle.refresh_from_db()
    assert (refused.status_code, cycle.phase, Adoption.objects.exists()) == (422, Phase.DRAFT, False)
    again = as_shown(refused) | {"file": SimpleUploadedFile("决定.pdf", b"%PDF-1.7 x")}
    assert client.post(at("year_adopt", cycle), again).status_code == 302
    form = as_shown(client.get(at("adoption_correct", cycle))) | {"number": "秭人发〔2026〕4号"}
    cycle.refresh_from_db()
    services.correct_year_adoption(
        cycle=cycle, decided_by="县人民代表大会", number="秭人发〔2026〕5号", decided_on=day,
        file=BytesIO(b"%PDF-1.7 y"), file_name="更正.pdf", by=colleague, at=timezone.now(),
    )  # fmt: skip
    refused = client.post(at("adoption_correct", cycle), form)
    assert (refused.status_code, Adoption.objects.order_by("-pk")[0].number) == (422, "秭人发〔2026〕5号")
    assert client.post(at("adoption_correct", cycle), as_shown(refused)).status_code == 302
    assert Adoption.objects.order_by("-pk")[0].number == "秭人发〔2026〕4号"
