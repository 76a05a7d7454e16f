"""Letter, suggestions, needs and candidates of a place, through the services of the first room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Aspect, Cycle, Organisation
from livelihood.demo.stage import instant
from livelihood.demo.words import MATTERS, REPLY, Said
from proposals import services as proposals
from proposals.models import Candidate, Need, Suggestion
from proposals.states import CandidateKind, CandidateOrigin, Channel, FundSource

# how a cost is shared out: source → per cent
SHARES = {FundSource.PROVINCE: 30, FundSource.CITY: 45, FundSource.COUNTY: 25}


@dataclass(frozen=True, slots=True)
class Item:
    """What becomes a candidate.

    source: where its title was published; empty for a made-up one. aspect, lead: where it belongs, who would do it.
    """

    title: str
    summary: str
    aspect: Aspect
    lead: Organisation
    kind: CandidateKind
    source: str = ""
    needs: Sequence[Need] = ()


def publish_letter(cycle: Cycle, *, title: str, body: str, signed_by: str, day: date, by: User) -> None:
    """Write the open letter of a year and publish it."""
    letter = proposals.write_letter(
        cycle=cycle, title=title, body=body, signed_by=signed_by, dated_on=day, by=by, at=instant(day, 8, 30)
    )
    proposals.publish_letter(letter=letter, by=by, at=instant(day, 9))
    cycle.refresh_from_db(fields=["phase"])


def receive(
    cycle: Cycle,
    words: Said,
    *,
    aspect: Aspect | None,
    area: Area,
    chance: Random,
    at: datetime,
    channel: Channel = Channel.WEB,
    contact: proposals.Contact | None = None,
    office: User,
) -> Suggestion:
    """Receive a suggestion, from a citizen or typed in by the office, as the channel says.

    contact: of who asks for an answer.
    """
    receipt = proposals.submit_suggestion(
        cycle=cycle,
        title=words.title,
        matter=words.matter,
        wish=words.wish,
        aspect=aspect,
        area=area,
        idempotency_key=f"{chance.getrandbits(128):032x}",
        channel=channel,
        contact=contact,
        by=None if channel == Channel.WEB else office,
        at=at,
    )
    return Suggestion.objects.get(pk=receipt.suggestion_id)


def accept(suggestion: Suggestion, *, by: User, at: datetime) -> None:
    """Accept a suggestion in its own words, which name nobody."""
    proposals.accept_suggestion(
        suggestion=suggestion,
        public_title=suggestion.title,
        public_matter=suggestion.matter,
        public_wish=suggestion.wish,
        by=by,
        at=at,
    )


def stand_behind(
    cycle: Cycle, title: str, *, aspect: Aspect, areas: Sequence[Area], first: datetime, chance: Random, office: User
) -> Need:
    """Open the need behind a candidate on what two citizens suggest on two days, and return it.

    title: of the candidate. areas: places the suggestions come from. first: when the first one comes.
    """
    at = first + timedelta(days=6)
    need = proposals.open_need(
        cycle=cycle,
        title=f"盼望{title}",
        summary=f"多位群众希望推进{title}，让生活更方便。",
        aspect=aspect,
        area=cycle.area,
        by=office,
        at=at,
    )
    for place, matter in enumerate(MATTERS[aspect.name_zh]):
        said = Said(title=f"盼望{title}"[:60], matter=f"{matter}请考虑{title}。", wish=f"希望{title}列入民生实事。")
        moment = first + timedelta(days=3 * place, minutes=chance.randrange(300))
        suggestion = receive(
            cycle, said, aspect=aspect, area=chance.choice(areas), chance=chance, at=moment, office=office
        )
        accept(suggestion, by=office, at=at)
        proposals.link_suggestion(suggestion=suggestion, need=need, by=office, at=at)
        if place == 0:
            proposals.reply_to_suggestion(
                suggestion=suggestion,
                organisation=Organisation.objects.get(pk__in=office.mandates.values("organisation")),
                text=REPLY.format(need=title),
                by=office,
                at=at + timedelta(hours=1),
            )
    return need


def put_forward(
    cycle: Cycle, items: Sequence[Item], *, delivery: tuple[date, date], chance: Random, by: User, at: datetime
) -> list[Candidate]:
    """Make candidates of items, with made-up places and feasibility sheets, and propose them.

    delivery: first and last day of carrying them out.
    """
    candidates = []
    parts = list(Area.objects.filter(parent=cycle.area).order_by("code").values_list("name_zh", flat=True))
    for number, item in enumerate(items):
        moment = at + timedelta(hours=number)
        candidate = proposals.draft_candidate(
            cycle=cycle,
            title=item.title,
            summary=item.summary,
            place=_place(cycle.area, parts, number),
            aspect=item.aspect,
            lead_organisation=item.lead,
            kind=item.kind,
            needs=item.needs,
            source=item.source,
            origin=_origin(item),
            by=by,
            at=moment,
        )
        total = Decimal(chance.randrange(8, 400) * 50)
        proposals.write_sheet(
            candidate=candidate,
            starts_on=delivery[0] + timedelta(days=chance.randrange(60)),
            finishes_on=delivery[1] - timedelta(days=chance.randrange(40)),
            people_served=chance.randrange(4, 900) * 500,
            legal_basis="年度财政预算（演示）",
            cost_wan={source: total * share / 100 for source, share in SHARES.items()},
            notes="地点、投资、受益人数和日期均为演示数据。",
            by=by,
            at=moment + timedelta(minutes=20),
        )
        candidates.append(proposals.propose_candidate(candidate=candidate, by=by, at=moment + timedelta(minutes=40)))
    return candidates


def _origin(item: Item) -> CandidateOrigin:
    if item.needs:
        return CandidateOrigin.NEED
    return CandidateOrigin.PUBLISHED if item.source else CandidateOrigin.DEPARTMENT


def _place(area: Area, parts: Sequence[str], number: int) -> str:
    """Name where a candidate would be: in two parts of the area, or on a made-up road of one that has none."""
    named = sorted({parts[number % len(parts)], parts[(number + 1) % len(parts)]}, key=parts.index) if parts else []
    return f"{'、'.join(named) or f'{area.name_zh}演示路'}（演示地点）"
