"""Forms of the door for sheets."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.imports.asking import AskedAlike, about, answers_to
from livelihood.imports.content import KeptLine
from livelihood.imports.exporters import words
from livelihood.imports.models import Import
from livelihood.imports.selectors import Offer, Unknown, labels_of
from livelihood.imports.services.taking_back import REASON_LENGTH
from livelihood.kernel.errors import Text
from livelihood.kernel.forms import CleanText
from livelihood.kernel.sheets.declaration import Kind
from livelihood.kernel.sheets.handling import SAID, SAID_LENGTH, in_words
from livelihood.kernel.sheets.looking import Look
from livelihood.kernel.sheets.points import Datum

DATUMS = [
    ("", _("As the heading says; else CGCS2000 or WGS-84")),
    (Datum.WGS84.value, _("CGCS2000 or WGS-84: national map, GPS")),
    (Datum.GCJ02.value, _("GCJ-02: Amap, Tencent")),
    (Datum.BD09.value, _("BD-09: Baidu")),
]


NOT_ASKED = _("This is not asked any more. What was answered stands under “Answered”, and can be changed there.")


class UploadForm(forms.Form):
    """A file, and what it holds.

    asked: what is chosen already; "" for nothing.
    """

    what = forms.ChoiceField(label=_("What does the sheet hold?"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx, .xls), WPS, OpenDocument (.ods) or CSV, as you keep it, up to 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt,.et"}),
    )

    def __init__(self, offers: Sequence[Offer], asked: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what: Any = self.fields["what"]
        what.choices = [(offer.value, offer.label) for offer in offers]
        what.initial = asked
        if len(offers) == 1:
            what.initial, what.widget = offers[0].value, forms.HiddenInput()

    @property
    def chosen(self) -> tuple[str, str]:
        """The kind, and the target."""
        kind, _colon, target = self.cleaned_data["what"].partition(":")
        return kind, target


class ColumnsForm(forms.Form):
    """What the headings and words of a sheet mean, and where its coordinates lie."""

    def __init__(self, batch: Import, kind: Kind, look: Look, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.look = look
        if "longitude" in kind.by_name:
            self.fields["datum"] = forms.ChoiceField(
                label=_("The coordinates are of"), choices=DATUMS, initial=batch.datum, required=False
            )
        columns: list[tuple[str, Any]] = [("", pgettext_lazy("column", "— not read —"))]
        columns += [(column.name, column.heading) for column in kind.columns]
        for heading in look.headings:
            self.fields[f"place_{heading.place}"] = forms.ChoiceField(
                label=heading.text,
                choices=columns,
                required=False,
                initial=heading.column.name if heading.column else "",
                help_text=" · ".join(look.samples[heading.place]),
            )
        self.words = sorted((name, *pair) for name, words in batch.meanings.items() for pair in words.items())
        for place, (name, word, value) in enumerate(self.words):
            label = format_lazy(_("{column}: “{word}” means"), column=kind.by_name[name].heading, word=word)
            self.fields[f"word_{place}"] = _meaning(label, labels_of(kind, name), value)

    @property
    def mapping(self) -> dict[str, str]:
        """What the headings mean: heading → column."""
        return {one.text: self.cleaned_data[f"place_{one.place}"] for one in self.look.headings}

    @property
    def meanings(self) -> dict[str, dict[str, str]]:
        """What words mean that were known before; one that is none any longer is left out."""
        found: dict[str, dict[str, str]] = {}
        for place, (name, word, _value) in enumerate(self.words):
            if value := self.cleaned_data[f"word_{place}"]:
                found.setdefault(name, {})[word] = value
        return found

    @property
    def datum(self) -> str:
        """Where the coordinates lie; "" where nobody says."""
        return self.cleaned_data.get("datum", "")


class WordsForm(forms.Form):
    """What words mean that stand in columns of few values and are none of them; one answer for all rows of a word."""

    def __init__(self, unknown: Sequence[Unknown], kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unknown = unknown
        text = _("{column}: “{word}” ({rows}) means")
        for place, one in enumerate(unknown):
            heading = kind.by_name[one.column].heading
            self.fields[f"word_{place}"] = _meaning(
                format_lazy(text, column=heading, word=one.written, rows=one.rows), one.labels
            )

    def meanings(self, before: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
        """Return what words mean now. before: what they meant."""
        found = {column: dict(words) for column, words in before.items()}
        for place, one in enumerate(self.unknown):
            if value := self.cleaned_data[f"word_{place}"]:
                found.setdefault(one.column, {})[one.written] = value
        return found


def _meaning(label: Any, labels: Mapping[str, Text], initial: str = "") -> forms.ChoiceField:
    choices = [("", pgettext_lazy("meaning", "— not known —")), *labels.items()]
    field = forms.ChoiceField(label=label, choices=choices, required=False, initial=initial)
    field.asked_when = ""  # type: ignore[attr-defined]  # it may wait, and rows with this word wait with it
    return field


class AnswersForm(forms.Form):
    """The questions about rows of a page, answered or not; and one answer for all of which the same is asked.

    alike: what is asked of several rows.
    """

    def __init__(self, lines: Sequence[KeptLine], alike: Sequence[AskedAlike], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_words: dict[str, tuple[str, str]] = {}
        for line in lines:
            for code, problem, answers, given in answers_to(line):
                name = about(line.row, code)
                value, _colon, text = given.partition(":")
                self.fields[f"row_{name}"] = asked = forms.ChoiceField(
                    label=words(problem),
                    choices=[(value, words(label)) for value, label in answers.items()],
                    required=False,
                    initial=SAID if value == SAID and SAID in answers else given,
                    widget=forms.RadioSelect,
                )
                asked.asked_when = "" if given else _("(before anything is written)")  # type: ignore[attr-defined]
                if SAID in answers:
                    self._take_words(name, f"row_{name}", SAID, text if value == SAID else "")
        if alike:
            self.fields["alike"] = forms.ChoiceField(
                label=_("Answer all alike"),
                choices=[("", "—"), *(_grouped(one) for one in alike)],
                required=False,
                error_messages={"invalid_choice": NOT_ASKED},
            )
        for one in alike:
            if SAID in one.answers:
                self._take_words(f"alike_{one.code}", "alike", f"{one.code}:{SAID}")

    def _take_words(self, name: str, choice: str, value: str, text: str = "") -> None:
        """Add a field for the words of an answer. choice: the field in which it is chosen, as which value."""
        field = CleanText((0, SAID_LENGTH[1]), label=_("Decision or reason"), initial=text)
        field.asked_when = ""  # type: ignore[attr-defined]  # where that is the answer
        self.fields[f"said_{name}"], self.in_words[f"said_{name}"] = field, (choice, value)

    def of(self, line: KeptLine) -> Iterator[Any]:
        """Yield the fields of one row."""
        for code, _column, _problem, _answers in line.questions:
            asked = about(line.row, code)
            yield from (self[name] for name in (f"row_{asked}", f"said_{asked}") if name in self.fields)

    @property
    def for_all(self) -> list[Any]:
        """The fields that speak of several rows."""
        return [self[name] for name in self.fields if name == "alike" or name.startswith("said_alike_")]

    def clean(self) -> dict[str, Any]:
        """Take words as the answer that they are of; refuse that answer without its words."""
        data: dict[str, Any] = self.cleaned_data
        if any(name not in self.fields for name in self.data if name.startswith("row_") or name == "alike"):
            raise forms.ValidationError(NOT_ASKED)
        for name, (choice, value) in self.in_words.items():
            if data.get(name) and not data.get(choice):
                data[choice] = value
            elif data.get(choice) == value and not data.get(name) and name not in self.errors:
                self.add_error(name, _("Say which decision or reason it is."))
        return data

    def given(
        self, lines: Sequence[KeptLine], asked: Mapping[tuple[int, str], Collection[str]]
    ) -> dict[int, dict[str, str]]:
        """Return the answers that were given; those of a row go before the one for all.

        asked: row and code → the answers that may be given, of all rows that are answered alike.
        """
        answers: dict[int, dict[str, str]] = {}
        code, _colon, alike = self.cleaned_data.get("alike", "").partition(":")
        for (row, one), may_be in asked.items():
            if one == code and alike in may_be:
                answers.setdefault(row, {})[code] = self._answer(alike, f"alike_{code}")
        for line in lines:
            for one, _problem, _answers, before in answers_to(line):
                answer = self.cleaned_data[f"row_{about(line.row, one)}"]
                if answer and (now := self._answer(answer, about(line.row, one))) != before:
                    answers.setdefault(line.row, {})[one] = now
        return answers

    def _answer(self, value: str, name: str) -> str:
        return in_words(self.cleaned_data[f"said_{name}"]) if value == SAID else value


def _grouped(one: AskedAlike) -> tuple[Text, list[tuple[str, Text]]]:
    return one.asked, [(f"{one.code}:{value}", label) for value, label in one.answers.items()]


class TakeBackForm(forms.Form):
    """Why an import is taken back."""

    reason = CleanText(REASON_LENGTH, rows=2, label=_("Why is it taken back?"))
