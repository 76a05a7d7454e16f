"""Pages of a year's settings, and what the public sees of a draft and of a list that was decided elsewhere."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from livelihood.accounts.roles import Role
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Adoption, Cycle, PhaseMove, PhasePeriod
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.portal import selectors
from livelihood.web import threads
from tests.factories.frame import AspectFactory, CityFactory, CycleFactory, PhasePeriodFactory, official
from tests.factories.projects import ProjectFactory
from tests.factories.proposals import CandidateFactory, SuggestionFactory
from tests.house.addresses import TABLE
from tests.house.world import YEARS

pytestmark = pytest.mark.django_db

BODY = "秭归县第十九届人民代表大会第四次会议"
WHY = "建议已经收齐，提前转入谋划。"


@pytest.fixture
def today():
    return timezone.localdate()


def at(name: str, cycle: Cycle) -> str:
    return cycle.address(f"portal:{name}")


def office_signs_in(client, cycle: Cycle) -> None:
    client.force_login(official(Role.LIVELIHOOD_OFFICE, cycle.area))


def test_a_year_is_opened_as_a_draft(client, today):
    city = CityFactory()
    client.force_login(official(Role.LIVELIHOOD_OFFICE, city))

    response = client.post(
        reverse("portal:year_open", kwargs={"area": city.slug}),
        {"year": today.year + 1, "decision_mode": "vote", "aspects": "医疗卫生 | Medical care\n教育助学\n"},
    )

    cycle = Cycle.objects.get()
    assert (response.status_code, response.url) == (302, at("desk", cycle))
    assert cycle.phase == Phase.DRAFT
    assert list(cycle.aspects.order_by("number").values_list("name_zh", "name_en")) == [
        ("医疗卫生", "Medical care"),
        ("教育助学", ""),
    ]


def test_a_year_is_opened_with_the_days_that_are_proposed_for_it(client, today):
    city = CityFactory()
    client.force_login(official(Role.LIVELIHOOD_OFFICE, city))
    url = reverse("portal:year_open", kwargs={"area": city.slug})
    shown = client.get(url).context["form"]
    proposed = {name: shown[name].value() for name in shown.fields if shown[name].value()}
    days = cycles.usual_periods(today.year + 1, today)

    response = client.post(url, proposed | {"decision_mode": "vote", "aspects": "养老"})

    assert response.status_code == 302
    assert {Phase(row.phase): (row.starts_on, row.ends_on) for row in PhasePeriod.objects.all()} == days


def test_days_proposed_for_one_year_are_not_taken_for_another_unseen(client, today):
    city = CityFactory()
    client.force_login(official(Role.LIVELIHOOD_OFFICE, city))
    url = reverse("portal:year_open", kwargs={"area": city.slug})
    shown = client.get(url).context["form"]
    sent = {name: shown[name].value() for name in shown.fields if shown[name].value()}
    own = f"{today.year + 2}-01-02"
    sent |= {"year": today.year, "decision_mode": "vote", "aspects": "养老", "evaluate_ends_on": own}

    asked = client.post(url, sent)

    form = asked.context["form"]
    new = cycles.usual_periods(today.year, today)
    assert (asked.status_code, set(form.errors), Cycle.objects.count()) == (422, {"year"}, 0)
    assert (form["plan_starts_on"].value(), form["proposed_for"].value()) == (
        new[Phase.PLAN][0].isoformat(), str(today.year),
    )  # fmt: skip
    assert form["evaluate_ends_on"].value() == own
    again = {name: form[name].value() for name in form.fields if form[name].value()}
    assert client.post(url, again).status_code == 302
    assert PhasePeriod.objects.get(phase=Phase.PLAN).starts_on == new[Phase.PLAN][0]


def test_a_year_far_from_today_is_made_after_a_question(client, today):
    city = CityFactory()
    client.force_login(official(Role.LIVELIHOOD_OFFICE, city))
    url = reverse("portal:year_open", kwargs={"area": city.slug})
    sent = {"year": today.year + 10, "decision_mode": "vote", "aspects": "养老"}
    assert b'name="is_sure"' not in client.get(url).content

    asked = client.post(url, sent)

    assert asked.status_code == 422
    assert b'name="is_sure"' in asked.content
    assert f"您要开启的是{today.year + 10}年吗？" in asked.content.decode()
    assert Cycle.objects.count() == 0
    assert client.post(url, sent | {"is_sure": "on"}).status_code == 302
    assert Cycle.objects.get().year == today.year + 10


def test_the_form_of_a_draft_shows_what_is_there_and_writes_it_back(client, today):
    cycle = CycleFactory(phase=Phase.DRAFT, year=today.year, decision_mode=DecisionMode.REVIEW)
    AspectFactory(cycle=cycle, number=1, name_zh="住房", name_en="Housing")
    AspectFactory(cycle=cycle, number=2, name_zh="养老")
    PhasePeriodFactory(cycle=cycle, phase=Phase.PLAN, starts_on=date(2024, 11, 1), ends_on=date(2024, 11, 30))
    office_signs_in(client, cycle)
    shown = client.get(at("year_edit", cycle)).context["form"]
    before = list(cycle.aspects.order_by("number").values_list("number", "name_zh", "name_en"))

    sent = {name: shown[name].value() or "" for name in shown.fields if name != "is_sure"}
    response = client.post(at("year_edit", cycle), sent)

    assert (response.status_code, response.url) == (302, at("desk", cycle))
    assert list(cycle.aspects.order_by("number").values_list("number", "name_zh", "name_en")) == before
    assert PhasePeriod.objects.get().ends_on == date(2024, 11, 30)
    cycle.refresh_from_db()
    assert (cycle.year, cycle.decision_mode, cycle.phase) == (today.year, DecisionMode.REVIEW, Phase.DRAFT)


def test_a_draft_is_discarded_after_a_question(client):
    cycle = CycleFactory(phase=Phase.DRAFT)
    office_signs_in(client, cycle)

    assert client.get(at("year_discard", cycle)).status_code == 200
    assert Cycle.objects.count() == 1
    response = client.post(at("year_discard", cycle))

    assert (response.status_code, response.url) == (302, "/desk/")
    assert Cycle.objects.count() == 0


def test_the_desk_of_a_draft_says_how_it_begins(client):
    here, elsewhere = (CycleFactory(phase=Phase.DRAFT, decision_mode=mode) for mode in ("vote", "elsewhere"))
    for cycle, link in ((here, "letter/"), (elsewhere, "adopt/")):
        office_signs_in(client, cycle)

        page = client.get(at("desk", cycle)).content.decode()

        assert f'href="{at("desk", cycle)}{link}"' in page
        assert f'href="{at("cycle", cycle)}"' not in page


def test_moving_on_early_names_both_dates_and_asks_why(client, today):
    cycle = CycleFactory()
    end = today + timedelta(days=20)
    PhasePeriodFactory(cycle=cycle, phase=Phase.SOLICIT, starts_on=today - timedelta(days=20), ends_on=end)
    office_signs_in(client, cycle)
    page = client.get(at("year_advance", cycle))
    step = page.context["step"]
    assert (step.phase, step.planned_end, step.is_early, step.starts_on) == (Phase.PLAN, end, True, today)
    assert end.isoformat() in page.content.decode()
    sent = {"expected": "solicit", "starts_on": today, "ends_on": today + timedelta(days=30)}

    refused = client.post(at("year_advance", cycle), sent)

    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"reason"}
    assert Cycle.objects.get().phase == Phase.SOLICIT
    assert client.post(at("year_advance", cycle), sent | {"reason": WHY}).status_code == 302
    assert Cycle.objects.get().phase == Phase.PLAN
    assert {(row.phase, row.ends_on) for row in PhasePeriod.objects.all()} == {
        ("solicit", today),
        ("plan", today + timedelta(days=30)),
    }


@pytest.mark.parametrize("missing", ["starts_on", "ends_on"])
def test_no_phase_begins_without_both_dates(client, today, missing):
    cycle = CycleFactory()
    office_signs_in(client, cycle)
    sent = {"expected": "solicit", "starts_on": today, "ends_on": today + timedelta(days=30)}

    response = client.post(at("year_advance", cycle), sent | {missing: ""})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {missing}
    assert Cycle.objects.get().phase == Phase.SOLICIT


def test_what_is_planned_is_proposed(client, today):
    cycle = CycleFactory()
    PhasePeriodFactory(cycle=cycle, phase=Phase.SOLICIT, starts_on=date(2024, 10, 1), ends_on=date(2024, 10, 31))
    planned = (today - timedelta(days=3), today + timedelta(days=30))
    PhasePeriodFactory(cycle=cycle, phase=Phase.PLAN, starts_on=planned[0], ends_on=planned[1])
    office_signs_in(client, cycle)

    form = client.get(at("year_advance", cycle)).context["form"]

    assert (form["starts_on"].value(), form["ends_on"].value()) == planned
    assert "reason" not in form.fields


def test_closing_a_year_asks_for_no_dates(client):
    cycle = CycleFactory(phase=Phase.EVALUATE)
    office_signs_in(client, cycle)

    assert list(client.get(at("year_advance", cycle)).context["form"].fields) == ["seen"]


def test_moving_on_says_what_is_unfinished(client, today):
    cycle = CycleFactory(phase=Phase.PLAN)
    SuggestionFactory(cycle=cycle)
    office_signs_in(client, cycle)
    sent = {"expected": "plan", "starts_on": today, "ends_on": today + timedelta(days=30)}

    response = client.post(at("year_advance", cycle), sent)

    assert response.status_code == 422
    assert len(response.context["form"].non_field_errors()) == 2
    assert b'name="expected"' not in response.content
    assert Cycle.objects.get().phase == Phase.PLAN


def test_a_second_click_moves_nothing(client, today):
    cycle = CycleFactory(phase=Phase.DECIDE)
    office_signs_in(client, cycle)

    response = client.post(
        at("year_advance", cycle), {"expected": "plan", "starts_on": today, "ends_on": today + timedelta(days=30)}
    )

    assert response.status_code == 422
    assert Cycle.objects.get().phase == Phase.DECIDE


def test_a_step_is_taken_back_on_its_page_and_stays_in_the_history(client, today):
    cycle = CycleFactory(phase=Phase.PLAN)
    PhaseMove.objects.create(cycle=cycle, old="solicit", new="plan", before={}, reason=WHY, moved_at=timezone.now())
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)
    client.force_login(office)
    assert at("year_take_back", cycle) in client.get(at("desk", cycle)).content.decode()

    empty = client.post(at("year_take_back", cycle), {"expected": "plan", "reason": ""})
    assert (empty.status_code, Cycle.objects.get().phase) == (422, Phase.PLAN)
    response = client.post(at("year_take_back", cycle), {"expected": "plan", "reason": "点错了，撤回。"})

    assert (response.status_code, Cycle.objects.get().phase) == (302, Phase.SOLICIT)
    page = client.get(f"/en{at('desk', cycle)}")
    assert [(row.what, row.by, row.reason) for row in page.context["moves"]] == [
        ("On to: Planning candidates", "", WHY),
        ("Taken back to: Collecting suggestions", office.name, "点错了，撤回。"),
    ]


def test_what_was_done_is_said_instead_of_the_form(client):
    cycle = CycleFactory(phase=Phase.PLAN)
    CandidateFactory(cycle=cycle)
    office_signs_in(client, cycle)

    page = client.get(f"/en{at('year_take_back', cycle)}")

    assert page.context["done_here"] == ["1 candidate was drafted."]
    assert b"<textarea" not in page.content


# --- drafts and the public


def public_names(*rooms: str) -> list[str]:
    return [name for name, row in TABLE.items() if row.who is None and row.where in YEARS and name.startswith(rooms)]


def parts(name: str) -> dict[str, object]:
    """Return parts of an address that its pattern accepts."""
    return {part: 1 if part in {"pk", "round_id"} else value if isinstance(value, str) and "-" in value else 1
            for part, value in TABLE[name].names.items()}  # fmt: skip


def ask(client, cycle: Cycle, name: str) -> HttpResponse:
    """Open a page, or send a form to what is no page, without anything in it."""
    send = client.post if TABLE[name].is_post else client.get
    return send(cycle.address(name, **parts(name)))


def test_no_public_page_knows_a_draft(client):
    cycle = CycleFactory(phase=Phase.DRAFT)

    shown = {name: ask(client, cycle, name).status_code for name in public_names("")}

    assert shown == dict.fromkeys(shown, 404)
    assert len(shown) > 30


def test_no_list_knows_a_draft(client):
    draft, begun = (CycleFactory(phase=phase, year=2033) for phase in (Phase.DRAFT, Phase.SOLICIT))

    for path in ("/", "/feed.xml", "/sitemap.xml"):
        page = client.get(path).content.decode()
        assert at("cycle", begun) in page
        assert at("cycle", draft) not in page
    for cycle, is_shown in ((begun, True), (draft, False)):
        for place in (cycle.area, cycle.area.parent):
            page = client.get(reverse("places:area", kwargs={"area": place.slug})).content.decode()
            assert (at("cycle", cycle) in page) is is_shown
        assert (f"{cycle.year}" in client.get("/", {"q": cycle.area.name_zh}).content.decode()) is is_shown
    assert [one["id"] for one in client.get("/api/v1/cycles/").json()["results"]] == [begun.pk]
    assert client.get(f"/api/v1/cycles/{draft.pk}/").status_code == 404


def test_a_suggestion_to_a_draft_is_not_taken(client):
    cycle = CycleFactory(phase=Phase.DRAFT)

    response = client.post(cycle.address("proposals:suggest"), {"step": "send", "title": "老楼加装电梯"})

    assert response.status_code == 404


# --- a list that was decided elsewhere


def adoption(today: date) -> dict[str, object]:
    return {
        "decided_by": BODY,
        "number": "秭人发〔2026〕3号",
        "decided_on": date(2026, 1, 12),
        "file": SimpleUploadedFile("决定.pdf", b"%PDF-1.7\n%%EOF"),
        "starts_on": today,
        "ends_on": today + timedelta(days=300),
    }


@pytest.fixture
def adopted(client, today) -> Cycle:
    """Return a year whose list was adopted by page."""
    cycle = CycleFactory(phase=Phase.DRAFT, decision_mode=DecisionMode.ELSEWHERE)
    office_signs_in(client, cycle)
    response = client.post(at("year_adopt", cycle), adoption(today))
    assert (response.status_code, response.url) == (302, cycle.address("projects:desk_projects"))
    cycle.refresh_from_db()
    return cycle


def test_an_adopted_year_waits_for_its_projects_and_says_where_it_comes_from(client, adopted):
    assert adopted.phase == Phase.DELIVER
    form = client.get(adopted.address("projects:project_add")).context["form"]
    assert form["source"].value() == "秭人发〔2026〕3号"

    decision = client.get(adopted.address("voting:decision")).content.decode()
    for text in (
        "秭归县第十九届人民代表大会第四次会议",
        "秭人发〔2026〕3号",
        "2026-01-12",
        at("adoption_file", adopted),
    ):
        assert text in decision
    file = client.get(at("adoption_file", adopted))
    assert (file.content, file["Content-Type"]) == (b"%PDF-1.7\n%%EOF", "application/pdf")


def test_every_page_before_the_decision_says_that_it_was_elsewhere(client, adopted):
    client.logout()
    rooms = public_names("proposals:", "voting:")
    names = [name for name in rooms if name != "voting:decision" and not TABLE[name].is_post]
    public = {name: client.get(adopted.address(name, **parts(name))) for name in names}

    assert {name: response.templates[0].name for name, response in public.items()} == dict.fromkeys(
        public, "decided_elsewhere.html"
    )
    assert len(public) > 10


def test_the_path_of_an_adopted_year_is_told_as_it_was(client, adopted):
    project = ProjectFactory(cycle=adopted)

    home = client.get(f"/en{at('cycle', adopted)}")

    (note,) = home.context["home"].notes
    assert note.startswith(
        f"Its list was not made in this portal. It was decided elsewhere by {BODY}: 秭人发〔2026〕3号"
    )
    assert home.content.decode().count("not in this portal") == 3
    for left_out in ("letter", "needs", "candidates"):
        assert f'{at("cycle", adopted)}{left_out}/"' not in home.content.decode()
    with translation.override("en"):
        steps = threads.of(project)
    assert [(step.text, step.state) for step in steps[:4]] == [
        ("Not in this portal", "open"),
        ("Not in this portal", "open"),
        ("Not in this portal", "open"),
        ("Decided elsewhere: 秭人发〔2026〕3号", "done"),
    ]
    (told,) = client.get("/api/v1/cycles/").json()["results"]
    assert told["decision_mode"] == "elsewhere"
    assert {name: told["adoption"][name] for name in ("number", "decided_on")} == {
        "number": "秭人发〔2026〕3号",
        "decided_on": "2026-01-12",
    }


def test_a_decision_is_corrected_on_its_page(client, adopted):
    values = {"decided_by": "秭归县人大常委会", "number": "秭人发〔2026〕5号", "decided_on": "2026-01-13"}

    response = client.post(at("adoption_correct", adopted), values)

    assert response.status_code == 302
    assert [row.number for row in Adoption.objects.order_by("pk")] == ["秭人发〔2026〕3号", "秭人发〔2026〕5号"]
    assert "秭人发〔2026〕5号" in client.get(adopted.address("voting:decision")).content.decode()


def test_without_its_file_no_list_is_adopted(client, today):
    cycle = CycleFactory(phase=Phase.DRAFT, decision_mode=DecisionMode.ELSEWHERE)
    office_signs_in(client, cycle)
    sent = adoption(today)
    del sent["file"]

    response = client.post(at("year_adopt", cycle), sent)

    assert (response.status_code, set(response.context["form"].errors)) == (422, {"file"})
    assert Cycle.objects.get().phase == Phase.DRAFT
    assert Adoption.objects.count() == 0


def test_where_nothing_was_adopted_there_is_no_file(client):
    assert client.get(at("adoption_file", CycleFactory())).status_code == 404


def test_a_list_to_adopt_is_work(client):
    cycle = CycleFactory(phase=Phase.DRAFT, decision_mode=DecisionMode.ELSEWHERE)
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)

    assert [item.url for item in selectors.work_for(office, timezone.now())] == [at("year_adopt", cycle)]


def test_the_wrong_step_for_a_draft_leads_nowhere(client):
    cycle = CycleFactory(phase=Phase.DRAFT)
    office_signs_in(client, cycle)

    assert [client.get(at(name, cycle)).status_code for name in ("year_advance", "year_take_back", "year_adopt")] == [
        403, 403, 403,
    ]  # fmt: skip
