"""An import of people taken back, row by row, where nobody has acted since."""

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import holding, rules, services
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.handlers.planning import FIELDS
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.services import PersonChange
from livelihood.kernel.sheets.handling import BY_HAND, CHANGED_SINCE, Frame, Written, changed_since
from livelihood.kernel.sheets.resolving import Problem


class TakingBackPeople:
    """One import, with what has become of it."""

    def __init__(self, frame: Frame, written: Sequence[Written]) -> None:
        self.frame, self.written = frame, written
        people = User.objects.filter(pk__in={one.subject for one in written}).select_related("area")
        self.users = {user.pk: user for user in people}
        rows = Mandate.objects.filter(pk__in={one.kept["mandate"] for one in written if one.kept})
        self.mandates = {row.pk: row for row in rows.select_related("area", "user", "organisation")}
        self.areas = holding.areas_of_accounts(list(self.users.values()), frame.at)
        given = [self.mandates[key] for one in written if (key := _given(one)) in self.mandates]
        self.acted = services.acted_since(given)
        self.stood_for = set(Mandate.objects.filter(stands_in_for__in=given).values_list("stands_in_for_id", flat=True))
        self._look_at_days()
        new = {one.subject for one in written if one.is_new}
        self.used = services.used_accounts(new, {Mandate: [mandate.pk for mandate in given]})

    def _look_at_days(self) -> None:
        """Find mandates that would have ended before somebody acted under them, or would run where none may."""
        ends = {one.kept["mandate"]: _end(one)[0] for one in self.written if one.kept and not one.kept["is_given"]}
        changed = {key: end for key, end in ends.items() if key in self.mandates}
        shorter = {key: end for key, end in changed.items() if end and end < (self.mandates[key].ends_on or date.max)}
        today = timezone.localdate(self.frame.at)
        over = [self.mandates[key] for key, end in shorter.items() if end < today]
        self.acted |= services.acted_since(over, AccountAct.MANDATE_ENDED)
        stand_ins = Mandate.objects.filter(stands_in_for__in=shorter).values_list("stands_in_for_id", "ends_on")
        self.stood_for |= {key for key, last in stand_ins if key and (last or date.max) > shorter[key]}
        as_before = [copy(self.mandates[key]) for key in changed if key not in shorter]
        for mandate in as_before:
            mandate.ends_on = changed[mandate.pk]
        self.collides = {mandate.pk: problem for mandate, problem in services.colliding(as_before)}
        self.longer = {mandate.pk: mandate for mandate in as_before}

    def staying(self) -> dict[int, Problem]:
        """Return by row why it stays."""
        stays = {one.row: problem for one in self.written if (problem := self._problem(one)) is not None}
        kept_on = {one.subject: stays[one.row] for one in self.written if one.is_new and one.row in stays}
        return stays | {one.row: kept_on[one.subject] for one in self.written if one.is_new and one.subject in kept_on}

    def run(self) -> Mapping[int, Problem]:
        """Put back what can be, and return by row why the others stay."""
        stays = self.staying()
        goes = [one for one in self.written if one.row not in stays]
        by, at = self.frame.by, self.frame.at
        given = [self.mandates[key] for one in goes if (key := _given(one))]
        services.remove_mandates(mandates=given, by=by, at=at)
        gone = {one.subject for one in goes if one.is_new}
        services.remove_people(users=[self.users[key] for key in sorted(gone)], by=by, at=at)
        former = [(self.users[one.subject], _former(one)) for one in goes if not one.is_new]
        services.change_people(changes=[_change(user, fields) for user, fields in former if fields], by=by, at=at)
        ends = {one.kept["mandate"]: _end(one)[0] for one in goes if one.kept and not one.kept["is_given"]}
        services.end_mandates(last_days=ends, by=by, at=at)
        return stays

    def _problem(self, one: Written) -> Problem | None:
        """Say why a row stays as it was written."""
        user = self.users.get(one.subject)
        if user is None:
            return Problem("", _("This account is there no longer."), "")
        if one.is_new and (why := self.used.get(user.pk)):
            return Problem("username", why, _("Close the account on its page."))
        if changed := changed_since(one.changes, {column: getattr(user, name) for column, name in FIELDS.items()}):
            return changed
        if (one.is_new or _former(one)) and not (
            verdict := rules.may_manage_account(self.frame.by, user, self.areas[user.pk], self.frame.at)
        ):
            return Problem("", verdict.reason, "")
        return self._problem_of_mandate(one) if one.kept else None

    def _problem_of_mandate(self, one: Written) -> Problem | None:
        mandate = self.mandates.get(one.kept["mandate"])
        if mandate is None or mandate.ends_on != _end(one)[1]:
            return Problem("ends_on", CHANGED_SINCE, BY_HAND)
        if mandate.pk in self.acted or mandate.pk in self.stood_for:
            text = _("Somebody has acted since this mandate was given or prolonged, or stands in for it.")
            return Problem("role", text, _("End it on the page of the person."))
        by, at = self.frame.by, self.frame.at
        is_given = one.kept["is_given"]
        may = rules.may_manage_people(by, mandate.area, at) if is_given else rules.may_end_mandate(by, mandate, at)
        if not may:
            return Problem("area", may.reason, "")
        return self._problem_of_longer(self.longer[mandate.pk]) if mandate.pk in self.longer else None

    def _problem_of_longer(self, mandate: Mandate) -> Problem | None:
        """Say why a mandate that an import has let end does not go on."""
        office = mandate.organisation
        if mandate.user.closed_at is not None:
            return Problem("username", _("This account is closed. Open it again first."), "")
        if office and office.valid_to and office.valid_to < (mandate.ends_on or date.max):
            return Problem("organisation", format_lazy(_("{area} has ended."), area=office.name_zh), BY_HAND)
        if not (verdict := rules.may_take_people(mandate.area)):
            return Problem("area", verdict.reason, "")
        return Problem("role", self.collides[mandate.pk], "") if mandate.pk in self.collides else None


def _given(one: Written) -> int | None:
    """Return the key of the mandate that a row has given."""
    return one.kept["mandate"] if one.kept and one.kept["is_given"] else None


def _end(one: Written) -> tuple[Any, Any]:
    """Return when the mandate of a row ended before, and after it was written."""
    return next(((change.old, change.new) for change in one.changes if change.column == "ends_on"), (None, None))


def _former(one: Written) -> dict[str, str]:
    """Return what a row has changed of name and contacts, as it was."""
    return {FIELDS[change.column]: change.old or "" for change in one.changes if change.column in FIELDS}


def _change(user: User, former: dict[str, str]) -> PersonChange:
    return PersonChange(user, **{"name": user.name, "mail": user.mail, "phone": user.phone} | former)
