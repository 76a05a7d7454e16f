"""Finds organisations by what sheets call them: a full or short name, a former one, or one of who was merged."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Self

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets.resolving import Problem

FULL, SHORT, FORMER = range(3)
"""How certain a name is."""


class Offices:
    """Organisations of some areas. own: the code of the area that is meant where a row names none."""

    def __init__(self, rows: Iterable[Organisation], own: str) -> None:
        self.own = own
        self.known: dict[tuple[str, str], list[dict[int, Organisation]]] = defaultdict(lambda: [{}, {}, {}])
        for row in rows:
            heir, code = row.merged_into or row, row.area.code
            self._add(code, row.folded, FULL if heir is row else SHORT, heir)
            for alias in row.aliases.all():
                self._add(code, alias.folded, SHORT, heir)
            for former in row.former_names.all():
                self._add(code, fold(former.name_zh), FORMER, heir)

    @classmethod
    def stored(cls, where: Area | Cycle) -> Self:
        """Return those of an area, or of that of a year, and of what lies in it and above it."""
        area = where.area if isinstance(where, Cycle) else where
        rows = Organisation.objects.within(area) | Organisation.objects.filter(area__code__in=area.codes)
        rows = rows.select_related("area", "merged_into").prefetch_related("aliases", "former_names")
        return cls(rows.order_by("pk"), area.code)

    def _add(self, code: str, folded: str, certain: int, heir: Organisation) -> None:
        self.known[code, folded][certain][heir.pk] = heir

    def called(self, written: str, *codes: str) -> Organisation | None:
        """Return the one that is called so in the first of some areas that knows the name; None where several are."""
        folded = fold(written)
        for key in ((code, folded) for code in codes):
            if key in self.known:
                found = next(filter(None, self.known[key]))
                return next(iter(found.values())) if len(found) == 1 else None
        return None

    def in_full(self, written: str, *codes: str) -> str:
        """Return the full name of the one that is called so, where that is another; else what is written."""
        office = self.called(written, *codes)
        return office.name_zh if office and office.folded != fold(written) else written


def has_ended(office: Organisation | None, day: date | None) -> Problem | None:
    """Say that an organisation has ended on a day on which somebody begins to act for it."""
    if office is None or day is None or office.valid_to is None or day <= office.valid_to:
        return None
    problem = format_lazy(
        _("{name} has ended on {last}, before {day}."),
        name=office.name_zh,
        last=office.valid_to.isoformat(),
        day=day.isoformat(),
    )
    return Problem("organisation", problem, _("Write the organisation that is there on this day, or an earlier day."))
