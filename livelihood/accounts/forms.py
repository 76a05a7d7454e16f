"""Forms of people and mandates."""

import json
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.accounts.models import User
from livelihood.accounts.passwords import LEAST_LEFT
from livelihood.accounts.roles import Role
from livelihood.accounts.services import MAIL_LENGTH, PASSWORD_LENGTH, PHONE_LENGTH, USERNAME_LENGTH, PersonChange
from livelihood.cycles.forms import OrganisationField, organisations_for
from livelihood.cycles.models import Area, Organisation
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.forms import CleanText, day_field, seen_field

WHO_SEES_PHONE = _("Shown to administrators only.")
MOST_OF_PASSKEY = 20_000
"""Characters of a browser's answer."""


def folded(text: str) -> str:
    """Return a user name as accounts are known by it; what is longer when folded is nobody's."""
    try:
        name = fold(text)
    except InvalidInput as error:
        raise forms.ValidationError(str(error)) from error
    if len(name) > USERNAME_LENGTH:
        raise forms.ValidationError(_("No user name is that long."))
    return name


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
        "invalid_login": _(
            "User name or password is wrong. After five wrong ones in 15 minutes it closes until these are over."
        ),
    }

    def name_tried(self) -> str:
        """Return the name that is tried, as accounts are known by it; empty where nobody is called so."""
        try:
            return folded(str(self.data.get("username", ""))[:USERNAME_LENGTH])
        except forms.ValidationError:
            return ""

    def clean_username(self) -> str:
        """Return the name as accounts are known by it, so that wrong passwords count for one name in all spellings."""
        return folded(self.cleaned_data["username"])


def password_field(label: Any, autocomplete: str, **kwargs: Any) -> forms.CharField:
    """Make a field for a password. autocomplete: whether the browser offers the present one or a new one."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=PASSWORD_LENGTH, strip=False, widget=widget, **kwargs)


class NewPasswordForm(forms.Form):
    """A new password, typed twice, as nobody sees what they type."""

    password = password_field(
        _("New password"),
        "new-password",
        help_text=format_lazy(
            _(
                "At least 10 characters. Your names, your office, your area and years count for nothing: without them,"
                " {least} have to be left."
            ),
            least=LEAST_LEFT,
        ),
    )
    again = password_field(_("The same again"), "new-password")

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        given = super().clean() or {}
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", _("This is not the same password."))
        return given


class SignInCodeForm(NewPasswordForm):
    """The one-time code, and the password that is to be one's own."""

    field_order = ("code", "password", "again")

    code = forms.CharField(
        label=_("One-time code"),
        max_length=100,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "off", "autocapitalize": "characters", "data-code": True}
        ),
    )


class PasswordForm(NewPasswordForm):
    """One's own password, changed."""

    field_order = ("present", "password", "again")

    present = password_field(_("Present password"), "current-password")


class PresentPasswordForm(forms.Form):
    """One's present password, asked for once more; not of who came by an identity provider, who may have none."""

    present = password_field(_("Present password"), "current-password")

    def __init__(self, *args: Any, is_by_provider: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_by_provider:
            del self.fields["present"]


class ForgottenForm(forms.Form):
    """Who asks for a code by mail."""

    username = forms.CharField(
        label=_("User name"),
        max_length=USERNAME_LENGTH,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username", "autocapitalize": "none"}),
    )

    def clean_username(self) -> str:
        """Return the name as accounts are known by it."""
        return folded(self.cleaned_data["username"])


class CredentialField(forms.Field):
    """What the browser says of a passkey, as JSON in a hidden field that a script fills; None where it did not."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """Read an object of JSON that is no larger than a passkey's answer may be."""
        if not value:
            return None
        if len(value) > MOST_OF_PASSKEY:
            raise forms.ValidationError(_("The passkey could not be taken. Try again."))
        try:
            read = json.loads(value)
        except (ValueError, RecursionError):
            read = None
        if not isinstance(read, dict):
            raise forms.ValidationError(_("The passkey could not be taken. Try again."))
        return read


class FactorForm(forms.Form):
    """The code of an authenticator, a recovery code, or what a passkey has signed."""

    code = forms.CharField(
        label=pgettext_lazy("second factor", "Code"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "one-time-code", "inputmode": "text"}),
        help_text=_("The six digits that your authenticator shows, or one of your recovery codes."),
    )
    credential = CredentialField(required=False)


