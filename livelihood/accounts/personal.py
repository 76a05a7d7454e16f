"""What is held of officials and deputies, and what their sign-ins leave behind."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import (
    Authenticator,
    Leave,
    Passkey,
    ProviderLink,
    RecoveryCode,
    SentForm,
    SignIn,
    SignInCode,
    User,
    WrongCodes,
)
from livelihood.jobs.models import Job
from livelihood.kernel.personal import Ground, Period, PersonalData, declare

FACTORS: tuple[Any, ...] = (Authenticator, Passkey, RecoveryCode, ProviderLink)
ADMINISTRATORS = _("Administrators of the area; the person themselves.")
NOBODY = _("Nobody; the portal alone compares it.")


def _closed() -> QuerySet[User]:
    """Return the closed accounts that still say how to reach somebody, or hold what they came in by."""
    says: Any = ~Q(mail="", phone="", password__startswith=UNUSABLE_PASSWORD_PREFIX)
    for model in FACTORS:
        says |= Exists(model.objects.filter(user=OuterRef("pk")))
    return User.objects.filter(says, closed_at__isnull=False)


def _mask_accounts(keys: Sequence[Any]) -> int:
    closed = list(_closed().filter(pk__in=keys).values_list("pk", flat=True))
    for model in FACTORS:
        model.objects.filter(user__in=closed).delete()
    # Whoever opens the account again in this moment keeps what it holds.
    still = User.objects.filter(pk__in=closed, closed_at__isnull=False)
    return still.update(mail="", phone="", password=make_password(None))


def _with_factors() -> QuerySet[User]:
    holds: Any = Q(pk__in=[])
    for model in FACTORS:
        holds |= Exists(model.objects.filter(user=OuterRef("pk")))
    return User.objects.filter(holds)


def _mails() -> QuerySet[Job]:
    return Job.objects.filter(task="accounts.send_mail", finished_at__isnull=False)


def _dropping(model: Any) -> Any:
    """Return what deletes rows of a table, counted without what hangs on them."""

    def drop(keys: Sequence[Any]) -> int:
        deleted = model.objects.filter(pk__in=keys).delete()[1]
        return int(deleted.get(model._meta.label, 0))

    return drop


declare(
    PersonalData(
        "accounts",
        _("Accounts of officials and deputies"),
        fields=(
            *(f"accounts.User.{name}" for name in ("username", "name", "mail", "phone", "password", "last_login")),
            "accounts.Mandate.reason",
        ),
        purpose=_("To know who acts, to give each person what they may do, and to reach them."),
        ground=Ground.STAFF,
        readers=ADMINISTRATORS,
        rows=lambda: User.objects.filter(closed_at__isnull=True),
        since="created_at",
        kept=_("As long as the account is open. Name and user name stay after that, since the journal names them."),
    )
)
declare(
    PersonalData(
        "closed-accounts",
        _("Closed accounts: mail address, telephone, ways in"),
        fields=("accounts.User.mail", "accounts.User.phone", "accounts.User.password"),
        purpose=_("To reach somebody about what they did, and to open the account again."),
        ground=Ground.STAFF,
        readers=ADMINISTRATORS,
        rows=_closed,
        since="closed_at",
        period=Period(days=365, least=30, most=3_650, begins=_("from the day it was closed"), forget=_mask_accounts),
    )
)
declare(
    PersonalData(
        "leaves",
        _("Leave and its reasons"),
        fields=("accounts.Leave.reason",),
        purpose=_("To say who is away, and why another acts in their place."),
        ground=Ground.STAFF,
        readers=ADMINISTRATORS,
        rows=lambda: Leave.objects.filter(ends_on__isnull=False),
        since="ends_on",
        period=Period(days=365, least=30, most=3_650, begins=_("from its last day"), forget=_dropping(Leave)),
    )
)
declare(
    PersonalData(
        "factors",
        _("Second factors and links to the identity provider"),
        fields=(
            "accounts.Authenticator.secret",
            *(f"accounts.Passkey.{name}" for name in ("name", "credential_id", "public_key", "last_used_at")),
            "accounts.RecoveryCode.code_hash",
            *(f"accounts.ProviderLink.{name}" for name in ("issuer", "subject")),
        ),
        purpose=_("To let in nobody but the person."),
        ground=Ground.STAFF,
        readers=NOBODY,
        rows=_with_factors,
        since="created_at",
        kept=_(
            "Until the person or an administrator takes them away; of a closed account as long as its mail address."
        ),
    )
)
declare(
    PersonalData(
        "one-time-codes",
        _("One-time codes"),
        fields=("accounts.SignInCode.code_hash",),
        purpose=_("To let somebody set a password, once."),
        ground=Ground.STAFF,
        readers=NOBODY,
        rows=SignInCode.objects.all,
        since="expires_at",
        period=Period(
            days=30, least=1, most=365, begins=_("from the end of its validity"), forget=_dropping(SignInCode)
        ),
    )
)
declare(
    PersonalData(
        "sign-ins",
        _("Sign-ins"),
        fields=("accounts.SignIn.session_key", "accounts.SignIn.at"),
        purpose=_("To show when somebody came in under a person's name. The journal names the row, not the person."),
        ground=Ground.DUTY,
        readers=_("The person themselves; auditors and administrators of the area."),
        rows=SignIn.objects.all,
        since="at",
        # 网络安全法, article 21: records of a network are kept for six months at least.
        period=Period(days=365, least=183, most=1_095, begins=_("from the sign-in"), forget=_dropping(SignIn)),
    )
)
declare(
    PersonalData(
        "sessions",
        _("Sessions"),
        fields=("sessions.Session.session_key", "sessions.Session.session_data"),
        purpose=_("To know who asks while somebody is signed in."),
        ground=Ground.STAFF,
        readers=NOBODY,
        rows=Session.objects.all,
        since="expire_date",
        period=Period(days=1, least=1, most=30, begins=_("from their end"), forget=_dropping(Session)),
    )
)
declare(
    PersonalData(
        "wrong-codes",
        _("Counts of wrong passwords and codes"),
        fields=("accounts.WrongCodes.key",),
        purpose=_("To stop guessing. Who tried stands there under a seal that cannot be read back."),
        ground=Ground.DUTY,
        readers=NOBODY,
        rows=WrongCodes.objects.all,
        since="forgotten_at",
        period=Period(
            days=1, least=1, most=30, begins=_("from when the entrance is open again"), forget=_dropping(WrongCodes)
        ),
    )
)
declare(
    PersonalData(
        "sent-forms",
        _("Forms that were sent"),
        fields=("accounts.SentForm.key", "accounts.SentForm.location"),
        purpose=_("To do once what is sent twice. Who sent it stands there under a seal that cannot be read back."),
        ground=Ground.STAFF,
        readers=NOBODY,
        rows=SentForm.objects.all,
        since="kept_at",
        period=Period(days=1, least=1, most=30, begins=_("from sending"), forget=_dropping(SentForm)),
    )
)
declare(
    PersonalData(
        "mails",
        _("Mails that were sent"),
        fields=("jobs.Job.key", "jobs.Job.arguments"),
        purpose=_("To send a code or a notice to its person, once. The text is not kept."),
        ground=Ground.STAFF,
        readers=_("Who runs the servers."),
        rows=_mails,
        since="finished_at",
        period=Period(days=30, least=1, most=365, begins=_("from sending"), forget=_dropping(Job)),
    )
)
