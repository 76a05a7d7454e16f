"""What forms of all rooms are made of, how a page lets one act, and shows what the act refuses.

A form that was not sent is unbound (`Form(request.POST or None)`), so a view says in one step what happens to it:

    form = NeedForm(cycle, request.POST or None)
    if opened := submit(form, lambda: services.open_need(cycle=cycle, **form.cleaned_data, by=user, at=now)):
        return redirect(cycle.address("proposals:desk_need", number=opened.result.number))
    return show_form(request, "proposals/need_open.html", form)

A refusal stands in the form, which is shown again with what was entered; a view that answers one of them otherwise
looks at `refusal`. An act without a form asks on a page of its own (`livelihood.kernel.pages.show_question`).
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

from django import forms
from django.db import models
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.documents import plain
from livelihood.kernel.errors import DomainError, InvalidInput, Moved, NotReady, Text
from livelihood.kernel.identifying import UNJUDGED, Found, Trait, findings, mask
from livelihood.kernel.text import clean_text

T = TypeVar("T")

OF_DJANGO = (_("Null characters are not allowed."), _("This field is required."))
"""What Django says in words that nobody understands; those of our catalogue go before its own."""


WANTED: tuple[tuple[type[forms.Widget] | tuple[type[forms.Widget], ...], Any], ...] = (
    (forms.HiddenInput, _("This field is required.")),
    (forms.CheckboxInput, _("Tick “{label}”.")),
    ((forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple), _("Choose under “{label}”.")),
    (forms.FileInput, _("Choose the file to send: {label}.")),
    (forms.DateInput, _("Fill in “{label}”, such as 2026-03-31.")),
    (forms.TimeInput, _("Fill in “{label}”, such as 08:30.")),
    (forms.NumberInput, _("Fill in “{label}” as a number.")),
    (forms.Widget, _("Fill in “{label}”.")),
)
"""What is said of a field left empty, by what it is filled in with; the first that fits."""


def what_belongs(field: forms.BoundField) -> str:
    """Return the name of a field left empty and what belongs there, with the first line of its hint."""
    widget = field.field.widget
    words = next(words for kind, words in WANTED if isinstance(widget, kind))
    sentence, hint = words.format(label=field.label), str(field.help_text).partition("\n")[0]
    return str(_("{sentence} {hint}")).format(sentence=sentence, hint=hint).strip()


class AskedField(forms.BoundField):
    """A field of a form, which says what belongs there where it is left empty and has no words of its own for that."""

    words = staticmethod(lazy(what_belongs, str))

    @property
    def judgements(self) -> Sequence["Judgement"]:
        """What of the text is to be judged before it is public."""
        return getattr(self.field, "judgements", ())

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        if field.error_messages["required"] is forms.Field.default_error_messages["required"]:
            field.error_messages["required"] = self.words(self)


class DayInput(forms.DateInput):
    """A day for the browser's own calendar, which reads one form of it in every language and shows no other."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class CleanText(forms.CharField):
    """A text within bounds, cleaned as the services do it; a line of its hint says the least before somebody writes.

    bounds: least and most characters after cleaning; a least of 0 makes it optional.
    rows: height of the box; 0 makes one line.
    """

    def __init__(self, bounds: tuple[int, int], *, rows: int = 0, **kwargs: Any) -> None:
        self.bounds, self.rows = bounds, rows
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput())
        super().__init__(required=bounds[0] > 0, **kwargs)
        if bounds[0] > 1:
            least = format_lazy(_("At least {least} characters."), least=bounds[0])
            self.help_text = format_lazy("{}\n{}", self.help_text, least) if self.help_text else least

    def clean(self, value: Any) -> str:
        """Return the cleaned text, or say what is wrong with its length."""
        least, most = self.bounds
        try:
            text = clean_text(str(value or ""), max_length=most, min_length=0, multiline=self.rows > 0)
            self.validate(text)
            return clean_text(text, max_length=most, min_length=least, multiline=self.rows > 0)
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from error


