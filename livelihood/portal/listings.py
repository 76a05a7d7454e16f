"""What is handed out over all rooms: the journals of a year, of an area and of a person.

Who runs a year reads what was done in it, save who took part in a vote and when: that is a list of its own.
"""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial, reduce
from operator import or_
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import SignIn, User
from livelihood.audit.models import Entry
from livelihood.kernel import parameters
from livelihood.kernel.exports import Field
from livelihood.kernel.listings import OF_FILES, Asked, Listing, declare
from livelihood.kernel.verdict import Verdict
from livelihood.portal import journals, rules
from livelihood.portal.acts import words
from livelihood.portal.called import named_in
from livelihood.portal.details import Teller
from livelihood.portal.filters import JournalFilter
from livelihood.web.decorators import found


def _fields(entries: QuerySet[Entry], actors: QuerySet[User]) -> list[Field]:
    """Return the columns of entries. actors: whoever acted in them, and perhaps others."""
    names = dict(actors.values_list("pk", "name"))
    teller = Teller(entries.only("subject_type", "subject_id", "detail").iterator())
    return [
        Field(_("No."), lambda entry: entry.pk),
        Field(_("When"), lambda entry: entry.at),
        Field(_("Act"), lambda entry: words(entry.act)),
        Field(_("Code of the act"), lambda entry: entry.act),
        Field(_("Object"), teller.called),
        Field(_("Code of the object"), lambda entry: f"{entry.subject_type}:{entry.subject_id}"),
        Field(_("By"), lambda entry: names.get(entry.signed_in_id or entry.actor_id or 0, "")),
        Field(_("Detail"), lambda entry: gettext("; ").join(map(str, teller.facts(entry)))),
        Field(
            _("Detail as it is kept"),
            lambda entry: json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
        ),
    ]


def _journal(
    name: str,
    page: str,
    entries: Callable[[Any], QuerySet[Entry]],
    may_read: Callable[[Any, Any, datetime], Verdict],
    *,
    without: Collection[str] = (),
    of_area: bool = False,
) -> None:
    def chosen(asked: Asked) -> Any:
        filters = JournalFilter.on_page(asked.request, entries(asked.place), *OF_FILES, without=without)
        return filters.qs.order_by("-at", "-pk")

    def actors(place: Any) -> QuerySet[User]:
        acted = Q(pk__in=entries(place).values("actor_id"))
        return User.objects.filter(reduce(or_, [acted, *journals.of_area(place)]) if of_area else acted)

    def named(place: Any) -> list[QuerySet[Any]]:
        came = [SignIn.objects.filter(reduce(or_, journals.of_area(place, "user__")))] if of_area else []
        return [actors(place), *named_in(place), *came]

    declare(
        Listing(
            name,
            _("Journal"),
            page=page,
            chosen=chosen,
            read=lambda place: journals.with_signers(entries(place)),
            fields=lambda place: _fields(entries(place), actors(place)),
            named=named,
            may_read=may_read,
            of_area=of_area,
        )
    )


_journal(
    "journal",
    "portal:journal",
    partial(journals.journal_of, with_deputies=False),
    rules.may_read_journal,
    without=journals.left_out(with_deputies=False),
)
_journal(
    "journal-with-deputies",
    "portal:journal",
    partial(journals.journal_of, with_deputies=True),
    rules.may_read_journal_of_deputies,
)
_journal(
    "journal-of-area",
    "portal:area_journal",
    journals.journal_of_area,
    rules.may_read_journal_of_area,
    of_area=True,
)


def _of_person(asked: Asked) -> QuerySet[Entry]:
    """Return what the page of the person that the address names shows to whoever asks."""
    key = parameters.whole(asked.request.GET, "person") or 0
    person: User = found(accounts.people_near(asked.place).filter(pk=key).first())
    filters = JournalFilter.on_page(asked.request, Entry.objects.all(), *OF_FILES, "person").qs
    lists = journals.journal_of_person(person, asked.by, asked.at)
    # Each of them has an index of its own, and all together have none.
    keys = {key for entries in lists for key in (entries & filters).values_list("pk", flat=True)}
    return Entry.objects.filter(pk__in=keys).order_by("-at", "-pk")


def _fields_of_person(keys: Sequence[int]) -> list[Field]:
    entries = Entry.objects.filter(pk__in=keys)
    return _fields(entries, User.objects.filter(pk__in=journals.actors_of(entries)))


declare(
    Listing(
        "journal-of-person",
        _("Journal of this person"),
        page="portal:person_journal",
        chosen=_of_person,
        read=lambda _area: journals.with_signers(Entry.objects.all()),
        fields_of=_fields_of_person,
        # Whatever a name that stands in it was changed to, the change is a later entry.
        named=lambda _area: [Entry.objects.filter(pk=Entry.objects.aggregate(last=Max("pk"))["last"])],
        may_read=rules.may_read_journal_of_area,
        of_area=True,
        back="portal:area_journal",
    )
)
