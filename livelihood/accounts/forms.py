"""Forms of people and mandates."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.accounts.roles import Role
from livelihood.accounts.services import PASSWORD_LENGTH, USERNAME_LENGTH
from livelihood.cycles.models import Area, Organisation
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.forms import CleanText, RowField, day_field


class SignInForm(AuthenticationForm):
    """User name and password, measured before the name is folded and the password hashed."""

    username = forms.CharField(
        label=_("User name"),
        max_length=USERNAME_LENGTH,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": _("User name or password is wrong. After five attempts the sign-in closes for 15 minutes."),
        "inactive": _("This account is closed. Ask your administrator."),
    }

    def clean_username(self) -> str:
        """Return the name as accounts are known by it, so that wrong passwords count for one name in all spellings."""
        try:
            return fold(self.cleaned_data["username"])
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from error


class PersonForm(forms.Form):
    """A new account."""

    username = forms.CharField(label=_("User name"), max_length=USERNAME_LENGTH)
    name = CleanText((1, 60), label=pgettext_lazy("person", "Name"))
    password = forms.CharField(
        label=_("First password"),
        max_length=PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters; hand it over in person."),
    )


class MandateForm(forms.Form):
    """A new mandate of a person."""

    role = forms.ChoiceField(label=_("Role"), choices=Role)
    organisation = RowField(Organisation.objects.none(), label=_("Organisation"), required=False, empty_label=_("none"))
    starts_on = day_field(_("From"))
    ends_on = day_field(
        _("To"),
        required=False,
        help_text=_("Empty: until ended."),
    )

    def __init__(self, *args: object, area: Area, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["organisation"].queryset = (  # type: ignore[attr-defined]
            Organisation.objects.filter(area=area).order_by("name_zh", "pk")
        )

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        return self.cleaned_data | {"role": Role(self.cleaned_data["role"])}


class EndMandateForm(forms.Form):
    """The last day of a mandate."""

    last_day = day_field(_("Last day"))
