"""Forms of the roll: signing in, cards, substitutes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.kernel.forms import CleanText, day_field, seen_field
from voting.services.locking import MOST_DEPUTIES


class InTermForm(forms.Form):
    """How many deputies are in term by law, and the document that says so. is_kept: its file is there already."""

    deputies = forms.IntegerField(
        label=_("Deputies in term by law"),
        min_value=1,
        max_value=MOST_DEPUTIES,
        help_text=_(
            "As the document of the congress says, not as many as are on the roll. Shares are asked of this number."
        ),
    )
    document = CleanText(
        (0, 200),
        label=_("Document that says so, with its number"),
        help_text=_("For instance a notice of the standing committee. A rehearsal may do without."),
    )
    document_date = day_field(_("Day of the document"), required=False)
    file = forms.FileField(
        label=_("File of the document"),
        help_text=_("PDF, or a picture of the document; 20 MB at most."),
        required=False,
    )
    seen = seen_field()

    def __init__(self, *args: Any, is_kept: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_kept:
            self.fields["file"].help_text = _("Leave it empty to keep the file that is there.")

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        file = self.cleaned_data["file"]
        return {**self.cleaned_data, "file": file, "file_name": file.name if file else ""}


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


class KioskForm(forms.Form):
    """What stands on a machine of the hall."""

    name = CleanText((1, 60), label=_("Name of this machine, and where it stands"))


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
