"""What an act of the journal noted, in words: fields by their labels, codes by theirs, old → new.

The journal keeps codes, keys and figures, the same in whatever language somebody acts. Every page that shows entries
says them by this module; tests/house/test_journal_words.py opens them all.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Choices
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from livelihood.accounts.roles import Role
from livelihood.accounts.states import Entrance
from livelihood.audit.models import Entry
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.models import Area
from livelihood.cycles.states import DecisionMode, Level, OrganisationKind, Phase
from livelihood.imprint.declared import SETTINGS
from livelihood.inbox.acts import InboxAct
from livelihood.inbox.states import MailWish
from livelihood.kernel.errors import Text
from livelihood.kernel.listings import listings
from livelihood.kernel.personal import kinds as personal_kinds
from livelihood.kernel.sheets.handling import handlers
from livelihood.lists.grids.declared import grids
from livelihood.places.states import Hangs
from livelihood.portal.called import CALLED, REFERENCES, UNTOLD
from livelihood.portal.labels import FACTORS, LABELS, PARTS, SUBJECTS
from livelihood.privacy.acts import PrivacyAct
from projects.reports.states import FileFormat, Language
from projects.states import IndicatorKind, SiteState
from projects.surveys.states import Target
from proposals.states import (
    CandidateOrigin,
    Channel,
    DeclineReason,
    ErasureReason,
    HandOver,
    ListedKind,
    ReplyFault,
    SuggestionState,
)
from voting.models import Method
from voting.selectors import rules_in_words
from voting.states import LogFinding, OpinionBody, RevisionKind, RoundKind, SignInWay, Step

CHOICES: Mapping[str, Sequence[type[Choices]]] = {
    "body": [OpinionBody],
    "channel": [Channel],
    "cycles.organisation.kind": [OrganisationKind],
    "decision_mode": [DecisionMode],
    "files": [FileFormat],
    "finding": [LogFinding],
    "hanging": [Hangs],
    "language": [Language],
    "level": [Level],
    "listed_kind": [ListedKind],
    "origin": [CandidateOrigin],
    "periods": [Phase],
    "phase": [Phase],
    "projects.indicator.kind": [IndicatorKind],
    "projects.site.state": [SiteState],
    "proposals.suggestion.faults": [ReplyFault],
    "proposals.suggestion.reason": [DeclineReason, HandOver, ErasureReason],
    "proposals.suggestion.state": [SuggestionState],
    "role": [Role],
    "roles": [Role],
    "step": [Step],
    "surveys.survey.target": [Target],
    "voting.revision.kind": [RevisionKind],
    "voting.round.kind": [RoundKind],
    "accounts.signin.way": [Entrance],
    "way": [SignInWay],
    "wish_how_often": [MailWish],
}
"""Facts of a few values, by their names, or by their names behind those of their objects."""

CHANGED = {
    "cycles.area": "name_zh",
    "cycles.cycle": "phase",
    "cycles.organisation": "name_zh",
    "lists.savedview": "is_usual",
    "projects.indicator": "quantity",
    "projects.site": "state",
    "proposals.suggestion": "state",
    "surveys.publishedgrade": "grades",
}
"""What an act upon an object changed that noted one old and one new value."""

ENDED = {CycleAct.AREA_ENDED, CycleAct.ORGANISATION_ENDED, CycleAct.ORGANISATION_MERGED}
"""Their last day is the new value of `valid_to`."""

PAIRS = {
    CycleAct.CYCLE_EDITED, CycleAct.CYCLE_ADOPTION_CORRECTED, PrivacyAct.PERIOD_SET, InboxAct.MAILS_STOPPED,
    InboxAct.WISHES_CHANGED,
}  # fmt: skip
"""They note old and new value of a field as a list of two."""

FIELDS = {"changed", "fields"}
"""Lists of names of fields."""

BY_CODE = {"area", "cycles.area.parent", "cycles.area.successor"}
"""Facts that are an area, by its code."""

WITHIN = {"moved"}
"""Facts whose parts are known by their names behind it, and not behind the object of the act."""

KEPT_BACK = "*"
"""What stands for a person's name, which the journal does not hold."""

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
EMPTY: tuple[object, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class ToldFact:
    """One thing that an act noted, in the reader's words."""

    label: str
    value: str

    def __str__(self) -> str:
        return f"{self.label}{pgettext('before a name', ': ')}{self.value}"


def subject_in_words(label: str, key: str, name: str = "") -> str:
    """Return an object as people call it: by its kind and its name, by its key where it should have one and is gone."""
    said = name or ("" if label in SUBJECTS and label not in CALLED else key)
    return f"{SUBJECTS.get(label, label)} {said}".rstrip()


class Teller:
    """Says what entries noted; the names of what they name by keys are looked up once for all of them."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Look up what the entries name: a statement for each kind of row, none for what nobody names."""
        codes, keys = set[str](), defaultdict[str, set[str]](set)
        for entry in entries:
            keys[entry.subject_type].add(entry.subject_id)
            for of, name, value in _flat(entry.subject_type, entry.detail):
                if {name, f"{of}.{name}"} & BY_CODE and isinstance(value, str):
                    codes.add(value)
                elif model := _model_of(of, name):
                    keys[model].add(str(value))
                elif of == "projects.indicator" and name.isdecimal():
                    keys["cycles.area"].add(name)
        self.codes = {one.code: one.name for one in Area.objects.filter(code__in=codes)} if codes else {}
        self.names = {model: CALLED[model].names(found) for model, found in keys.items() if model in CALLED}

    def called(self, entry: Entry) -> str:
        """Return an entry's object as people call it."""
        return subject_in_words(entry.subject_type, entry.subject_id, self.name_of(entry))

    def name_of(self, entry: Entry) -> str:
        """Return the name of an entry's object; empty where it has none."""
        return self._name(entry.subject_type, entry.subject_id)

    def _name(self, model: str, key: object) -> str:
        return self.names.get(model, {}).get(str(key), "")

    def facts(self, entry: Entry) -> Iterator[ToldFact]:
        """Yield what one entry noted; what is empty is left out, and so are the counts of a sheet that are zero."""
        of, given = entry.subject_type, dict(entry.detail)
        rules = given.pop("rules", None)
        for name, old, new in _changes(entry.act, of, given):
            values = f"{self._value(of, name, old)} → {self._value(of, name, new)}"
            yield ToldFact(self._label(of, name), _("changed; not kept here") if old == new == KEPT_BACK else values)
        for name, value in given.items():
            if value not in EMPTY and name not in UNTOLD and not (of == "imports.import" and value == 0):
                yield ToldFact(self._label(of, name), self._value(of, name, value))
        if rules:
            known = {field.attname for field in Method._meta.concrete_fields}
            for row in rules_in_words(Method(**{name: value for name, value in rules.items() if name in known})):
                yield ToldFact(str(row.label), str(row.value))

    def _label(self, of: str, name: str) -> str:
        if of == "projects.indicator" and name.isdecimal() and (area := self._name("cycles.area", name)):
            return area
        return str(LABELS.get(f"{of}.{name}") or LABELS.get(name, name))

    def _value(self, of: str, name: str, value: Any) -> str:
        if value in EMPTY:
            return _("(empty)")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, dict):
            within = name if name in WITHIN else of
            pairs = ((self._key(of, name, key), self._value(within, key, one)) for key, one in value.items())
            return _("; ").join(f"{key}{pgettext('before a name', ': ')}{one}" for key, one in pairs)
        if isinstance(value, list):
            words = [self._label(of, one) if name in FIELDS else self._value(of, name, one) for one in value]
            return _(", ").join(words)
        return str(self._named(of, name, value) or _plain(value))

    def _key(self, of: str, name: str, key: str) -> str:
        """Return a key of what was noted under a name: a phase, a format, or a field."""
        return str(_choice(of, name, key) or self._label(of, key))

    def _named(self, of: str, name: str, value: Any) -> Text | None:
        """Return a value by its label, or by the name of the object whose key it is; None where it is neither."""
        known = {name, f"{of}.{name}"}
        if known & BY_CODE and value in self.codes:
            return str(self.codes[value])
        if called := self._name(_model_of(of, name), value):
            return called
        if known & DECLARED.keys():
            return DECLARED[(known & DECLARED.keys()).pop()](value)
        return _choice(of, name, value)


