"""The journals of a year, an area and a person, and their entries in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import BigIntegerField, Case, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Cast

from livelihood.accounts import selectors as accounts
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import Mandate, SignIn, User
from livelihood.accounts.roles import Permission
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.errors import Text
from livelihood.portal.acts import words
from livelihood.portal.details import Teller, ToldFact
from voting.acts import OF_SINGLE_DEPUTIES

SIGN_IN = SignIn._meta.label_lower

RECENT = timedelta(days=14)
"""For how long *My work* tells that somebody else has changed something about one's account."""


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One journal entry as shown, in words.

    subject: kind and key, as the filter `object` takes it; called: the same in words.
    actor: empty for a citizen or the clock. facts: what the act noted.
    """

    at: datetime
    act: str
    words: Text
    subject: str
    called: str
    actor: str
    facts: list[ToldFact]


def names_of(keys: set[int | None]) -> dict[int | None, str]:
    return dict(User.objects.filter(pk__in={key for key in keys if key}).values_list("pk", "name"))


def left_out(*, with_deputies: bool) -> frozenset[str]:
    """Return the acts that a journal of a year does not hold. with_deputies: with who took part in a vote, and when."""
    return frozenset() if with_deputies else OF_SINGLE_DEPUTIES


def journal_of(cycle: Cycle, *, with_deputies: bool) -> QuerySet[Entry]:
    """Return the journal of a cycle; see `left_out`."""
    return Entry.objects.filter(cycle_id=cycle.pk).exclude(act__in=left_out(with_deputies=with_deputies))


def of_area(area: Area, of: str = "") -> list[Q]:
    """Return the conditions of standing in the journal of an area: what is of no area stands in those above all others.

    of: a lookup to what has the area, ending in two underscores. Two conditions, as each is found by an index.
    """
    of_none = [] if area.parent_id else [Q(**{f"{of}area_id__isnull": True})]
    return [Q(**{f"{of}area_id": area.pk}), *of_none]


def journals_of_area(area: Area) -> list[QuerySet[Entry]]:
    """Return what was done in an area and belongs to no year: to itself, its organisations and its people; as lists."""
    return [Entry.objects.filter(condition, cycle_id=None) for condition in of_area(area)]


def journal_of_area(area: Area) -> QuerySet[Entry]:
    """Return the same as one list."""
    return reduce(or_, journals_of_area(area))


def years_with_journal(area: Area) -> QuerySet[Cycle]:
    """Return the years of an area, the last first."""
    return Cycle.objects.filter(area=area).select_related("area").order_by("-year")


def journal_of_account(user: User) -> QuerySet[Entry]:
    """Return what was done to an account and to its mandates; never what the person has done."""
    mandates = map(str, Mandate.objects.filter(user=user).values_list("pk", flat=True))
    of_account = Q(subject_type=User._meta.label_lower, subject_id=str(user.pk))
    return Entry.objects.filter(of_account | Q(subject_type=Mandate._meta.label_lower, subject_id__in=list(mandates)))


def journal_of_person(user: User, reader: User, at: datetime) -> list[QuerySet[Entry]]:
    """Return what befell a person, their sign-ins, and what they did in no year, or one whose journal is the reader's.

    They are lists, as each has an index of its own, and all together have none.
    """
    areas = Area.objects.filter(accounts.areas_with(reader, [Permission.READ_JOURNAL], at))
    # By their keys: of a subquery the database would not know how many entries it leaves.
    keys = list(Cycle.objects.filter(area__in=areas).values_list("pk", flat=True))
    years = Q(cycle_id__isnull=True) | Q(cycle_id__in=keys)
    rows = map(str, user.sign_ins.values_list("pk", flat=True))
    sign_ins = Entry.objects.filter(subject_type=SIGN_IN, subject_id__in=list(rows))
    return [journal_of_account(user), sign_ins, Entry.objects.filter(years, actor_id=user.pk)]


def done_by_others(user: User, at: datetime) -> int:
    """Return how often others have changed something about a person's account lately, since they first signed in."""
    first = user.sign_ins.aggregate(first=Min("at"))["first"]
    if first is None:
        return 0
    # Whoever tries a password has changed nothing.
    told = journal_of_account(user).exclude(act__in=[AccountAct.SIGN_IN_REFUSED, AccountAct.SIGN_IN_CLOSED])
    recent = told.filter(at__gt=max(at - RECENT, first))
    return recent.exclude(actor_id=user.pk).count()


def with_signers(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Annotate entries with the key of who signed in by them, `signed_in_id`; the same as `signers`, for a file."""
    row = SignIn.objects.filter(pk=Cast(OuterRef("subject_id"), BigIntegerField())).values("user_id")
    return entries.annotate(signed_in_id=Case(When(subject_type=SIGN_IN, then=Subquery(row))))


def actors_of(entries: QuerySet[Entry]) -> set[int]:
    """Return the keys of all who acted, or signed in, by entries."""
    acted = entries.exclude(actor_id=None).order_by().values_list("actor_id", flat=True).distinct()
    came = SignIn.objects.filter(
        pk__in=entries.filter(subject_type=SIGN_IN).values(row=Cast("subject_id", BigIntegerField()))
    )
    return {key for key in acted if key} | set(came.values_list("user_id", flat=True))


def signers(entries: Sequence[Entry]) -> dict[int, int]:
    """Return by the keys of entries who signed in; what the clock has forgotten is nobody's. One query, if any."""
    rows = {int(one.subject_id): one.pk for one in entries if one.subject_type == SIGN_IN}
    found = SignIn.objects.filter(pk__in=rows).values_list("pk", "user_id") if rows else ()
    return {rows[pk]: user for pk, user in found}


def journal_rows(entries: Sequence[Entry]) -> list[JournalRow]:
    """Return entries in words, with the names of those who acted, or signed in, and of what they name."""
    came = signers(entries)
    names, teller = names_of({entry.actor_id for entry in entries} | set(came.values())), Teller(entries)
    return [
        JournalRow(
            at=entry.at,
            act=entry.act,
            words=words(entry.act),
            subject=f"{entry.subject_type}:{entry.subject_id}",
            called=teller.called(entry),
            actor=names.get(came.get(entry.pk, entry.actor_id), ""),
            facts=list(teller.facts(entry)),
        )
        for entry in entries
    ]
