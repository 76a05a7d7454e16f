"""The page for setting up: each line is computed, and leads to where it is done."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from livelihood.accounts import services
from livelihood.accounts.models import Authenticator
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area
from livelihood.cycles.states import DecisionMode, Level, OrganisationKind, Phase
from livelihood.portal.setting_up import setting_up
from tests.factories.frame import CountyFactory, CycleFactory, MandateFactory, OrganisationFactory, official

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> Area:
    return CountyFactory(code="330702", slug="east")


@pytest.fixture
def administrator(county):
    """Return somebody who has been given a code and has not used it yet."""
    user = official(Role.ADMINISTRATOR, county)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    return user


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def town(county: Area, code: str) -> None:
    Area.objects.create(code=code, slug=f"town-{code}", name_zh=f"镇{code}", level=Level.TOWNSHIP, parent=county)


def page(area, user):
    return setting_up(area, user, timezone.now())


def states(area, user) -> dict[str, bool]:
    return {str(step.title): step.is_done for step in page(area, user).steps}


def fill(area: Area, roles, *kinds: OrganisationKind) -> None:
    for kind in kinds:
        OrganisationFactory(area=area, kind=kind)
    for role in roles:
        user = MandateFactory(area=area, role=role).user
        user.set_password("a-quiet-green-river")
        user.save(update_fields=["password"])


def test_an_empty_county_begins_with_its_organisations(county, administrator):
    shown = page(county, administrator)

    assert [(str(step.title), step.is_done, step.is_needed) for step in shown.steps] == [
        ("What the portal says of itself", False, False),
        ("Areas", False, False),
        ("Organisations", False, True),
        ("People and their roles", False, True),
        ("One-time codes", False, False),
        ("Those who run the vote, confirmed by a second person", False, False),
        ("Deputy", False, False),
        ("Second factor", False, False),
        ("Mail", False, False),
        ("Worker and clock", False, False),
        ("A year", False, True),
        ("Its open letter", False, True),
    ]
    assert shown.following is shown.steps[2]
    sheets = ["/en/desk/east/imports/?what=organisations:", "/en/desk/east/imports/?what=people:"]
    assert [step.url for step in shown.steps[2:4]] == sheets
    assert shown.steps[2].missing == ("Livelihood projects office", "Department")
    assert shown.done == 0


def test_the_next_step_is_the_first_to_do_until_a_year_has_begun(client, county, administrator):
    client.force_login(administrator)

    def to_do() -> list[tuple[str, str]]:
        return [
            (str(item.title), item.url) for _bucket, items in client.get("/en/desk/").context["work"] for item in items
        ]

    assert to_do() == [("Setting up: Organisations", "/en/desk/east/set-up/")]
    steps = client.get("/en/desk/east/set-up/").content.decode()
    assert steps.count("see above") == 1
    CycleFactory(area=county)
    assert to_do() == []


@pytest.mark.parametrize(("name", "kind"), [("organisations", "organisations"), ("people", "people")])
def test_an_empty_list_has_one_main_action_the_sheet(client, county, name, kind):
    client.force_login(official(Role.ADMINISTRATOR, county.parent))
    county.mandates.all().delete()

    empty = client.get(f"/en/desk/east/{name}/").content.decode()

    assert empty.count("button-primary") == 1
    assert f'href="/en/desk/east/imports/?what={kind}%3A"' in empty.partition("button-primary")[2].partition("</a>")[0]
    assert f'href="/en/desk/east/{name}/add/"' in empty


def test_step_by_step_until_the_year_has_begun(county, administrator):
    fill(county, (), OrganisationKind.LIVELIHOOD_OFFICE, OrganisationKind.DEPARTMENT)
    assert page(county, administrator).following.title == "People and their roles"

    fill(county, (Role.DEPARTMENT, Role.CONGRESS_STAFF, Role.CHAIR, Role.SCRUTINEER))
    assert [str(role) for role in page(county, administrator).following.missing] == ["Livelihood office"]
    fill(county, (Role.LIVELIHOOD_OFFICE,))
    assert page(county, administrator).following.title == "A year"

    year = timezone.localdate().year + 1
    cycle = CycleFactory(area=county, year=year, phase=Phase.DRAFT)
    office = county.mandates.get(role=Role.LIVELIHOOD_OFFICE).user
    following = page(county, administrator).following
    assert (following.title, following.url) == ("Its open letter", "")
    assert office.name in following.said
    assert page(county, office).following.url == cycle.address("proposals:letter_edit")

    cycle.phase = Phase.SOLICIT
    cycle.save(update_fields=["phase"])
    assert page(county, administrator).following is None


def test_who_runs_the_vote_waits_for_a_second_person(county, administrator):
    title = "Those who run the vote, confirmed by a second person"
    waiting = MandateFactory(area=county, role=Role.CHAIR, given_by=administrator, is_waiting=True)
    step = next(step for step in page(county, administrator).steps if step.title == title)
    assert (step.is_done, step.said) == (False, "1 mandate waits for another administrator, or for congress staff.")

    services.confirm_mandate(mandate=waiting, by=official(Role.CONGRESS_STAFF, county), at=timezone.now())

    assert states(county, administrator)[title] is True


def test_deputies_come_later_and_are_counted(county, administrator):
    assert states(county, administrator)["Deputy"] is False

    fill(county, (Role.DEPUTY, Role.DEPUTY))

    step = next(step for step in page(county, administrator).steps if step.title == "Deputy")
    assert (step.is_done, step.said, step.url) == (True, "2 deputies.", "")


def test_nobody_is_sent_to_a_letter_that_others_write(client, county, administrator):
    cycle = CycleFactory(area=county, year=timezone.localdate().year + 1, phase=Phase.DRAFT)
    client.force_login(administrator)

    draft = client.get(cycle.address("portal:desk")).content.decode()

    assert "Nobody has this role yet" in " ".join(draft.split())
    assert "Write the open letter" not in draft
    letter = client.get(cycle.address("proposals:letter_edit")).content.decode()
    assert "Nobody has this role yet" in " ".join(letter.split())
    client.force_login(official(Role.LIVELIHOOD_OFFICE, county))
    assert "Write the open letter" in client.get(cycle.address("portal:desk")).content.decode()


def test_a_list_decided_elsewhere_needs_no_congress(county, administrator):
    kinds = (OrganisationKind.LIVELIHOOD_OFFICE, OrganisationKind.DEPARTMENT)
    fill(county, (Role.LIVELIHOOD_OFFICE, Role.DEPARTMENT), *kinds)
    cycle = CycleFactory(
        area=county, year=timezone.localdate().year, phase=Phase.DRAFT, decision_mode=DecisionMode.ELSEWHERE
    )

    following = page(county, administrator).following

    assert (following.title, following.url) == ("Its adopted list", cycle.address("portal:year_adopt"))


def test_what_may_wait_is_computed_too(county, administrator, settings):
    town(county, "330702001")
    administrator.set_password("a-quiet-green-river")
    administrator.save(update_fields=["password"])
    Authenticator.objects.create(user=administrator, secret="sealed", added_at=timezone.now(), last_step=0)
    settings.MAIL_FROM = "portal@example.gov.cn"
    before = states(county, administrator)

    assert {name for name, is_done in before.items() if is_done} == {"Areas", "One-time codes", "Second factor", "Mail"}
    waiting = MandateFactory(area=county).user
    waiting.set_unusable_password()
    waiting.save(update_fields=["password"])
    assert states(county, administrator)["One-time codes"] is False


def test_a_mandate_that_has_ended_counts_no_more(county, administrator):
    fill(county, (Role.CHAIR,))
    assert "Presiding officer" not in [str(role) for role in page(county, administrator).steps[3].missing]
    yesterday = timezone.localdate() - timedelta(days=1)
    county.mandates.filter(role=Role.CHAIR).update(ends_on=yesterday)

    people = page(county, administrator).steps[3]

    assert "Presiding officer" in [str(role) for role in people.missing]


def test_the_page_is_the_administrators(client, county, administrator):
    url = reverse("portal:setting_up", kwargs={"area": county.slug})
    client.force_login(official(Role.LIVELIHOOD_OFFICE, county))
    assert client.get(url).status_code == 403

    client.force_login(administrator)

    assert client.get(url).status_code == 200
    assert url in client.get("/en/desk/").content.decode()


def test_it_costs_the_same_for_one_person_and_for_three(client, county, administrator, django_assert_max_num_queries):
    client.force_login(administrator)
    url = reverse("portal:setting_up", kwargs={"area": county.slug})
    counted = []
    for number in range(2):
        with django_assert_max_num_queries(60) as captured:
            client.get(url)
        counted.append(len(captured))
        fill(county, (Role.DEPUTY, Role.DEPUTY), OrganisationKind.DEPARTMENT, OrganisationKind.CPPCC)
        town(county, f"33070200{number}")

    assert counted[0] == counted[1]


def test_who_keeps_the_imprint_is_led_to_it(county, administrator):
    step = page(county, administrator).steps[0]
    assert (step.url, bool(step.missing)) == (reverse("imprint:settings"), True)

    official(Role.ADMINISTRATOR, county.parent)

    assert page(county, administrator).steps[0].url == ""
