"""The pages of which `tests.shots` takes pictures: of each room in a year of the demo where it is busy."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from django.db.models import Count
from django.urls import reverse

from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from projects.models import Project, Site, Standard
from projects.reports.models import Announcement
from proposals.models import Candidate, Need
from voting.models import RollEntry, Round
from voting.states import RoundState


@dataclass(frozen=True)
class Shot:
    """A page: name of its picture, its address, and who opens it (empty: anybody)."""

    name: str
    path: str
    account: str = ""


@dataclass(frozen=True)
class DemoYears:
    """Years of the demo by what can be seen in them."""

    collecting: Cycle
    planned: Cycle
    closed: Cycle
    reviewed: Cycle
    voting: Cycle
    voted: Cycle
    building: Cycle
    round: Round
    announced: Round


def shots() -> Iterator[Shot]:
    """Yield the main pages of the demo."""
    years = _years()
    return chain(_public(years), _desk(years), _booth(years))


def _years() -> DemoYears:
    cycles = Cycle.objects.select_related("area").order_by("-year", "area__code")
    collecting, planned = (cycles.filter(phase=phase)[0] for phase in (Phase.SOLICIT, Phase.PLAN))
    told = Announcement.objects.filter(cycle__phase=Phase.CLOSED, cycle__in=Need.objects.values("cycle")).order_by(
        "pk"
    )[0]
    reviewed = cycles.filter(decision_mode=DecisionMode.REVIEW, review__isnull=False)[0]
    round_ = Round.objects.filter(state=RoundState.OPEN, is_rehearsal=False).order_by("pk")[0]
    announced = Round.objects.filter(state=RoundState.ANNOUNCED, is_rehearsal=False).order_by("-pk")[0]
    voting, voted, closed = (cycles.get(pk=one.cycle_id) for one in (round_, announced, told))
    building = (
        cycles.filter(phase=Phase.DELIVER, sites__standard__isnull=False).annotate(n=Count("sites")).order_by("-n")[0]
    )
    return DemoYears(collecting, planned, closed, reviewed, voting, voted, building, round_, announced)


def _page(name: str, place: Cycle | None, account: str = "", **more: object) -> Shot:
    kwargs = {"area": place.area.slug, "year": place.year, **more} if place else more
    return Shot(name.replace(":", "-"), reverse(name, kwargs=kwargs), account)


def _public(years: DemoYears) -> Iterator[Shot]:
    site = _site(years)
    project = Project.objects.filter(cycle=years.closed).order_by("number")[0]
    need = Need.objects.filter(cycle=years.closed).order_by("number")[0]

    for name in ("portal:index", "portal:data", "portal:styleguide", "accounts:sign_in", "voting:threats"):
        yield _page(name, None)
    for name in ("portal:cycle", "proposals:letter", "proposals:suggest", "proposals:track", "proposals:statistics"):
        yield _page(name, years.collecting)
    for phase in ("planned", "voting", "voted", "building", "closed"):
        yield Shot(f"portal-cycle-{phase}", _page("portal:cycle", getattr(years, phase)).path)
    yield _page("proposals:board", years.closed)
    yield _page("proposals:need", years.closed, number=need.number)
    yield _page("proposals:candidates", years.voting)
    yield _page(
        "proposals:candidate",
        years.voting,
        number=Candidate.objects.filter(cycle=years.voting).order_by("number")[0].number,
    )
    yield Shot("voting-decision-vote", _page("voting:decision", years.voted).path)
    yield Shot("voting-decision-review", _page("voting:decision", years.reviewed).path)
    yield _page("voting:notice", years.voted, number=years.announced.number)
    yield _page("voting:ballots", years.voted, number=years.announced.number)
    yield _page("voting:reserve", years.voted)
    for name in ("projects:projects", "projects:standards", "projects:sites", "projects:progress"):
        yield _page(name, years.building)
    yield _page("projects:project", years.closed, pk=project.pk)
    yield _page(
        "projects:standard", years.building, pk=Standard.objects.filter(cycle=years.building).order_by("pk")[0].pk
    )
    yield _page("projects:site", years.building, pk=site.pk)
    for name in ("surveys:satisfaction", "reports:announcement", "reports:announced_sites", "reports:reports"):
        yield _page(name, years.closed)


def _desk(years: DemoYears) -> Iterator[Shot]:
    site = _site(years)
    office, housing = f"{years.collecting.area.slug}-office", f"{years.building.area.slug}-housing"
    congress = f"{years.voting.area.slug}-congress"
    yield _page("portal:my_work", None, office)
    for name in ("portal:desk", "proposals:letter_edit", "proposals:intake", "proposals:desk_needs"):
        yield _page(name, years.collecting, office)
    yield _page("portal:journal", years.collecting, "auditor")
    yield _page("voting:rounds", years.voting, congress)
    for name in ("voting:round", "voting:roll", "voting:hall"):
        yield _page(name, years.voting, congress, number=years.round.number)
    yield _page("voting:round_sheet", years.voted, f"{years.voted.area.slug}-congress", number=years.announced.number)
    for name in ("voting:review", "voting:opinions"):
        yield _page(name, years.reviewed, f"{years.reviewed.area.slug}-office")
    for name in ("projects:desk_sites", "projects:grid", "projects:desk_notices", "imports:of_year"):
        yield _page(name, years.building, housing)
    yield _page("projects:desk_site", years.building, housing, pk=site.pk)
    yield _page("surveys:desk_surveys", years.closed, f"{years.closed.area.slug}-office")
    yield _page("reports:desk_reports", years.closed, f"{years.closed.area.slug}-office")


def _booth(years: DemoYears) -> Iterator[Shot]:
    deputy = (
        RollEntry.objects.filter(round=years.round, has_voted=False, struck_at=None, signed_in_at__isnull=False)
        .order_by("number")[0]
        .deputy.username
    )
    for name, more in (
        ("booth", {}),
        ("booth_round", {"round_id": years.round.pk}),
        ("ballot", {"round_id": years.round.pk}),
    ):
        yield _page(f"voting:{name}", None, deputy, **more)


def _site(years: DemoYears) -> Site:
    return Site.objects.filter(cycle=years.building, standard__isnull=False).order_by("-state", "pk")[0]
