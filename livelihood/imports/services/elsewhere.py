"""Whether a sheet seems to be of another place: its title, or how its cells begin, names another area of the level."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area
from livelihood.kernel.sheets.handling import LEAVE, YES, Frame, Line, RowOutcome, RowQuestion
from livelihood.kernel.sheets.lines import Why
from livelihood.kernel.sheets.results import Reading

ELSEWHERE = "elsewhere"
SHORTEST = 3
"""Characters; 城区 or 郊区 begin other names, too."""

LONGEST = 15
"""Characters; of the names of the country's counties, as 积石山保安族东乡族撒拉族自治县 has."""

LOOKED_AT = 1_000
"""Rows at most: the first say of which place a sheet is."""


def ask_about_place(frame: Frame, reading: Reading, lines: Sequence[Line]) -> None:
    """Ask at the first row that would change something, once for the whole sheet, unless somebody has said yes."""
    if any(given.get(ELSEWHERE) == YES for given in frame.answers.values()):
        return
    first = next((line for line in lines if line.outcome not in {RowOutcome.REFUSED, RowOutcome.UNCHANGED}), None)
    other = _named_more(frame.area, reading) if first is not None else None
    if first is None or other is None:
        return
    asked = format_lazy(
        _("This sheet names {other} ({count}) more often than {here} ({own}). Does it belong here?"),
        other=other[0], count=other[1], here=frame.area.name_zh, own=other[2],
    )  # fmt: skip
    answers = {YES: _("Yes, the whole sheet does"), LEAVE: _("No. Leave this row out; the whole file can be dropped")}
    first.outcome = RowOutcome.DOUBT
    first.questions = [*first.questions, RowQuestion(ELSEWHERE, asked, "", answers)]


def _named_more(area: Area, reading: Reading) -> tuple[str, int, int] | None:
    """Return the area of the level that is named most, how often, and how often this one is, where that is less."""
    others = Area.objects.filter(level=area.level).exclude(name_zh=area.name_zh)
    names = {name for name in others.values_list("name_zh", flat=True) if len(name) >= SHORTEST}
    named = {*names, area.name_zh}
    counted = Counter(name for text in _texts(reading) for name in _beginnings(text, named))
    titles = [one.text for one in reading.left_out if one.why == Why.TITLE]
    counted.update(name for title in titles for name in named if name in title)
    own = counted.pop(area.name_zh, 0)
    if not counted or counted.most_common(1)[0][1] <= own:
        return None
    name, count = counted.most_common(1)[0]
    return name, count, own


def _texts(reading: Reading) -> Iterator[str]:
    for row in reading.rows[:LOOKED_AT]:
        yield from (value for value in row.values.values() if isinstance(value, str))


def _beginnings(text: str, names: Collection[str]) -> list[str]:
    """Return the names with which a text begins; looked up by their lengths, as there may be thousands."""
    return [text[:length] for length in range(SHORTEST, min(len(text), LONGEST) + 1) if text[:length] in names]