class AuthenticatorForm(PresentPasswordForm):
    """The code that a new authenticator shows."""

    field_order = ("code", "present")

    code = forms.CharField(
        label=pgettext_lazy("second factor", "Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text=_("The six digits that your authenticator shows now."),
    )


class PasskeyForm(PresentPasswordForm):
    """A new passkey."""

    field_order = ("name", "present")

    name = CleanText((1, 60), label=pgettext_lazy("device", "Name"), help_text=_("For instance: office computer"))
    credential = CredentialField(required=False)


class PersonForm(forms.Form):
    """A new account, into which a one-time code leads."""

    username = forms.CharField(label=_("User name"), max_length=USERNAME_LENGTH)
    name = CleanText((1, 60), label=pgettext_lazy("person", "Name"))
    mail = forms.EmailField(
        label=_("Mail address"),
        max_length=MAIL_LENGTH,
        required=False,
        help_text=_("For codes and notices; empty: they are handed over."),
    )
    phone = CleanText((0, PHONE_LENGTH), label=_("Telephone"), help_text=WHO_SEES_PHONE)


class PersonEditForm(forms.Form):
    """A name, a mail address or a telephone put right."""

    name = CleanText((1, 60), label=pgettext_lazy("person", "Name"))
    mail = forms.EmailField(label=_("Mail address"), max_length=MAIL_LENGTH, required=False)
    phone = CleanText((0, PHONE_LENGTH), label=_("Telephone"), help_text=WHO_SEES_PHONE)
    seen = seen_field()

    def change_of(self, user: User) -> PersonChange:
        """Return the account with what was typed."""
        return PersonChange(user, **{name: self.cleaned_data[name] for name in ("name", "mail", "phone")})


class CloseForm(forms.Form):
    """Why an account is closed."""

    reason = CleanText((1, 200), label=_("Reason"), help_text=_("Stands in the journal."))


class LeaveForm(forms.Form):
    """When somebody is away."""

    starts_on = day_field(_("From"))
    ends_on = day_field(_("To"), required=False, help_text=_("Empty: until ended."))
    reason = CleanText((1, 200), label=_("Reason"), help_text=_("Shown to the person and on this page."))


class StandInForm(forms.Form):
    """Who holds a mandate in whose place, and when."""

    user = forms.CharField(label=_("User name of who stands in"), max_length=USERNAME_LENGTH)
    starts_on = day_field(_("From"))
    ends_on = day_field(_("To"))
    reason = CleanText((1, 200), label=_("Reason"), help_text=_("Shown wherever the mandate is."))

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people

    def clean_user(self) -> User:
        """Return the person of this user name, among those near."""
        found = self.people.filter(username=folded(self.cleaned_data["user"])).first()
        if found is None:
            raise forms.ValidationError(_("Nobody here has this user name. Add the person first."))
        return found


class CodesForm(forms.Form):
    """For whom slips are printed."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", _("all")), *Role.choices], required=False)
    is_below = forms.BooleanField(label=_("Also of all areas below"), required=False)
    is_again = forms.BooleanField(
        label=_("Also for those who were given a code that is still good"),
        required=False,
        help_text=_("That code is worthless then."),
    )

    def given(self) -> dict[str, Any]:
        """Return what the selector takes; no role for all."""
        return self.cleaned_data | {"role": Role(self.cleaned_data["role"]) if self.cleaned_data["role"] else None}


class MandateForm(forms.Form):
    """A new mandate of a person."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose")), *Role.choices])
    organisation = OrganisationField(
        Organisation.objects.none(),
        label=_("Organisation"),
        required=False,
        help_text=_("Type the full or a short name. Empty: none."),
    )
    starts_on = day_field(_("From"), initial=timezone.localdate)
    ends_on = day_field(
        _("To"),
        required=False,
        help_text=_("Empty: until ended."),
    )
    reason = CleanText(
        (0, 200),
        label=_("Why it begins before today"),
        help_text=_("Needed for those who run a vote, auditors and administrators; otherwise leave it empty."),
    )

    def __init__(self, *args: object, area: Area, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        units = organisations_for(area, timezone.localdate())
        self.fields["organisation"].queryset = units  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        return self.cleaned_data | {"role": Role(self.cleaned_data["role"])}


class RefuseMandateForm(forms.Form):
    """Why a mandate is not confirmed."""

    reason = CleanText((1, 200), label=_("Reason"))


class EndMandateForm(forms.Form):
    """The last day of a mandate."""

    last_day = day_field(_("Last day"))
