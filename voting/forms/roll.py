"""Forms of the roll: its file, signing in, cards, substitutes."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.kernel.forms import CleanText
from voting.models import Round
from voting.services import RollLine

ROLL_SALT = "voting.roll"
ROLL_SECONDS = 60 * 60
"""How long a previewed roll may wait for its confirmation."""


class RollCodesForm(forms.Form):
    """For whom on the roll slips are printed."""

    is_again = forms.BooleanField(
        label=_("Also for those who were given a code that is still good"),
        required=False,
        help_text=_("That code is worthless then."),
    )


class RollFileForm(forms.Form):
    """A roll as a file."""

    file = forms.FileField(
        label=_("Roll as .xlsx or .csv"),
        help_text=_("Columns: user name, name; if wanted also no., delegation, may vote from outside."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


def sign_roll(round_: Round, lines: Sequence[RollLine]) -> str:
    """Return previewed lines as a signed text, so that what is confirmed is what was shown."""
    return signing.dumps({"round": round_.pk, "lines": [asdict(line) for line in lines]}, salt=ROLL_SALT, compress=True)


class RollConfirmForm(forms.Form):
    """The confirmation of a previewed roll."""

    roll = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, round_: Round, *args: Any, **kwargs: Any) -> None:
        self.round = round_
        super().__init__(*args, **kwargs)

    def clean_roll(self) -> list[RollLine]:
        """Return the lines that were shown."""
        try:
            content = signing.loads(self.cleaned_data["roll"], salt=ROLL_SALT, max_age=ROLL_SECONDS)
        except signing.BadSignature:
            raise forms.ValidationError(_("This preview is too old. Upload the file again.")) from None
        if content["round"] != self.round.pk:
            raise forms.ValidationError(_("This preview belongs to another round. Upload the file again."))
        return [RollLine(**line) for line in content["lines"]]


class HallCodeForm(forms.Form):
    """The code on the hall's screen."""

    hall_code = forms.CharField(
        label=_("Code on the screen of the hall"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class CardForm(forms.Form):
    """The code of a personal card, typed or scanned; a scanner types the whole address that the card shows."""

    code = forms.CharField(
        label=_("Code on your card"),
        max_length=300,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "data-code": ""}
        ),
    )

    def clean_code(self) -> str:
        """Return the code without the address around it."""
        return str(self.cleaned_data["code"]).rpartition("#")[2]


class CardsForm(forms.Form):
    """For whom cards are issued."""

    delegation = forms.ChoiceField(label=_("Delegation"), required=False)

    def __init__(self, delegations: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("The whole roll")), *((name, name) for name in delegations)]
        self.fields["delegation"].choices = choices  # type: ignore[attr-defined]


class SubstituteForm(forms.Form):
    """Who stands in for a deputy, and why."""

    substitute = forms.CharField(label=_("User name of the substitute"), max_length=60)
    reason = CleanText((1, 300), label=_("Reason"))

    def clean_substitute(self) -> User:
        """Return the person."""
        user = User.objects.filter(username=self.cleaned_data["substitute"]).first()
        if user is None:
            raise forms.ValidationError(_("There is no account with this user name."))
        return user
