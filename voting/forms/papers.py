"""Forms of paper: what came back, what stands on a sheet, who counts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.folding import seen_lines
from livelihood.kernel.forms import CleanText, seen_field
from voting.forms.ballots import MARKS
from voting.models import Option, Round
from voting.states import BallotForm as Form
from voting.tally import Mark


class ReturnedForm(forms.Form):
    """How many papers came out of the box."""

    returned = forms.IntegerField(
        label=_("Papers that came back"),
        help_text=_("Mix them first, then number them from 1 with a pencil: the numbers are the sheets entered here."),
        min_value=0,
    )


class PaperSheetForm(forms.Form):
    """What one person reads on one sheet: a mark on each line, or that the paper is invalid as a whole."""

    is_spoilt = forms.BooleanField(
        label=_("Invalid as a whole: no ballot of this round, torn, signed, or not to be read at all"), required=False
    )

    def __init__(
        self, round_: Round, options: Sequence[Option], marks: str = "", data: QueryDict | None = None
    ) -> None:
        self.options = options
        is_spoilt = Mark.SPOILT in marks
        super().__init__(data, initial={"is_spoilt": is_spoilt})
        choices: list[tuple[str, Any]] = [(mark.value, label) for mark, label in self.marks_of(round_).items()]
        for place, option in enumerate(options):
            self.fields[f"option_{option.pk}"] = forms.ChoiceField(
                label=f"{option.number}. {option.title}",
                choices=choices,
                initial=marks[place] if marks and not is_spoilt else None,
                required=False,
                widget=forms.RadioSelect,
            )

    @staticmethod
    def marks_of(round_: Round) -> dict[Mark, Any]:
        """Return what can stand on a line of a paper, with its label."""
        if round_.method.form != Form.EACH:
            return {Mark.APPROVE: _("Ticked"), Mark.BLANK: _("Not ticked")}
        return {**MARKS, Mark.BLANK: _("No mark")}

    def lines(self) -> list[forms.BoundField]:
        """Return the field of each candidate, in order of number."""
        return [self[f"option_{option.pk}"] for option in self.options]

    def clean(self) -> dict[str, Any]:
        """Ask for a mark on each line of a paper that is not invalid as a whole."""
        cleaned = super().clean() or {}
        if not cleaned.get("is_spoilt"):
            for field in self.lines():
                if not cleaned.get(field.name):
                    self.add_error(field.name, _("Choose what stands on this line; “No mark” if nothing clear does."))
        return cleaned

    def marks(self) -> dict[int, Mark]:
        """Return what was read, by option."""
        if self.cleaned_data["is_spoilt"]:
            return dict.fromkeys((option.pk for option in self.options), Mark.SPOILT)
        return {option.pk: Mark(self.cleaned_data[f"option_{option.pk}"]) for option in self.options}


class SignedSheetForm(forms.Form):
    """The signed tally sheet as a file."""

    file = forms.FileField(
        label=_("Scan of the signed sheet"), help_text=_("PDF, or a picture of the document; 20 MB at most.")
    )


class OfficersForm(forms.Form):
    """Who counts and who watches, as the session named them."""

    seen = seen_field()
    chief = CleanText((1, 60), label=_("Chief scrutineer"))
    scrutineers = forms.CharField(
        label=_("Scrutineers"), help_text=_("One name on each line."), widget=forms.Textarea(attrs={"rows": 4})
    )
    tellers = forms.CharField(
        label=_("Tellers"), help_text=_("One name on each line."), widget=forms.Textarea(attrs={"rows": 4})
    )
    session = CleanText(
        (0, 120),
        label=_("Name of the session"),
        help_text=_("As the notice names it, for instance: second session of the sixteenth people's congress."),
    )

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {
            "chief": self.cleaned_data["chief"],
            "session": self.cleaned_data["session"],
            "seen": self.cleaned_data["seen"],
            **{name: seen_lines(self.cleaned_data[name]) for name in ("scrutineers", "tellers")},
        }
