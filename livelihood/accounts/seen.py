"""What stood on a page when somebody acts on it: what was done meanwhile is looked at first (ADR 43).

A page carries the number of the last act upon what it shows. The act is refused, under the lock of its object, when
there is a later one: two officials who decide at once do not overturn one another unawares.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from operator import attrgetter

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.acts import Act
from livelihood.audit.models import Entry
from livelihood.audit.selectors import last_act, last_act_in
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Moved, Text


def mark_of(subject: Model, *, but: Collection[Act] = (), along: Iterable[Model] = ()) -> int:
    """Return what a page carries of the object that it shows, and read the object anew: it is no older than its mark.

    but: acts that decide nothing, such as reading. along: what has written the object by an act of its own: imports.
    """
    mark = max(mark_of_all([subject], but=but), mark_of_all(along))
    _read_anew(subject)
    return mark


def mark_of_all(subjects: Iterable[Model], *, but: Collection[Act] = ()) -> int:
    """Return what a page carries of objects of one kind; it reads what it shows of them after that."""
    entry = last_act(subjects, but=but)
    return entry.pk if entry else 0


def mark_of_year(cycle: Cycle) -> int:
    """Return what a page carries of the settings of a year, and read the year anew: its dates come after that."""
    entry = last_act_in(cycle.pk, CycleAct)
    _read_anew(cycle)
    return entry.pk if entry else 0


def require_seen(
    seen: int | None,
    subjects: Iterable[Model],
    *,
    stands: Callable[[], Text],
    but: Collection[Act] = (),
    along: Iterable[Model] = (),
) -> None:
    """Do nothing if nobody has acted upon the objects, which are locked, since a page was shown.

    seen: what the page carries; None for who acts without one: a sheet, a command.
    stands: how it stands now, in words. but, along: as in `mark_of`.

    :raises Moved: somebody has.
    """
    if seen is not None:
        entries = filter(None, (last_act(subjects, but=but), last_act(along)))
        _refuse_later(seen, max(entries, key=attrgetter("pk"), default=None), stands)


def require_seen_year(seen: int | None, cycle: Cycle, *, stands: Callable[[], Text]) -> None:
    """Do nothing if nobody has changed the settings of a year, which is locked, or moved it, since a page was shown.

    seen, stands: as in `require_seen`.

    :raises Moved: somebody has.
    """
    if seen is not None:
        _refuse_later(seen, last_act_in(cycle.pk, CycleAct), stands)


def _refuse_later(seen: int, entry: Entry | None, stands: Callable[[], Text]) -> None:
    if entry is not None and entry.pk > seen:
        who = User.objects.filter(pk=entry.actor_id or 0).values_list("name", flat=True).first()
        raise Moved(moved(who, entry.at, stands()), seen=entry.pk)


def _read_anew(subject: Model) -> None:
    subject.refresh_from_db(fields=[field.name for field in subject._meta.concrete_fields if not field.is_relation])


def moved(who: str | None, at: datetime, stands: Text) -> Text:
    """Say who did what meanwhile, and when."""
    when = date_format(timezone.localtime(at), "DATETIME_FORMAT")
    text = _("Meanwhile {who} has decided on this or changed it ({when}). It now stands: {stands}. Look at it first.")
    return format_lazy(text, who=who or _("somebody else"), when=when, stands=stands)
