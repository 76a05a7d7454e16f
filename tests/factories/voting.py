"""A congress in session: candidates on a frozen list, officials, deputies, a round as far as a test asks."""

import io
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import DecisionMode, OrganisationKind, Phase
from livelihood.kernel.numbers import make_code
from proposals import selectors as proposals
from proposals.models import Candidate, CandidateList, CostLine, FeasibilitySheet
from proposals.states import CandidateKind, CandidateOrigin, CandidateState, FundSource
from tests import databases
from tests.factories.frame import (
    NOW,
    AspectFactory,
    CycleFactory,
    MandateFactory,
    OrganisationFactory,
    UserFactory,
    official,
)
from voting import services
from voting.models import DeputiesInTerm, Method, Option, RollEntry, Round, UrnBallot
from voting.states import RoundState, Scheme, SignInWay, Step
from voting.tally import Mark, decode


def freeze(
    cycle: Cycle, candidates: int, title: str = "项目", place: str = "城东街道第{number}社区"
) -> list[Candidate]:
    """Put candidates on a cycle's list and freeze it.

    title: what stands before their numbers. place: with `{number}` where the number stands.
    """
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)
    aspect = AspectFactory(cycle=cycle)
    lead = OrganisationFactory(area=cycle.area, kind=OrganisationKind.DEPARTMENT)
    rows = []
    for number in range(1, candidates + 1):
        candidate = Candidate.objects.create(
            cycle=cycle,
            number=number,
            title=f"{title}{number}",
            summary=f"{title}{number}的内容",
            place=place.format(number=number),
            aspect=aspect,
            lead_organisation=lead,
            kind=CandidateKind.HARDWARE,
            origin=CandidateOrigin.DEPARTMENT,
            state=CandidateState.LISTED,
            drafted_at=NOW,
            drafted_by=office,
        )
        sheet = FeasibilitySheet.objects.create(
            candidate=candidate,
            starts_on=date(cycle.year, 1, 1),
            finishes_on=date(cycle.year, 11, 30),
            people_served=1000 * number,
            legal_basis="相关规划",
        )
        CostLine.objects.create(sheet=sheet, source=FundSource.CITY, amount_wan=Decimal(100 * number))
        rows.append(candidate)
    content, digest = proposals.list_content(cycle)
    CandidateList.objects.create(cycle=cycle, content=content, digest=digest, frozen_at=NOW, frozen_by=office)
    return rows


def deputies_of(area: Area, number: int) -> list[User]:
    """Return so many new deputies of an area; two queries, however many they are."""
    people = User.objects.bulk_create(UserFactory.build_batch(number))
    Mandate.objects.bulk_create(MandateFactory.build(user=user, role=Role.DEPUTY, area=area) for user in people)
    return people


def code_on(receipt: Any) -> str:
    """Return the code that the page of a receipt shows; there is one and no other."""
    assert receipt.status_code == 200
    (code,) = re.findall(r"<dd(?: data-receipt)?>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</dd>", receipt.content.decode())
    return str(code)


def state_in_term(round_: Round, deputies: int, *, by: User) -> DeputiesInTerm:
    """Enter from a document how many deputies are in term."""
    return services.state_in_term(
        round_=round_, deputies=deputies, document="关于代表名额的公告〔2024〕1号", document_date=NOW.date(),
        file=io.BytesIO(b"%PDF-1.7"), file_name="公告.pdf", by=by, at=NOW,
    )  # fmt: skip


def lock_roll(round_: Round, *, by: User, second: User, note: str = "名册已核对") -> None:
    """Lock a roll by two persons, beside the number that is entered, or as many as are on it."""
    if not DeputiesInTerm.objects.filter(round=round_).exists():
        state_in_term(round_, round_.roll.count(), by=by)
    services.propose_step(round_=round_, step=Step.LOCK_ROLL, note=note, by=by, at=NOW)
    services.lock_roll(round_=round_, by=second, at=NOW)
    round_.refresh_from_db()


