"""What is handed out over all rooms: the journals of a year and of an area.

Who runs a year reads what was done in it, save who took part in a vote and when: that is a list of its own.
"""

import json
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import SignIn, User
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.kernel.exports import Field
from livelihood.kernel.listings import OF_FILES, Asked, Listing, declare
from livelihood.kernel.verdict import Verdict
from livelihood.portal import journals, rules
from livelihood.portal.acts import words
from livelihood.portal.details import Teller
from livelihood.portal.filters import JournalFilter


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
        return User.objects.filter(acted | Q(area=place) if of_area else acted)

    def named(place: Any) -> list[QuerySet[Any]]:
        area = place.area if isinstance(place, Cycle) else place
        came = [SignIn.objects.filter(user__area=place)] if of_area else []
        return [actors(place), Area.objects.within(area), Organisation.objects.within(area), *came]

    def fields(place: Any) -> list[Field]:
        names = dict(actors(place).values_list("pk", "name"))
        teller = Teller(entries(place).only("subject_type", "subject_id", "detail").iterator())
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

    declare(
        Listing(
            name,
            _("Journal"),
            page=page,
            chosen=chosen,
            read=lambda place: journals.with_signers(entries(place)),
            fields=fields,
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
