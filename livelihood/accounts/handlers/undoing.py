"""An import of people taken back, row by row, where nobody has acted since."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import holding, rules, services
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
        self.mandates = {row.pk: row for row in rows.select_related("area")}
        self.areas = holding.areas_of_accounts(list(self.users.values()), frame.at)
        given = [self.mandates[key] for one in written if (key := _given(one)) in self.mandates]
        self.acted = services.acted_since(given)
        self.stood_for = set(Mandate.objects.filter(stands_in_for__in=given).values_list("stands_in_for_id", flat=True))
        new = {one.subject for one in written if one.is_new}
        self.used = services.used_accounts(new, {Mandate: [mandate.pk for mandate in given]})

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
            text = _("Somebody has acted since this mandate was given, or stands in for it.")
            return Problem("role", text, _("End it on the page of the person."))
        if not (verdict := rules.may_manage_people(self.frame.by, mandate.area, self.frame.at)):
            return Problem("area", verdict.reason, "")
        return None


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
