"""Forms of the roll: signing in, cards, substitutes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.kernel.forms import CleanText


class RollCodesForm(forms.Form):
    """For whom on the roll slips are printed."""

    is_again = forms.BooleanField(
        label=_("Also for those who were given a code that is still good"),
        required=False,
        help_text=_("That code is worthless then."),
    )


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
