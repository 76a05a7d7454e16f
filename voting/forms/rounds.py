"""Forms of a round, its rules, and of the remark beside a step."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.forms import PublicText, seen_field
from voting.models import Method, Round
from voting.services.rounds import METHOD_FIELDS, TITLE_LENGTH
from voting.states import Denominator


class RoundForm(forms.Form):
    """What a round is created with."""

    title = PublicText((1, TITLE_LENGTH), label=_("Title"))
    seats = forms.IntegerField(label=_("How many are to be chosen"), min_value=1, max_value=200)
    is_rehearsal = forms.BooleanField(
        label=_("Rehearsal: practice only, never a result"),
        required=False,
    )


class RulesForm(forms.ModelForm):
    """The rules a session adopted, with title, seats and length of the vote."""

    title = PublicText((1, TITLE_LENGTH), label=_("Title"))
    seats = forms.IntegerField(label=_("How many are to be chosen"), min_value=1, max_value=200)
    voting_minutes = forms.IntegerField(label=_("Planned length in minutes"), min_value=1, max_value=600)
    seen = seen_field()
    field_order = ("title", "seats", "voting_minutes", *METHOD_FIELDS)

    class Meta:
        model = Method
        fields = METHOD_FIELDS
        labels = {
            "scheme": _("Kind of vote"),
            "form": _("Ballot"),
            "most_approvals": _("Most approvals on one ballot"),
            "denominator": _("Majority of whom"),
            "threshold_numerator": _("Majority: numerator"),
            "threshold_denominator": _("Majority: denominator"),
            "is_strict": _("More than this share (not just this share)"),
            "quorum_base": _("Quorum of whom"),
            "quorum_numerator": _("Quorum: numerator"),
            "quorum_denominator": _("Quorum: denominator"),
            "over_vote": _("Too many approvals on a paper ballot"),
            "blank": _("Line without a mark"),
            "tie": _("Tie at the last seat"),
            "run_off_limit": _("At most so many run-offs"),
            "shortfall": _("Too few reach the majority"),
            "option_order": _("Order on the ballot"),
            "remote_voting": _("Voting from outside the hall"),
            "publishes_counts": _("Publish the counts (otherwise names only)"),
            "has_substitutes": _("Substitutes may take the place of deputies before sign-in"),
        }
        help_texts = {
            "most_approvals": _("Empty: no limit. Otherwise the booth takes no more, as a rule the number of seats."),
            "threshold_numerator": _("For instance 1 of 2 for a half; 0 when most approvals alone decide."),
            "quorum_base": _("In term: of the deputies present. Present: of the ballots returned."),
        }

    def __init__(self, round_: Round, data: QueryDict | None = None, *, seen: int) -> None:
        initial = {"seen": seen} | {name: getattr(round_, name) for name in ("title", "seats", "voting_minutes")}
        super().__init__(data, instance=round_.method, initial=initial)
        self.fields["quorum_base"].choices = [  # type: ignore[attr-defined]
            (choice.value, choice.label) for choice in (Denominator.IN_TERM, Denominator.PRESENT)
        ]

    def _post_clean(self) -> None:
        """Leave the row alone: the service checks and writes it."""

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        method = {name: self.cleaned_data[name] for name in METHOD_FIELDS}
        names = ("title", "seats", "voting_minutes", "seen")
        return {name: self.cleaned_data[name] for name in names} | {"method": method}


class HalfForm(forms.Form):
    """A half of the key as it is typed from paper."""

    code = forms.CharField(
        label=_("Your half of the key"),
        help_text=_("Seven groups of four characters. Small letters will do; spaces and hyphens may be left out."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class NoteForm(forms.Form):
    """A step's note."""

    note = PublicText((0, 300), label=_("Reason"))

    def __init__(self, *args: Any, label: Any, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label, self.fields["note"].required = label, required
