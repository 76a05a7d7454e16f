"""Personal data as it is held: each kind is declared once, beside its models, and kept no longer than its period.

    declare(PersonalData("contacts", _("Contacts of citizens"), fields=("proposals.SuggestionContact.name", …), …))

Which fields are personal and stand in no kind, tests/house/test_personal.py finds. `livelihood.privacy` makes the
record of processing of it (个人信息保护法, articles 55 and 56), and its clock forgets what is over (article 47).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Text
from livelihood.kernel.parameters import field_at


class Ground(models.TextChoices):
    """By what right personal data is handled. Source: 个人信息保护法, article 13."""

    CONSENT = "consent", _("Consent of the person (article 13, item 1)")
    STAFF = "staff", _("Managing the staff by rules made by law (article 13, item 2)")
    DUTY = "duty", _("Duties laid down by law (article 13, item 3)")


@dataclass(frozen=True, slots=True)
class Period:
    """How long something is kept, in days, unless the office says otherwise within the bounds.

    forget: makes rows, given by their keys, say nothing of a person any longer, and returns how many it did so to.
    may_go: which rows may be forgotten once they are over the period.
    begins: from when the period runs, in words.
    """

    days: int
    least: int
    most: int
    begins: Text
    forget: Callable[[Sequence[Any]], int]
    may_go: Q = field(default_factory=Q)


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One kind of personal data.

    fields: as app.Model.field. rows: what is held; of several tables the one that says how many persons or cases.
    since: the field of a row that says since when it is held, and from which its period runs.
    period: None for what no clock forgets; `kept` says then how long it is kept and why.
    """

    key: str
    label: Text
    fields: tuple[str, ...]
    purpose: Text
    ground: Ground
    readers: Text
    rows: Callable[[], QuerySet[Any]]
    since: str
    period: Period | None = None
    kept: Text = ""

    def over(self, days: int, at: datetime) -> QuerySet[Any]:
        """Return the rows that may be forgotten, as they are held for longer than so many days."""
        rows = self.rows()
        limit: Any = at - timedelta(days=days)
        if not isinstance(field_at(rows, self.since), models.DateTimeField):
            limit = timezone.localdate(limit)
        may_go = self.period.may_go if self.period else Q(pk__in=[])
        return rows.filter(may_go, **{f"{self.since}__lt": limit})


_KINDS: dict[str, PersonalData] = {}


def declare(kind: PersonalData) -> PersonalData:
    """Make a kind known by its key."""
    _KINDS[kind.key] = kind
    return kind


def kinds() -> Mapping[str, PersonalData]:
    """Return every kind that a room declares in its `personal`, by key; what citizens give comes first."""
    autodiscover_modules("personal")
    order = list(Ground)
    return dict(sorted(_KINDS.items(), key=lambda one: (order.index(one[1].ground), one[1].period is None, one[0])))