@dataclass
class Plenary:
    """A round and everyone around it; every act happens at NOW."""

    round: Round
    staff: User
    chair: User
    scrutineer: User
    deputies: list[User]
    halves: list[tuple[User, str]] = field(default_factory=list)
    """Who holds which half of the key, where ballots are sealed."""

    @property
    def cycle(self) -> Cycle:
        return self.round.cycle

    @property
    def options(self) -> list[Option]:
        return list(self.round.options.order_by("number"))

    def entry(self, deputy: User) -> RollEntry:
        return RollEntry.objects.get(round=self.round, deputy=deputy)

    def marks(self, letters: str) -> dict[int, Mark]:
        return decode([option.pk for option in self.options], letters)

    def cast(self, deputy: User, letters: str, key: str = "", card: int | None = None) -> str:
        sent, key = services.as_sent(self.marks(letters)), key or str(uuid.uuid4())
        return services.cast_ballot(round_id=self.round.pk, sent=sent, key=key, card=card, by=deputy, at=NOW).code

    def name_officers(self) -> None:
        services.name_officers(
            round_=self.round, chief="总监票人", scrutineers=["监票人"], tellers=["计票人"], by=self.staff, at=NOW
        )

    def step(self, step: Step, note: str = "") -> None:
        if step == Step.ANNOUNCE and not self.round.officers.exists():
            self.name_officers()
        services.propose_step(round_=self.round, step=step, note=note, by=self.chair, at=NOW)
        verb = {
            Step.OPEN: services.open_round,
            Step.CLOSE: services.close_round,
            Step.ANNOUNCE: services.announce_round,
            Step.VOID: services.void_round,
            Step.MOVE_TO_PAPER: services.move_to_paper,
        }[step]
        verb(round_=self.round, by=self.scrutineer, at=NOW)
        self.round.refresh_from_db()

    def open(self, present: int | None = None) -> None:
        """Lead a draft to its open vote, with every deputy signed in by the scrutineer, as staff issue the cards.

        present: so many from the top of the roll are signed in instead, as rows and at once.
        """
        services.lock_rules(round_=self.round, by=self.staff, at=NOW)
        self.fill_roll()
        self.lock_roll()
        services.open_sign_in(round_=self.round, by=self.staff, at=NOW)
        absent = RollEntry.objects.filter(round=self.round, signed_in_at__isnull=True).order_by("number")
        if present is None:
            for entry in absent:
                services.sign_in_deputy(entry=entry, by=self.scrutineer, at=NOW)
        else:
            first = absent.filter(number__lte=present)
            first.update(signed_in_at=NOW, signed_in_by=self.scrutineer, signed_in_way=SignInWay.STAFF)
        if Method.objects.get(round=self.round).scheme == Scheme.SEALED:
            self.draw_halves()
        self.step(Step.OPEN)

    def draw_halves(self) -> None:
        """Let two scrutineers draw a half of the key each, and type it back."""
        for number, by in enumerate((self.scrutineer, official(Role.SCRUTINEER, self.cycle.area)), start=1):
            _half, typed = services.draw_half(round_=self.round, number=number, by=by, at=NOW)
            services.try_half(round_=self.round, typed=typed, by=by, at=NOW)
            self.halves.append((by, typed))

    def open_ballots(self, again: int = 0) -> None:
        """Put in both halves of the key. again: so many are in already."""
        for by, typed in self.halves[again:]:
            services.hand_in_half(round_=self.round, typed=typed, by=by, at=NOW)

    def lock_roll(self) -> None:
        lock_roll(self.round, by=self.staff, second=self.scrutineer)

    def fill_roll(self) -> None:
        lines = [
            services.RollLine(number, deputy.pk, deputy.name, "第一代表团")
            for number, deputy in enumerate(self.deputies, start=1)
        ]
        services.write_roll(round_=self.round, lines=lines, by=self.staff, at=NOW)

    def fill_urn(self, ballots: Sequence[str]) -> None:
        """Put the ballots of the next deputies present into the urn, as rows and at once."""
        waiting = RollEntry.objects.filter(round=self.round, signed_in_at__isnull=False, has_voted=False)
        voters = list(waiting.order_by("number").values_list("pk", flat=True)[: len(ballots)])
        UrnBallot.objects.bulk_create(
            UrnBallot(round=self.round, marks=marks, receipt=make_code(), repeat_digest=uuid.uuid4().hex)
            for _voter, marks in zip(voters, ballots, strict=True)
        )
        RollEntry.objects.filter(pk__in=voters).update(has_voted=True)

    def finish(self) -> None:
        """Close, count and announce."""
        self.step(Step.CLOSE)
        self.announce()

    def announce(self) -> None:
        """Count what has closed and announce it; what is sealed is opened first."""
        self.open_ballots()
        services.count_round(round_=self.round, by=self.chair, at=NOW)
        self.step(Step.ANNOUNCE)


def plenary(
    *,
    candidates: int = 3,
    seats: int = 2,
    deputies: int = 3,
    method: Mapping[str, Any] | None = None,
    is_rehearsal: bool = False,
    cycle: Cycle | None = None,
    until: RoundState = RoundState.OPEN,
) -> Plenary:
    """Convene a congress. until: DRAFT, RULES_LOCKED, ROLL_LOCKED, SIGN_IN (nobody signed in) or OPEN (all are)."""
    cycle = cycle or CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.VOTE)
    if proposals.frozen_list(cycle) is None:
        freeze(cycle, candidates)
    staff = official(Role.CONGRESS_STAFF, cycle.area)
    round_ = services.create_round(
        cycle=cycle, title="民生实事项目票决", seats=seats, is_rehearsal=is_rehearsal, by=staff, at=NOW
    )
    found = Plenary(
        round=round_,
        staff=staff,
        chair=official(Role.CHAIR, cycle.area),
        scrutineer=official(Role.SCRUTINEER, cycle.area),
        deputies=deputies_of(cycle.area, deputies),
    )
    if method:
        services.write_rules(
            round_=round_, title=round_.title, seats=seats, voting_minutes=30, method=method, by=staff, at=NOW
        )
    if until == RoundState.OPEN:
        found.open()
        return found
    order = [RoundState.DRAFT, RoundState.RULES_LOCKED, RoundState.ROLL_LOCKED, RoundState.SIGN_IN]
    for state in order[1 : order.index(until) + 1]:
        if state == RoundState.RULES_LOCKED:
            services.lock_rules(round_=round_, by=staff, at=NOW)
        elif state == RoundState.ROLL_LOCKED:
            found.fill_roll()
            found.lock_roll()
        else:
            services.open_sign_in(round_=round_, by=staff, at=NOW)
    round_.refresh_from_db()
    return found


def in_urn(*fields: str) -> list[Any]:
    """Return what lies in the urn, which only the database's own superuser may read: of one field its values."""
    with databases.as_superuser():
        return list(UrnBallot.objects.values_list(*(fields or ["pk"]), flat=len(fields) < 2))
