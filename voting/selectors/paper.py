"""Reading the paper side of a round: how far it is, what a teller has to enter next, where two readings differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.accounts.selectors import mandates_in
from livelihood.cycles.models import Area
from voting import papers
from voting.models import Option, PaperReading, PaperStack, Round
from voting.models.paper import HANDS
from voting.states import Duty
from voting.tally import Mark


@dataclass(frozen=True, slots=True)
class PaperProgress:
    """How far the papers of a round are.

    issued: handed out. waiting: deputies present who have neither voted nor hold a paper. stack: None until those that
    came back are counted. read_once, alike: sheets read by one person only, and by two persons alike. differing:
    numbers of the sheets that two persons read differently.
    """

    issued: int
    waiting: int
    stack: PaperStack | None
    read_once: int
    alike: int
    differing: Sequence[int]

    @property
    def unread(self) -> int:
        """Sheets that nobody has read yet; none once they are merged."""
        if self.stack is None or self.stack.merged_at is not None:
            return 0
        return self.stack.returned - self.read_once - self.alike - len(self.differing)


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One candidate on a sheet, with the mark that each person read."""

    option: Option
    marks: Sequence[Mark]

    @property
    def differs(self) -> bool:
        """Whether two persons read this line differently."""
        return len(set(self.marks)) > 1


def paper_progress(round_: Round) -> PaperProgress:
    """Return how far the papers of a round are; four queries."""
    stack = PaperStack.objects.filter(round=round_).select_related("counted_by", "merged_by").first()
    sheets = _sheets(stack) if stack else []
    return PaperProgress(
        issued=papers.issued(round_),
        waiting=papers.without_ballot(round_).count(),
        stack=stack,
        read_once=sum(hands == 1 for _number, hands, _kinds in sheets),
        alike=sum(hands == len(HANDS) and kinds == 1 for _number, hands, kinds in sheets),
        differing=[number for number, _hands, kinds in sheets if kinds > 1],
    )


def _sheets(stack: PaperStack) -> list[tuple[int, int, int]]:
    rows = stack.readings.values("number").annotate(hands=Count("pk"), kinds=Count("marks", distinct=True))
    return list(rows.order_by("number").values_list("number", "hands", "kinds"))


def next_sheet(stack: PaperStack, teller: User) -> int | None:
    """Return the first sheet that a teller can read and has not; None when nothing is left for them."""
    done = set(
        stack.readings.values("number")
        .annotate(hands=Count("pk"), own=Count("pk", filter=Q(teller=teller)))
        .filter(Q(hands=len(HANDS)) | Q(own=1))
        .values_list("number", flat=True)
    )
    return next((number for number in range(1, stack.returned + 1) if number not in done), None)


def readings_for(stack: PaperStack, number: int, teller: User) -> list[PaperReading]:
    """Return what was read on a sheet, as far as this teller may see it, by hand.

    Before they have read it themselves: nothing, unless two others have.
    """
    readings = list(stack.readings.filter(number=number).select_related("teller").order_by("hand"))
    is_theirs = any(reading.teller_id == teller.pk for reading in readings)
    return readings if is_theirs or len(readings) == len(HANDS) else []


def lines_read(round_: Round, readings: Sequence[PaperReading]) -> list[ReadLine]:
    """Return a sheet line by line, in order of option number, with the marks of each reading."""
    return [
        ReadLine(option, [Mark(reading.marks[place]) for reading in readings])
        for place, option in enumerate(round_.options.order_by("number"))
    ]


def likely_officers(area: Area, day: date) -> dict[Duty, list[str]]:
    """Return whom congress staff will probably name: the scrutineers of the area, the first as chief, and its staff."""
    mandates = (
        mandates_in(area).filter(starts_on__lte=day).exclude(ends_on__lt=day).filter(is_waiting=False).order_by("pk")
    )
    names = {
        role: list(dict.fromkeys(mandates.filter(role=role).values_list("user__name", flat=True)))
        for role in (Role.SCRUTINEER, Role.CONGRESS_STAFF)
    }
    chief, *others = names[Role.SCRUTINEER] or [""]
    return {Duty.CHIEF_SCRUTINEER: [chief], Duty.SCRUTINEER: others, Duty.TELLER: names[Role.CONGRESS_STAFF]}


def officers_by_duty(round_: Round) -> list[tuple[Duty, list[str]]]:
    """Return the names of each duty, the chief scrutineer first; duties without a name too."""
    rows = list(round_.officers.order_by("pk"))
    return [(duty, [row.name for row in rows if row.duty == duty]) for duty in Duty]
