"""Reading the paper side of a round: how far it is, what a teller has to enter next, where two readings differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from livelihood.accounts.models import User
from voting import papers
from voting.models import CountingOfficer, PaperReading, PaperStack, Round
from voting.models.paper import HANDS
from voting.states import Duty


@dataclass(frozen=True, slots=True)
class PaperProgress:
    """How far the papers of a round are.

    issued: handed out. stack: None until those that came back are counted. read_once, alike: sheets read by one person
    only, and by two persons alike. differing: numbers of the sheets that two persons read differently.
    """

    issued: int
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
class Line:
    """One candidate on a sheet as the two hands read it; None where they may not be seen or have not read it."""

    number: int
    title: str
    marks: Sequence[str]

    @property
    def differs(self) -> bool:
        """Whether two persons read this line differently."""
        return len(set(self.marks)) > 1


def paper_progress(round_: Round) -> PaperProgress:
    """Return how far the papers of a round are; three queries."""
    stack = PaperStack.objects.filter(round=round_).select_related("counted_by", "merged_by").first()
    sheets = _sheets(stack) if stack else []
    return PaperProgress(
        issued=papers.issued(round_),
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


def officers_of(round_: Round) -> QuerySet[CountingOfficer]:
    """Return who counts and watches, in the order in which they were named."""
    return round_.officers.order_by("pk")


def officers_by_duty(round_: Round) -> list[tuple[Duty, list[str]]]:
    """Return the names of each duty, the chief scrutineer first; duties without a name too."""
    rows = list(officers_of(round_))
    return [(duty, [row.name for row in rows if row.duty == duty]) for duty in Duty]
