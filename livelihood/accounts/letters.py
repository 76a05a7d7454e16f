"""The mails of the portal in words, in the language of the installation."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livelihood.accounts.models import User
from livelihood.accounts.sheets import Slip
from livelihood.accounts.states import Letter
from livelihood.kernel.naming import portal_name

TEXTS = {
    Letter.CODE: (
        gettext_lazy("A code for your sign-in"),
        gettext_lazy(
            "A code was asked for with which you can set a new password. If it was not you, leave it: your password "
            "stays as it is. The code is good until {until}, once:"
        ),
    ),
    Letter.CODE_ISSUED: (
        gettext_lazy("Your password was reset"),
        gettext_lazy(
            "An administrator has reset your password on {when}; you will be given a code to set a new one. If you do "
            "not know why, ask your administrator."
        ),
    ),
    Letter.PASSWORD_CHANGED: (
        gettext_lazy("Your password was changed"),
        gettext_lazy(
            "Your password was changed on {when}. If it was not you, tell your administrator at once: they can end all "
            "sign-ins and issue a new code."
        ),
    ),
    Letter.SESSIONS_ENDED: (
        gettext_lazy("Your sign-ins were ended"),
        gettext_lazy("An administrator has ended all your sign-ins on {when}. You can sign in again."),
    ),
    Letter.FACTOR_ADDED: (
        gettext_lazy("A second factor was added"),
        gettext_lazy(
            "A second factor was added to your account on {when}. If it was not you, tell your administrator at once."
        ),
    ),
    Letter.FACTOR_REMOVED: (
        gettext_lazy("A second factor was removed"),
        gettext_lazy(
            "A second factor of your account was removed on {when}. If it was not you, tell your administrator at once."
        ),
    ),
    Letter.FACTORS_RESET: (
        gettext_lazy("Your second factors were reset"),
        gettext_lazy(
            "An administrator has removed the second factors of your account on {when}; you will be given a code to "
            "come in anew. If you do not know why, ask your administrator."
        ),
    ),
    Letter.RECOVERY_CODE_USED: (
        gettext_lazy("A recovery code was used"),
        gettext_lazy(
            "A recovery code of your account was used on {when}. If it was not you, tell your administrator at once."
        ),
    ),
    Letter.MANDATE_REFUSED: (
        gettext_lazy("A mandate was not confirmed"),
        gettext_lazy(
            "A mandate that you have given, or were to hold, was not confirmed or was taken back on {when}. The page "
            "of your account in the portal says why."
        ),
    ),
    Letter.CLOSED: (
        gettext_lazy("Your account was closed"),
        gettext_lazy("Your account was closed on {when}. If you do not know why, ask your administrator."),
    ),
}


def text_of(letter: Letter, user: User, slip: Slip | None, *, at: datetime) -> tuple[str, str]:
    """Return subject and body of a mail. slip: with the code, of a letter that carries one. at: of what happened."""
    subject, text = TEXTS[letter]
    with translation.override(settings.LANGUAGE_CODE):
        portal = portal_name()
        lines = [_("{name}, user name {username}:").format(name=user.name, username=user.username), ""]
        until = date_format(localtime(slip.expires_at), "DATETIME_FORMAT") if slip else ""
        lines.append(str(text).format(when=date_format(localtime(at), "DATETIME_FORMAT"), until=until))
        if slip:
            # Behind the #, which no browser sends: no log on the way learns it.
            lines += ["", f"{settings.SITE_URL}{reverse('accounts:code_enter')}#{slip.code}", "", slip.code]
        else:
            lines += ["", settings.SITE_URL]
        lines += ["", portal]
        return _("[{portal}] {subject}").format(portal=portal, subject=subject), "\n".join(lines) + "\n"
