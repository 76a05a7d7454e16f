"""The roll from a sheet: what the door asks (`livelihood.kernel.sheets.handling`)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import services as accounts
from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.errors import Text
from livelihood.kernel.sheets.cells import YesNo
from livelihood.kernel.sheets.handling import Done, Frame, Handler, Line, Written, register
from livelihood.kernel.sheets.resolving import Problem
from livelihood.kernel.sheets.results import Row
from livelihood.kernel.verdict import Verdict, no
from voting import rules, services
from voting.handlers.planning import Entering, PlanOfRoll, round_of
from voting.handlers.undoing import TakingBackDeputies
from voting.importers import LIMITS, ROLL
from voting.models import Round
from voting.states import ROLL_OPEN


class Roll(Handler):
    """The roll of a round; who has no account yet gets one as a deputy, without a code.

    Who stands on the roll and not in the sheet stays: they are taken off on the page of the roll.
    """

    kind = ROLL
    subject = "voting.rollentry"
    is_personal = True
    hangs_on_year = True
    limits = LIMITS
    example: ClassVar[Mapping[str, Text]] = {
        "number": "1", "username": "zhang-san", "name": "张三", "delegation": "第一代表团",
        "may_vote_remotely": YesNo.NO.label, "phone": "0571-12345678",
    }  # fmt: skip
    advice = (
        _("A row is a deputy. Who has no account gets one; slips are printed on the page of the roll."),
        _(
            "Without a user name a deputy is known by the card number, or by the name. Two of one name are told apart"
            " by delegation, telephone or card; what cannot be told is asked."
        ),
        _("Who stands on the roll and not in the sheet stays on it."),
    )

    def may_bring(self, by: User, area: Area, cycle: Cycle | None, at: datetime) -> Verdict:
        """May: congress staff, while the year is decided by vote."""
        return no(_("A roll belongs to a year.")) if cycle is None else rules.may_create_round(by, cycle, at)

    def targets(self, frame: Frame) -> Sequence[tuple[str, Text]]:
        """Return the rounds whose roll is open."""
        rounds = Round.objects.filter(cycle=frame.cycle, state__in=ROLL_OPEN).order_by("number")
        return [(str(one.number), format_lazy(_("Roll: {round}"), round=one.title)) for one in rounds]

    def said_target(self, frame: Frame) -> Text:
        """Return whose roll it is, also when that is open no longer."""
        return format_lazy(_("Roll: {round}"), round=round_of(frame).title)

    def addresses(self, frame: Frame, subjects: Collection[int]) -> Mapping[int, str]:
        """Return the pages of the lines."""
        round_ = round_of(frame)
        lines = round_.roll.filter(pk__in=subjects).values_list("pk", "number")
        return {pk: round_.address("voting:roll_line", line=number) for pk, number in lines}

    def lock(self, frame: Frame) -> Frame:
        """Lock the round."""
        services.hold_roll(round_=round_of(frame))
        return frame

    def plan(self, frame: Frame, rows: Sequence[Row]) -> list[Line]:
        """Say what each row would do."""
        plan = PlanOfRoll(frame, rows)
        return [plan.line(row) for row in rows]

    def write(self, frame: Frame, lines: Sequence[Line]) -> Sequence[Done]:
        """Give accounts to deputies who have none, and write the lines of the roll."""
        intents: list[Entering] = [line.own for line in lines]
        new = [one.new for one in intents if one.new is not None]
        made = iter(accounts.enrol_deputies(people=new, by=frame.by, at=frame.at))
        seated = accounts.seat_deputies(
            users=[one.seats for one in intents if one.seats is not None],
            area=round_of(frame).cycle.area,
            by=frame.by,
            at=frame.at,
        )
        mandates = {mandate.user_id: mandate.pk for mandate in seated}
        deputies = [next(made).pk if one.new is not None else one.line.deputy_id for one in intents]
        entries = services.write_roll(
            round_=round_of(frame),
            lines=[replace(one.line, deputy_id=pk) for one, pk in zip(intents, deputies, strict=True)],
            by=frame.by,
            at=frame.at,
        )
        return [
            Done(
                line.row.number,
                entry.pk,
                {"account": entry.deputy_id if one.new is not None else None, "mandate": mandates.get(entry.deputy_id)},
            )
            for line, one, entry in zip(lines, intents, entries, strict=True)
        ]

    def staying(self, frame: Frame, written: Sequence[Written]) -> Mapping[int, Problem]:
        """Say which lines were changed, and of which accounts somebody has made use."""
        return TakingBackDeputies(frame, written).staying()

    def take_back(self, frame: Frame, written: Sequence[Written]) -> Mapping[int, Problem]:
        """Take lines off the roll, with the accounts that were made for them, and put back what others said."""
        return TakingBackDeputies(frame, written).run()


register(Roll())
