"""What hangs on an area or an organisation that is to end: said by number, asked about, and perhaps in the way."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import ManyToOneRel
from django.test import Client
from django.test.utils import CaptureQueriesContext

from livelihood.accounts import services as accounts
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.cycles.states import DecisionMode, OrganisationKind, Phase
from livelihood.kernel.errors import DomainError, InvalidInput, NotAllowed
from livelihood.places import rules, services
from livelihood.places.hanging import hanging_on, hanging_on_all, on_area, on_organisation
from livelihood.portal import services as portal
from projects.models import Project
from tests.factories.frame import NOW, TODAY, CycleFactory, MandateFactory, official, signed_in
from tests.factories.projects import IndicatorFactory, ProjectFactory, SiteFactory
from tests.factories.proposals import CandidateFactory, OpenLetterFactory, SuggestionFactory
from tests.places.door import Door

LAST = date(2024, 10, 31)
OVER = {
    "cycles.Area.parent": "it ends before, or both in one sheet",
    "cycles.Area.successor": "what was merged into it has ended",
    "cycles.FormerAreaName.area": "what it was called",
    "cycles.FormerOrganisationName.organisation": "what it was called",
    "cycles.OrganisationAlias.organisation": "by what it is found",
    "cycles.Organisation.merged_into": "what was merged into it has ended",
    "lists.ListFile.area": "a file that is made anew",
    "lists.SavedView.area": "how an office looks at a list",
    "lists.SavedView.organisation": "how an office looks at a list",
    "news.NewsItem.area": "what was told stays told",
    "projects.IndicatorFigure.area": "counted from what stands here itself",
    "projects.ProgressReport.area": "what was done by a day",
    "proposals.Reply.organisation": "what was answered",
    "proposals.AnswerRule.area": "how an office answers",
    "proposals.ListedWord.area": "by what an office orders its queue",
    "proposals.ProgressWord.area": "how an office answers",
    "proposals.ReplyDraft.organisation": "what was written; it is sent or put back by its year",
    "proposals.ReplyTemplate.area": "how an office answers",
    "proposals.SpecialDay.area": "when an office works",
    "proposals.Suggestion.answered_by": "what was answered",
    "proposals.SuggestionFigure.organisation": "counted from what was answered",
    "proposals.SuggestionFigure.area": "counted from what stands here itself",
    "reports.AnnouncedSite.area": "what was announced",
    "surveys.Draw.area": "its invitations are with the people",
    "voting.ReviewItem.lead_organisation": "who led it when the list was submitted",
    "voting.Option.lead_organisation": "who led it when the list was frozen",
}
"""Relations to areas and organisations that let nothing hang on them, and why."""


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize(("model", "counted"), [(Area, on_area), (Organisation, on_organisation)])
def test_every_relation_is_counted_or_over(model, counted):
    relations = {
        f"{one.related_model._meta.label}.{one.field.name}"
        for one in model._meta.get_fields(include_hidden=True)
        if isinstance(one, ManyToOneRel)
    }

    known = {f"{one.model._meta.label}.{one.by}" for one in counted(TODAY)}
    assert relations - known <= OVER.keys()
    assert not relations & known & OVER.keys()


@pytest.fixture
def county(places) -> Area:
    """A county that lies directly below the province, with nothing in it."""
    area = places.at("429004")
    area.children.all().delete()
    return area


def refused(area: Area, by: User, **said: Any) -> DomainError:
    """End an area, and return why that is refused; nothing has happened then."""
    count = Entry.objects.count()
    with pytest.raises((InvalidInput, NotAllowed)) as error:
        services.end_area(area=area, last_day=LAST, by=by, at=NOW, **said)
    area.refresh_from_db()
    assert (area.valid_to, area.successor, Entry.objects.count()) == (None, None, count)
    return error.value


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("phase", "is_merged", "why"),
    [
        (Phase.DRAFT, True, "A year of this area is a draft"),
        (Phase.SOLICIT, True, "is not decided yet"),
        (Phase.PLAN, True, "is not decided yet"),
        (Phase.DECIDE, True, "is not decided yet"),
        (Phase.DELIVER, False, "name the area that answers for it"),
        (Phase.EVALUATE, False, "name the area that answers for it"),
        (Phase.DELIVER, True, ""),
        (Phase.EVALUATE, True, ""),
        (Phase.CLOSED, False, ""),
    ],
)
def test_a_year_is_never_left_to_nobody(places, county, phase, is_merged, why):
    CycleFactory(area=county, year=2025, phase=phase)
    into = {"successor": places.at("420102")} if is_merged else {}

    if why:
        assert why in str(refused(county, places.administrator, reason="区划调整", **into))
        return
    services.end_area(area=county, last_day=LAST, by=places.administrator, at=NOW, reason="区划调整", **into)
    county.refresh_from_db()
    assert county.valid_to == LAST


def test_what_hangs_on_an_area_is_said_by_number_asked_about_and_journaled(places, county, in_english):
    MandateFactory(area=county, role=Role.DEPUTY)
    MandateFactory(area=county, role=Role.DEPUTY, ends_on=TODAY - timedelta(days=1))
    places.unit("卫健局", "429004")
    client = signed_in(places.administrator)
    page = f"/en/desk/{county.slug}/areas/end/"

    asked = client.get(page)
    unsaid = client.post(page, {"last_day": "2024-10-31", "successor": ""})
    assert [(str(label), number) for label, number in asked.context["hanging"]] == [
        ("Organisations", 1), ("Mandates that run or are to come", 1),
    ]  # fmt: skip
    assert unsaid.status_code == 422
    assert "say why" in text(unsaid)
    assert "say why" in str(refused(county, places.administrator))
    assert not Entry.objects.filter(act="area.ended").exists()

    said = client.post(page, {"last_day": "2024-10-31", "successor": "", "reason": "撤县设区"})

    assert said.status_code == 302
    entry = Entry.objects.get(act="area.ended")
    assert (entry.detail["reason"], entry.detail["hanging"]) == ("撤县设区", {"organisations": 1, "mandates": 1})


def test_a_sheet_ends_no_area_and_no_organisation_on_which_something_hangs(places, county, in_english):
    MandateFactory(area=county, role=Role.DEPUTY)
    unit = places.unit("卫健局", "429004")
    MandateFactory(area=county, organisation=unit, role=Role.DEPARTMENT)
    of_areas = Door("areas", places.at("420000"), places.administrator)
    of_units = Door("organisations", county, places.administrator)

    assert of_areas.said({"code": "429004", "valid_until": LAST}) == [
        ("valid_until", "Something hangs on it: Organisations (1).")
    ]
    assert of_units.said({"name_zh": "卫健局", "valid_until": LAST}) == [
        ("valid_until", "Something hangs on it: Mandates that run or are to come (1).")
    ]
    assert of_areas.outcomes({"code": "429004", "name_en": "X"}) == ["changed"]
    assert of_units.outcomes({"name_zh": "卫健局", "phone": "1"}) == ["changed"]


def test_a_sheet_asks_the_same_of_many_areas_as_of_one(places):
    door = Door("areas", places.at("420000"), places.administrator)
    door.plan({"code": "420107", "valid_until": LAST})  # the mandates of who brings it are known now
    taken = []
    for codes in (["420103"], ["420103", "420104", "420105", "420106"]):
        with CaptureQueriesContext(connection) as queries:
            door.plan(*[{"code": code, "valid_until": LAST} for code in codes])
        taken.append(len(queries))

    assert taken[0] == taken[1]


def test_an_area_that_has_ended_takes_nobody_new(places, county, in_english):
    someone = MandateFactory(area=county, role=Role.DEPARTMENT).user
    county.valid_to = TODAY + timedelta(days=30)
    county.save(update_fields=["valid_to"])
    by: dict[str, Any] = {"area": county, "by": places.administrator, "at": NOW}
    count, people = Mandate.objects.count(), User.objects.count()

    for act in (
        lambda: accounts.create_user(username="new", name="新人", **by),
        lambda: accounts.give_mandate(user=someone, role=Role.AUDITOR, starts_on=TODAY, **by),
        lambda: portal.open_year(year=2025, decision_mode=DecisionMode.VOTE, periods={}, aspects=[], **by),
    ):
        with pytest.raises(NotAllowed, match="has ended"):
            act()
    row = {"username": "new", "name": "新人", "role": Role.DEPARTMENT}
    assert Door("people", county, places.administrator).said(row) == [
        ("area", "Xiantao City has ended and takes nobody new.")
    ]
    assert (Mandate.objects.count(), User.objects.count(), Cycle.objects.count()) == (count, people, 0)

    CycleFactory(area=county, year=2024, phase=Phase.DELIVER)
    accounts.give_mandate(user=someone, role=Role.AUDITOR, starts_on=TODAY, **by)
    assert Mandate.objects.count() == count + 1


@pytest.mark.parametrize("is_through_sheet", [False, True])
def test_an_organisation_that_has_ended_takes_no_mandate_from_then_on(places, in_english, is_through_sheet):
    unit = places.unit("卫健局", valid_to=LAST)
    someone = MandateFactory(area=unit.area, role=Role.DEPARTMENT).user
    count = Mandate.objects.count()

    if is_through_sheet:
        row = {"username": someone.username, "role": Role.DEPARTMENT, "organisation": "卫健局"}
        assert Door("people", unit.area, places.keeper).said(row) == [
            ("organisation", "卫健局 has ended on 2024-10-31, before 2024-11-01.")
        ]
    else:
        with pytest.raises(InvalidInput, match="has ended"):
            accounts.give_mandate(
                user=someone, role=Role.DEPARTMENT, area=unit.area, organisation=unit, starts_on=TODAY,
                by=places.keeper, at=NOW,
            )  # fmt: skip

    assert Mandate.objects.count() == count


def led(places, unit: Organisation) -> Project:
    """Return a project that an organisation leads, with a site that it builds, in a year that goes on."""
    cycle = CycleFactory(area=unit.area, year=2025, phase=Phase.DELIVER)
    project = ProjectFactory(cycle=cycle, lead_organisation=unit)
    SiteFactory(indicator=IndicatorFactory(project=project), area=places.at("420102"), organisation=unit)
    return project


@pytest.mark.parametrize("what", ["mandate", "project", "candidate", "office", "congress"])
def test_an_organisation_that_is_needed_ends_by_merging_only(places, in_english, what):
    unit = places.unit("卫健局")
    match what:
        case "mandate":
            MandateFactory(area=unit.area, organisation=unit, role=Role.DEPARTMENT)
        case "project":
            led(places, unit)
        case "candidate":
            CandidateFactory(cycle=CycleFactory(area=unit.area, year=2025, phase=Phase.PLAN), lead_organisation=unit)
        case "office":
            CycleFactory(area=unit.area, year=2025, phase=Phase.SOLICIT)
            Organisation.objects.filter(pk=unit.pk).update(kind=OrganisationKind.LIVELIHOOD_OFFICE)
        case "congress":
            Organisation.objects.filter(pk=unit.pk).update(kind=OrganisationKind.CONGRESS)
            MandateFactory(area=unit.area, organisation=unit, role=Role.CONGRESS_STAFF)
    client, page = signed_in(places.keeper), f"/en/desk/wuhan/organisations/{unit.pk}/"
    count = Entry.objects.count()

    for day in (LAST, TODAY):
        with pytest.raises(NotAllowed, match="would be nobody's"):
            services.end_organisation(organisation=unit, last_day=day, by=places.office, at=NOW, reason="机构改革")
    later = TODAY + timedelta(days=90)
    with pytest.raises(InvalidInput, match="say why"):
        services.end_organisation(organisation=unit, last_day=later, by=places.office, at=NOW)
    services.revise_organisation(organisation=unit, values={"valid_to": LAST}, by=places.office, at=NOW)
    by_page = client.post(f"{page}end/", {"last_day": "2024-10-31", "reason": "机构改革"})

    unit.refresh_from_db()
    assert (unit.valid_to, Entry.objects.count(), by_page.status_code) == (None, count, 422)
    assert "would be nobody&#x27;s" in text(by_page)
    services.end_organisation(organisation=unit, last_day=later, by=places.office, at=NOW, reason="机构改革")
    unit.refresh_from_db()
    assert unit.valid_to == later


def test_organisations_of_other_kinds_merge_only_where_that_means_something(places, in_english):
    office, bureau, congress, company = (places.unit(name) for name in ("民生办", "财政局", "人大", "建设公司"))
    for unit, kind in (
        (office, OrganisationKind.LIVELIHOOD_OFFICE),
        (congress, OrganisationKind.CONGRESS),
        (company, OrganisationKind.IMPLEMENTING_UNIT),
    ):
        unit.kind = kind
        unit.save(update_fields=["kind"])
    year = CycleFactory(area=office.area, year=2025, phase=Phase.SOLICIT)
    count = Entry.objects.count()

    def merge(one, other, reason="机构改革"):
        services.merge_organisation(
            organisation=one, into=other, last_day=LAST, by=places.office, at=NOW, reason=reason
        )

    for one, other, problem in (
        (office, bureau, "民生办 runs a year"),
        (congress, bureau, "is a people's congress"),
        (bureau, congress, "is a people's congress"),
    ):
        with pytest.raises(NotAllowed, match=problem):
            merge(one, other)
    with pytest.raises(InvalidInput, match="say why"):
        merge(company, bureau, reason="")
    assert Organisation.objects.filter(merged_into__isnull=False).count() == 0
    assert Entry.objects.count() == count

    year.phase = Phase.CLOSED
    year.save(update_fields=["phase"])
    merge(office, bureau)
    merge(company, bureau)
    assert set(bureau.merged_from.all()) == {office, company}


def test_what_hangs_is_counted_of_this_one_and_of_what_is_not_over(places):
    old, other = places.unit("文化局"), places.unit("文旅局")
    led(places, old)
    CycleFactory(area=places.at("420102"), year=2025, phase=Phase.SOLICIT)
    year = Cycle.objects.get(area=places.at("420102"))
    OpenLetterFactory(cycle=year, state="published", published_at=NOW, published_by=places.office)
    SuggestionFactory(cycle=year, area=places.at("420102"))

    assert hanging_on(old, NOW) == {"projects": 1, "sites": 1}
    assert hanging_on(other, NOW) == {}
    assert hanging_on(places.at("420102"), NOW) == {"deciding": 1, "letters": 1, "suggestions": 1, "sites": 1}
    assert hanging_on_all(Area, [], NOW) == {}


def test_who_holds_two_mandates_of_an_area_after_a_merger_has_each_link_once(places):
    old, new = places.unit("旧办"), places.unit("新办")
    someone = official(Role.LIVELIHOOD_OFFICE, old.area, organisation=new)
    MandateFactory(user=someone, area=old.area, organisation=old, starts_on=date(2019, 1, 1))

    services.merge_organisation(organisation=old, into=new, last_day=LAST, by=places.office, at=NOW, reason="机构改革")

    links = [link.url for link in signed_in(someone).get("/desk/").context["desks"].areas]
    assert len(links) == len(set(links))
    assert "/desk/wuhan/organisations/" in links


def test_the_pages_of_an_ended_area_and_of_its_year_say_into_which_it_went(places, county, in_english):
    CycleFactory(area=county, year=2025, phase=Phase.DELIVER)
    services.end_area(
        area=county, last_day=LAST, successor=places.at("420102"), by=places.administrator, at=NOW, reason="区划调整"
    )

    assert 'href="/en/wuhan-jiangan/"' in text(Client().get(f"/en/{county.slug}/"))
    assert "It was merged into" in text(Client().get(f"/en/{county.slug}/2025/"))


@pytest.mark.django_db
def test_who_does_not_keep_an_area_does_not_end_it():
    area = CycleFactory().area

    assert not rules.may_end_area(official(Role.DEPARTMENT, area), area, NOW, hanging={}, is_merged=True)
