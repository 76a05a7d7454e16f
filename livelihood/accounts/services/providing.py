"""Sign-in by an identity provider: which account is whose."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import ProviderLink, User
from livelihood.accounts.provider import Identity
from livelihood.audit.services import record
from livelihood.kernel.errors import InvalidInput, NotAllowed
from livelihood.kernel.folding import fold


class NoAccount(NotAllowed):
    """The provider knows the person, and this portal does not, or no longer. No account is made of it."""

    code = "no_account"
    message = _("No account here belongs to this identity. Ask your administrator.")


@transaction.atomic
def enter_by_provider(*, identity: Identity, at: datetime) -> User:
    """Return whose account an identity opens: the one it is linked to, or at first the one that its claim names.

    :raises NoAccount: there is none, it is closed, or it is linked to another identity.
    """
    known = ProviderLink.objects.filter(issuer=settings.OIDC_ISSUER, subject=identity.subject).first()
    rows = User.objects.select_for_update()
    user = rows.filter(pk=known.user_id).first() if known else rows.filter(username=_username(identity.claim)).first()
    if user is None or not user.is_active:
        raise NoAccount
    if known is None:
        if ProviderLink.objects.filter(user=user).exists():
            raise NoAccount
        ProviderLink.objects.create(user=user, issuer=settings.OIDC_ISSUER, subject=identity.subject, linked_at=at)
        record(AccountAct.PROVIDER_LINKED, user, by=user, at=at)
    return user


def _username(claim: str) -> str:
    try:
        return fold(claim)
    except InvalidInput as error:
        raise NoAccount from error