def _model_of(of: str, name: str) -> str:
    """Return the model whose key a fact is, "" where it is none."""
    return REFERENCES.get(f"{of}.{name}") or REFERENCES.get(name, "")


def _of_key(value: str) -> Text | None:
    """Return what a setting, or a kind of personal data, is called."""
    kinds = personal_kinds()
    return SETTINGS[value].label if value in SETTINGS else kinds[value].label if value in kinds else None


DECLARED: Mapping[str, Callable[[str], Text | None]] = {
    "accounts.user.kind": FACTORS.get,
    "accounts.user.reason": _,  # of a rule: a text of the source
    "cycles.area.reason": _,
    "imports.import.kind": lambda value: handlers()[value].kind.label if value in handlers() else None,
    "key": _of_key,
    "grid": lambda value: grids()[value].title if value in grids() else None,
    "listing": lambda value: listings()[value].title if value in listings() else None,
    "page": lambda value: PARTS.get(value.partition(":")[0]),
}
"""Facts whose values are declared elsewhere: value → label."""


def _changes(act: str, of: str, given: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield field, old and new value of what an entry changed, and take it out of what it noted."""
    if act in PAIRS:
        for name in [name for name, value in given.items() if isinstance(value, list)]:
            old, new = given.pop(name)
            yield name, old, new
    if "old" not in given:
        return
    old, new = given.pop("old"), given.pop("new", None)
    if act in ENDED:
        old = old if isinstance(old, dict) else {"valid_to": old}
        new = {"valid_to": given.pop("last_day"), "successor": given.pop("successor", None)}
    if not isinstance(old, dict) or not isinstance(new, dict):
        yield CHANGED.get(of, "value"), old, new
        return
    for name in {**old, **new}:
        if old.get(name) != new.get(name) or new.get(name) == KEPT_BACK:
            yield name, old.get(name), new.get(name)


def _flat(of: str, detail: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield what they stand in, names and single values, those of old and new ones among them."""
    for name, value in detail.items():
        if isinstance(value, dict):
            yield from _flat(name if name in WITHIN else of, value)
        elif isinstance(value, list):
            yield from ((of, name, one) for one in value)
        else:
            yield of, name, value


def _choice(of: str, name: str, value: Any) -> Text | None:
    for kind in CHOICES.get(f"{of}.{name}") or CHOICES.get(name, ()):
        if value in kind.values:
            return kind(value).label
    return None


def _plain(value: Any) -> str:
    if value == KEPT_BACK:
        return _("(not kept here)")
    if isinstance(value, str) and DAY.fullmatch(value):
        return str(formats.date_format(date.fromisoformat(value), "DATE_FORMAT"))
    return str(value)
