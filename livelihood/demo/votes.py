"""A vote of deputies, from the roll to the announcement; the ballots are made up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from uuid import UUID

from django.utils import timezone

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.demo.people import NAMES, Team
from livelihood.kernel.typesetting import typeset
from voting import services as voting
from voting.models import Option, RollEntry, Round
from voting.states import Step
from voting.tally import Mark

DOCUMENT = Path(__file__).resolve().parent / "typst" / "in_term.typ"

HATS = {"chair": Role.CHAIR, "scrutineer-1": Role.SCRUTINEER, "scrutineer-2": Role.SCRUTINEER}
"""Who runs a vote beside the congress staff."""


@dataclass(frozen=True, slots=True)
class Session:
    """One vote with those who run it.

    delegations: their names; deputies are dealt out to them in turn.
    """

    team: Team
    deputies: Sequence[User]
    delegations: Sequence[str]

    def call_roll(self, round_: Round, *, at: datetime) -> None:
        """Draw up the roll, and lock it by two persons."""
        self.draw_up(round_, at=at)
        voting.lock_roll(round_=round_, by=self.team.people["scrutineer-1"], at=at)

    def draw_up(self, round_: Round, *, at: datetime) -> None:
        """Lock the rules, write the roll, enter how many are in term, and propose to lock the roll."""
        staff = self.team.people["congress"]
        voting.lock_rules(round_=round_, by=staff, at=at)
        lines = [
            voting.RollLine(number, deputy.pk, deputy.name, self._delegation_of(number))
            for number, deputy in enumerate(self.deputies, start=1)
        ]
        voting.write_roll(round_=round_, lines=lines, by=staff, at=at)
        self._state_in_term(round_, at=at)
        voting.propose_step(round_=round_, step=Step.LOCK_ROLL, by=staff, at=at)

    def _delegation_of(self, number: int) -> str:
        """Deal out the numbers in turn, and one further wherever names begin anew: no delegation has one name twice."""
        return self.delegations[(number - 1 + (number - 1) // NAMES) % len(self.delegations)]

    def _state_in_term(self, round_: Round, *, at: datetime) -> None:
        """Enter as many deputies as the roll has, with a page of the demo for the congress's document."""
        document = f"关于{round_.cycle.area.name_zh}人民代表大会代表名额的公告（演示）"
        text = f"代表名额为{len(self.deputies)}名。此件由演示生成，不是真实文件。"
        voting.state_in_term(
            round_=round_,
            deputies=len(self.deputies),
            document=document,
            document_date=timezone.localdate(at),
            file=BytesIO(typeset(DOCUMENT, {"title": document, "text": text}, at=at)),
            file_name="代表名额公告（演示）.pdf",
            by=self.team.people["congress"],
            at=at,
        )

    def sign_in(self, round_: Round, present: int, *, at: datetime) -> list[RollEntry]:
        """Let a scrutineer sign in the first so many of the roll, within minutes; staff hand out the papers."""
        people = self.team.people
        voting.open_sign_in(round_=round_, by=people["congress"], at=at)
        entries = list(RollEntry.objects.filter(round=round_).select_related("round", "deputy").order_by("number"))
        for entry in entries[:present]:
            voting.sign_in_deputy(entry=entry, by=people["scrutineer-1"], at=at + timedelta(seconds=entry.number))
        return entries[:present]

    def take(self, round_: Round, step: Step, *, at: datetime, note: str = "") -> None:
        """Take a step of two persons: the presiding officer proposes it, a scrutineer does it."""
        confirm = {Step.OPEN: voting.open_round, Step.CLOSE: voting.close_round, Step.ANNOUNCE: voting.announce_round}
        voting.propose_step(round_=round_, step=step, note=note, by=self.team.people["chair"], at=at)
        confirm[step](round_=round_, by=self.team.people["scrutineer-1"], at=at + timedelta(minutes=1))

    def cast(
        self, round_: Round, voters: Sequence[RollEntry], favour: Mapping[int, float], *, chance: Random, at: datetime
    ) -> None:
        """Let deputies cast their ballots within some minutes.

        favour: option number → share of deputies who approve, about.
        """
        options = list(Option.objects.filter(round=round_).order_by("number"))
        for place, entry in enumerate(voters):
            voting.cast_ballot(
                round_id=round_.pk,
                sent=voting.as_sent(_marks(options, round_.seats, favour, chance)),
                key=str(UUID(int=chance.getrandbits(128), version=4)),
                by=entry.deputy,
                at=at + timedelta(seconds=2 * place),
            )

    def hand_out(self, holders: Sequence[RollEntry], *, at: datetime) -> None:
        """Hand deputies a ballot on paper."""
        for entry in holders:
            voting.hand_out_paper(entry=entry, by=self.team.people["congress"], at=at)

    def read_papers(
        self, round_: Round, papers: int, favour: Mapping[int, float], *, chance: Random, at: datetime
    ) -> None:
        """Count the papers of a closed round, enter each of them as two persons read it, and merge them.

        papers: how many came back. favour: as for casting.
        """
        people = self.team.people
        options = list(Option.objects.filter(round=round_).order_by("number"))
        tellers = (people["congress"], people["scrutineer-2"])
        for teller in tellers:
            voting.count_papers(round_=round_, returned=papers, by=teller, at=at)
        for number in range(1, papers + 1):
            marks = _marks(options, round_.seats, favour, chance)
            for teller in tellers:
                voting.enter_paper(round_=round_, number=number, marks=marks, by=teller, at=at)
        voting.merge_papers(round_=round_, by=people["congress"], at=at + timedelta(minutes=8))

    def settle(self, round_: Round, *, at: datetime, note: str) -> None:
        """Count and announce a closed vote, with those named who sign its sheet.

        note: number of the announcement.
        """
        people = self.team.people
        voting.name_officers(
            round_=round_,
            chief=people["scrutineer-1"].name,
            scrutineers=[people["scrutineer-2"].name],
            tellers=[people["congress"].name],
            by=people["congress"],
            at=at,
        )
        voting.count_round(round_=round_, by=people["scrutineer-2"], at=at)
        self.take(round_, Step.ANNOUNCE, at=at + timedelta(minutes=10), note=note)


def _marks(options: Sequence[Option], seats: int, favour: Mapping[int, float], chance: Random) -> dict[int, Mark]:
    """Draw a ballot: no more approvals than seats, the least liked give way first."""
    liked = [option for option in options if chance.random() < favour[option.number]]
    liked = sorted(liked, key=lambda option: favour[option.number] + chance.random() / 10, reverse=True)[:seats]
    others = {option.pk: Mark.OPPOSE if chance.random() < 0.3 else Mark.ABSTAIN for option in options}  # noqa: PLR2004 -- as lively as it looks
    return others | {option.pk: Mark.APPROVE for option in liked}
