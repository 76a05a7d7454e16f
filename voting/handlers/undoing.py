"""An import of a roll taken back, line by line, while the roll is open and nobody has changed the line since."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors
from livelihood.accounts import services as accounts
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Permission
from livelihood.kernel.sheets.cells import YesNo
from livelihood.kernel.sheets.handling import BY_HAND, Frame, Written, changed_since, staying_in_turn
from livelihood.kernel.sheets.resolving import Problem
from voting import rules, services
from voting.handlers.planning import round_of, values_of
from voting.importers import RollLine
from voting.models import RollEntry


class TakingBackDeputies:
    """One import, with what has become of it."""

    def __init__(self, frame: Frame, written: Sequence[Written]) -> None:
        self.frame, self.written, self.round = frame, written, round_of(frame)
        self.verdict = rules.may_import_roll(frame.by, self.round, frame.at)
        rows = self.round.roll.filter(pk__in=[one.subject for one in written])
        self.entries = {entry.pk: entry for entry in rows.select_related("deputy").order_by("pk")}
        selectors.learn_mandates([entry.deputy for entry in self.entries.values()], frame.at)
        new = {one.kept["account"] for one in written if one.kept and one.kept["account"]}
        mandates = Mandate.objects.filter(user__in=new).values_list("pk", flat=True)
        given = {one.kept["mandate"] for one in written if one.kept and one.kept["mandate"]}
        self.seats = {mandate.pk: mandate for mandate in Mandate.objects.filter(pk__in=given).select_related("area")}
        self.acted = accounts.acted_since(list(self.seats.values()))
        self.used = accounts.used_accounts(new, {Mandate: list(mandates), RollEntry: list(self.entries)})

    def staying(self) -> dict[int, Problem]:
        """Return by row why it stays."""
        stays = {one.row: problem for one in self.written if (problem := self._problem(one)) is not None}
        kept = [one for one in self.written if one.row not in stays]
        taken = self._taken([one for one in kept if not one.is_new], {one.subject for one in kept if one.is_new})
        return stays | {one.row: taken[one.subject] for one in kept if one.subject in taken}

    def _taken(self, changed: Sequence[Written], gone: Collection[int]) -> Mapping[int, Problem]:
        """Say of which lines the former number is another's by now. gone: lines that are taken off."""
        former = {one.subject: self._former(one).number for one in changed}
        rows = self.round.roll.exclude(pk__in=gone).values_list("number", "pk") if former else ()
        now, before = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
        for number, pk in rows:
            now[number].add(pk)
        for pk, number in former.items():
            before[number].add(pk)

        def why(pk: int, stays: Collection[int]) -> Problem | None:
            number = former[pk]
            stay = {other for other in now[number] if other not in former or other in stays}
            others = stay | {other for other in before[number] if other not in stays}
            return Problem("number", _("This number is somebody else's by now."), BY_HAND) if others - {pk} else None

        return staying_in_turn(former, why)

    def run(self) -> Mapping[int, Problem]:
        """Put back what can be, and return by row why the others stay."""
        stays = self.staying()
        goes = [one for one in self.written if one.row not in stays]
        by, at = self.frame.by, self.frame.at
        off = [self.entries[one.subject] for one in goes if one.is_new]
        if off:
            services.clear_roll(round_=self.round, entries=off, by=by, at=at)
        new = User.objects.filter(pk__in=[one.kept["account"] for one in goes if one.kept and one.kept["account"]])
        seats = [self.seats[key] for one in goes if one.kept and (key := one.kept["mandate"]) in self.seats]
        accounts.unseat_deputies(mandates=seats, by=by, at=at)
        accounts.remove_deputies(users=list(new), area=self.round.cycle.area, by=by, at=at)
        former = [self._former(one) for one in goes if not one.is_new]
        if former:
            services.write_roll(round_=self.round, lines=former, by=by, at=at)
        return stays

    def _problem(self, one: Written) -> Problem | None:
        if not self.verdict:
            return Problem("", self.verdict.reason, "")
        entry = self.entries.get(one.subject)
        if entry is None:
            return Problem("", _("This line is on the roll no longer."), "")
        if one.kept and (why := self.used.get(one.kept["account"])):
            return Problem("username", why, _("Clear the roll on its page, or take the line off there."))
        if one.kept and one.kept["mandate"] in self.acted:
            text = _("This person has acted since they became a deputy.")
            return Problem("name", text, _("Take the line off the roll by hand; an administrator ends the mandate."))
        stored = values_of(entry)
        if one.kept and one.kept["account"]:
            stored["phone"] = entry.deputy.phone
        area, at = self.round.cycle.area, self.frame.at
        if not one.is_new and not selectors.has(entry.deputy, Permission.VOTE, area, at):
            problem = format_lazy(_("{name} is not a deputy of this area now."), name=entry.name)
            return Problem("name", problem, _("Take the line off the roll by hand."))
        return changed_since(one.changes, stored)

    def _former(self, one: Written) -> RollLine:
        entry = self.entries[one.subject]
        was = values_of(entry) | {change.column: change.old for change in one.changes}
        return RollLine(
            was["number"], entry.deputy_id, was["name"], was["delegation"] or "", was["may_vote_remotely"] == YesNo.YES
        )
