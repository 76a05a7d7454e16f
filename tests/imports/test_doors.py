"""Where a sheet is offered to be brought: on the pages of what it holds, to whoever may bring it, and nobody else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from livelihood.accounts.roles import Role
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.imports.models import Import
from livelihood.kernel.sheets.handling import brought, handlers
from tests.factories.frame import NOW, CityFactory, CycleFactory, OrganisationFactory, official, signed_in
from tests.factories.voting import Plenary, plenary
from voting.states import RoundState

pytestmark = pytest.mark.django_db

PAGES = {
    "areas": "places:areas", "organisations": "places:organisations", "people": "places:people",
    "roll": "voting:roll", "sites": "projects:desk_sites",
}  # fmt: skip
"""Kind → the page of what it holds."""


def door(area: str, year: int | None = None) -> str:
    kwargs = {"area": area} if year is None else {"area": area, "year": year}
    return reverse("imports:of_year" if year else "imports:of_area", kwargs=kwargs)


def test_every_kind_is_offered_on_a_page():
    assert PAGES.keys() == handlers().keys()


@pytest.mark.parametrize("kind", [name for name, one in handlers().items() if not one.hangs_on_year])
def test_the_desk_of_an_area_offers_what_may_be_brought(kind):
    area = CityFactory()
    offered, listed, may = set(), set(), set()
    for role in Role:
        user = official(role, area, OrganisationFactory(area=area))
        client = signed_in(user)
        link = f"{door(area.slug)}?what={kind}%3A"
        if f'href="{link}"' in client.get(reverse(PAGES[kind], kwargs={"area": area.slug})).content.decode():
            offered.add(role)
            assert client.get(link).context["form"]["what"].value() == f"{kind}:"
        if f'href="{door(area.slug)}"' in client.get(reverse("portal:my_work")).content.decode():
            listed.add(role)
        if handlers()[kind].may_bring(user, area, None, NOW):
            may.add(role)

    assert offered == may != set()
    assert listed >= may


@pytest.mark.parametrize("kind", [name for name, one in handlers().items() if one.hangs_on_year])
def test_the_desk_of_a_year_offers_what_may_be_brought_in_each_phase(kind):
    offered, listed, may = set(), set(), set()
    for phase in Phase:
        cycle = CycleFactory(area=CityFactory(), phase=Phase.DECIDE, decision_mode=DecisionMode.VOTE)
        names = {"number": plenary(cycle=cycle, until=RoundState.DRAFT).round.number} if kind == "roll" else {}
        cycle.phase = phase
        cycle.save(update_fields=["phase"])
        for role in Role:
            user = official(role, cycle.area, OrganisationFactory(area=cycle.area))
            page = signed_in(user).get(cycle.address(PAGES[kind], **names)).content.decode()
            link = f"{cycle.address('imports:of_year')}?what={kind}%3A{names.get('number', '')}"
            if f'href="{link}"' in page:
                offered.add((phase, role))
            if f'href="{cycle.address("imports:of_year")}"' in page:
                listed.add((phase, role))
            if handlers()[kind].may_bring(user, cycle.area, cycle, NOW):
                may.add((phase, role))

    assert offered == may != set()
    assert listed >= may


@pytest.fixture
def session() -> Plenary:
    return plenary(deputies=2, until=RoundState.RULES_LOCKED)


def bring(session: Plenary, client: Client, what: str) -> int:
    deputy = session.deputies[0]
    content = f"用户名,姓名\n{deputy.username},{deputy.name}".encode()
    sent = {"what": what, "file": SimpleUploadedFile("名册.csv", content)}
    return client.post(session.cycle.address("imports:of_year"), sent).status_code


def test_a_roll_is_brought_for_its_round_and_only_while_it_is_open(session):
    client, number = signed_in(session.staff), session.round.number
    roll = session.cycle.address("voting:roll", number=number)
    link = f"{session.cycle.address('imports:of_year')}?what=roll%3A{number}"
    assert f'href="{link}"' in client.get(roll).content.decode()
    page = client.get(link)
    assert page.context["form"]["what"].value() == f"roll:{number}"
    assert session.round.title in page.content.decode()
    only = client.get(session.cycle.address("imports:of_year")).context["form"]
    assert only["what"].value() == f"roll:{number}"  # there is nothing else to choose
    session.fill_roll()
    session.lock_roll()

    assert link not in client.get(roll).content.decode()
    shown = client.get(session.cycle.address("imports:of_year"))
    assert (shown.status_code, list(shown.context["offers"])) == (200, [])
    assert [bring(session, client, what) for what in (f"roll:{number}", "roll:")] == [422, 422]
    assert not Import.objects.exists()


def test_a_roll_without_a_round_is_no_roll(session):
    assert bring(session, signed_in(session.staff), "roll:") == 422
    assert not Import.objects.exists()
    assert [one.kind.name for one in brought(session.staff, session.cycle.area, session.cycle, NOW)] == ["roll"]
