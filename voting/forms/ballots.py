"""The ballot as it is marked, and as it is cast."""

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from voting.models import Option, Round
from voting.schemes import field_of
from voting.states import BallotForm as Form
from voting.states import BlankRule
from voting.tally import Mark

MARKS = {Mark.APPROVE: _("Approve"), Mark.OPPOSE: _("Oppose"), Mark.ABSTAIN: _("Abstain")}


class MarkField(forms.ChoiceField):
    """The mark on one line; a blank line is a mark as well, also where it is no choice."""

    def valid_value(self, value: Any) -> bool:
        """Take the choices, and the mark of a blank line."""
        return value == Mark.BLANK.value or super().valid_value(value)


class SentBallot(forms.Form):
    """A ballot as it is cast: its key, and whatever the page sent with it. What that says the scheme reads.

    Casting asks for no more than this form, as hundreds cast within seconds.
    """

    key = forms.UUIDField()

    def clean(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {"key": str(self.cleaned_data.get("key")), "sent": dict(cast("QueryDict", self.data).lists())}


class BallotPaper(forms.Form):
    """A ballot: a mark for each candidate, and the key that makes a repeated send harmless.

    Every mark is one letter, so that the length of what is sent says nothing about the choice.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, round_: Round, options: Sequence[Option], *args: Any, **kwargs: Any) -> None:
        self.options = options
        kwargs["initial"] = {"key": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        is_tick = round_.method.form != Form.EACH
        choices: list[tuple[str, Any]]
        if is_tick:
            choices = [(Mark.APPROVE.value, _("Choose")), (Mark.BLANK.value, _("Do not choose"))]
        else:
            choices = [(mark.value, label) for mark, label in MARKS.items()]
            if round_.method.blank != BlankRule.BALLOT_INVALID:  # a mark can be taken back
                choices.append((Mark.BLANK.value, pgettext_lazy("choice", "No mark")))
        for option in options:
            field = MarkField(
                label=f"{option.number}. {option.title}", choices=choices, required=False, widget=forms.RadioSelect
            )
            field.initial = Mark.BLANK.value if is_tick else None
            self.fields[self.name_of(option)] = field

    @staticmethod
    def name_of(option: Option) -> str:
        """Return the name of an option's field."""
        return field_of(option.pk)

    def lines(self) -> list[tuple[Option, forms.BoundField]]:
        """Return options and their fields, in the order of the ballot."""
        return [(option, self[self.name_of(option)]) for option in self.options]

    def marks(self) -> dict[int, Mark]:
        """Return the marks; a line without one is blank."""
        return {option.pk: Mark(self.cleaned_data[self.name_of(option)] or Mark.BLANK.value) for option in self.options}

    def hidden(self) -> list[tuple[str, str]]:
        """Return names and values for the check page: every line, also blank ones, so all are equally long."""
        marks = self.marks()
        return [("key", str(self.cleaned_data["key"]))] + [
            (self.name_of(option), marks[option.pk].value) for option in self.options
        ]