class Treatment(models.TextChoices):
    """What is made of words that may tell of somebody."""

    MASK = "mask", _("Mask it")
    KEEP = "keep", _("Not personal data; publish it")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found in a text, and what somebody made of it. name: of the two buttons that ask."""

    finding: Found
    name: str
    choice: str

    @property
    def choices(self) -> Iterator[tuple[str, Text, bool]]:
        """What can be chosen; the mask is proposed."""
        return ((value, label, value == (self.choice or Treatment.MASK)) for value, label in Treatment.choices)


ADDRESS = frozenset({Trait.HOME})
"""What is no personal data in the address of a site: the number of its house."""


class PublicText(CleanText):
    """A text that becomes public. What in it may tell of somebody is masked, or judged to be nobody's.

    besides: what is public in such a text and is not asked about, such as `ADDRESS`.
    What stands in the form already was judged when it was written. A field without a form, as in a list that is typed
    into, can ask nothing and masks what it finds.
    """

    def __init__(self, bounds: tuple[int, int], *, besides: Collection[Trait] = (), **kwargs: Any) -> None:
        super().__init__(bounds, **kwargs)
        self.besides = besides
        self.judgements: list[Judgement] = []
        self.shown: forms.BoundField | None = None

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Keep what the form knows of the text, which `clean` is not told."""
        self.shown = super().get_bound_field(form, field_name)
        return self.shown

    @property
    def judged(self) -> list[str]:
        """Return the words that were found and let stand."""
        return [one.finding.words for one in self.judgements if one.choice == Treatment.KEEP]

    def clean(self, value: Any) -> str:
        """Return the text with its masks, or ask what is to be masked."""
        text = super().clean(value)
        known = {one.words for one in findings(str(self.shown.initial or ""))} if self.shown else set()
        found = [one for one in findings(text) if one.trait not in self.besides and one.words not in known]
        self.judgements = [self._judgement(one) for one in {one.words: one for one in found}.values()]
        if any(not one.choice for one in self.judgements):
            words = "、".join(one.finding.words for one in self.judgements)
            raise forms.ValidationError(format_lazy(UNJUDGED, words=words))
        kept = set(self.judged)
        return mask(text, [one for one in found if one.words not in kept])

    def _judgement(self, finding: Found) -> Judgement:
        if self.shown is None:
            return Judgement(finding, "", Treatment.MASK)
        name = f"{self.shown.html_name}-{hashlib.sha256(finding.words.encode()).hexdigest()[:12]}"
        choice = self.shown.form.data.get(name, "")
        return Judgement(finding, name, choice if choice in Treatment.values else "")


def judged_in(form: forms.BaseForm) -> frozenset[str]:
    """Return the words that were found in the public texts of a form and let stand."""
    return frozenset(word for field in form.fields.values() if isinstance(field, PublicText) for word in field.judged)


def label_of(row: Any) -> str:
    """Return how a row is offered in a choice: by number and title, or by its name in the reader's language."""
    return f"{row.number}. {row.title}" if hasattr(row, "title") else str(row.name)


class RowField(forms.ModelChoiceField):
    """One of several rows. label: how a row is offered."""

    def __init__(self, *args: Any, label_of: Callable[[Any], str] = label_of, **kwargs: Any) -> None:
        self.label_of = label_of
        super().__init__(*args, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Offer a row as people know it."""
        return self.label_of(obj)


class RowsField(forms.ModelMultipleChoiceField):
    """Some of several rows."""

    def label_from_instance(self, obj: Any) -> str:
        """Offer a row as people know it."""
        return label_of(obj)


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """Make a field for a day."""
    return forms.DateField(label=label, widget=DayInput(), **kwargs)


class AmountField(forms.DecimalField):
    """A quantity; what is known of it stands in the field without trailing zeros and without exponent."""

    def prepare_value(self, value: Any) -> Any:
        """Write a number as a person would."""
        return plain(value) if isinstance(value, Decimal) else value


def amount_field(label: Any, **kwargs: Any) -> AmountField:
    """Make a field for a quantity, kept to four decimals."""
    return AmountField(label=label, min_value=Decimal(0), decimal_places=4, **{"max_digits": 18, **kwargs})


def key_field(**kwargs: Any) -> forms.CharField:
    """Make the hidden field that makes sending a form twice one act."""
    return forms.CharField(max_length=40, widget=forms.HiddenInput, **kwargs)


def seen_field() -> forms.IntegerField:
    """Make the hidden field that says what stood on the page; without it, nobody is asked what they saw."""
    return forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput(attrs={"id": False}))


LONGEST_NUMBER = 10
"""More digits than the number of any row of a year has."""


class SeenNumbers(forms.CharField):
    """Which of several rows the page showed in a state, by their numbers; None where the form does not say it."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=20_000, widget=forms.HiddenInput(attrs={"id": False}))

    def clean(self, value: Any) -> tuple[int, ...] | None:
        """Return the numbers."""
        parts = super().clean(value).split(".")
        are_numbers = all(part.isdecimal() and len(part) < LONGEST_NUMBER for part in parts)
        return tuple(map(int, parts)) if are_numbers else None


@dataclass(frozen=True, slots=True)
class Submitted(Generic[T]):
    """A form was sent, and its act gave this."""

    result: T

    def __bool__(self) -> Literal[True]:
        return True


@dataclass(frozen=True, slots=True)
class NotDone:
    """Nothing happened: no form was sent, it is not valid, or its act was refused."""

    refusal: DomainError | None = None

    def __bool__(self) -> Literal[False]:
        return False


def submit(form: Any, act: Callable[[], T], *, also: Any = None) -> Submitted[T] | NotDone:
    """Act if the form was sent and is valid; a refusal stands in it afterwards.

    form: any form of Django. also: a second form, or a set of them, sent with it and valid too.
    """
    if (also is not None and not also.is_valid()) or not form.is_valid():
        return NotDone()
    try:
        return Submitted(act())
    except DomainError as error:
        refuse(form, error)
        return NotDone(error)


def refuse(form: Any, error: DomainError) -> None:
    """Show a refusal at its field, or above the form; what was done meanwhile is seen with it, and typed text stays."""
    if isinstance(error, Moved) and "seen" in form.fields:
        form.data = form.data.copy()
        form.data[form.add_prefix("seen")] = str(error.seen)
    field = error.field if error.field in form.fields else None
    for issue in error.issues if isinstance(error, NotReady) else [error]:
        form.add_error(field, str(issue))
