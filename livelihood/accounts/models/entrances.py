"""The ways in: one-time codes, sign-ins, and how often wrong codes were tried."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from livelihood.accounts.models.people import User
from livelihood.accounts.states import Entrance
from livelihood.kernel.constraints import choices_constraint


class SignInCode(models.Model):
    """The code by which a person may set a password: the first one, or another after the former is forgotten.

    Issued by an administrator to be handed over, or sent by mail, at the person's own wish too; issuing another of the
    same kind overwrites it, which makes the former code worthless; used once, and void with any new password.
    code_hash: all that is kept of the code.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="sign_in_codes")
    is_mailed = models.BooleanField()
    code_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "is_mailed"], name="%(app_label)s_%(class)s_one_of_a_kind"),
            models.CheckConstraint(
                condition=Q(code_hash__regex=r"^[0-9a-f]{64}$"), name="%(app_label)s_%(class)s_hash_form"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} for {self.user_id}"


class SignIn(models.Model):
    """That somebody signed in, when and by which way; not from where. Kept for its period (ADR 44).

    The journal names this row and not the person, so that it says no longer who it was once the row is forgotten.
    session_key: of the session that began, for as long as it goes on, so that the person may end it.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="sign_ins")
    at = models.DateTimeField()
    way = models.CharField(max_length=10, choices=Entrance)
    session_key = models.CharField(max_length=40, db_index=True)

    class Meta:
        constraints: ClassVar = [choices_constraint("way", Entrance)]
        indexes: ClassVar = [models.Index(fields=["user", "at"], name="accounts_signin_user")]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.user_id}"

    @property
    def area_id(self) -> int | None:
        """The area in whose journal it stands: that of the person."""
        return self.user.area_id


class ProviderLink(models.Model):
    """Who a person is to the identity provider, from their first sign-in by it.

    Made by the rule of this installation (OIDC_CLAIM); after that only the provider's own key of a person counts, which
    it never gives to another as it may a name. Removed when an administrator issues a new code.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="provider_link")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="%(app_label)s_%(class)s_one_person"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.user_id}"


class WrongCodes(models.Model):
    """How many wrong codes somebody has tried at one entrance within a while (`livelihood.accounts.attempts`).

    In the database because it keeps intruders out: a helper that is down or emptied must not open the
    entrance. `key` is an HMAC over the entrance and who tried; rows whose time has passed are deleted with the next
    wrong code.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    forgotten_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {timezone.localtime(self.forgotten_at):%H:%M}"


class SentForm(models.Model):
    """A form of the desk that did something: a second one of the same key does nothing (`livelihood.accounts.once`).

    Created in the transaction of what the form did. `key` is a hash over who sent what from which page; `location` is
    where its answer led. A day later it is deleted with the next form that is sent.
    """

    key = models.CharField(max_length=64, primary_key=True)
    location = models.TextField(blank=True)
    kept_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
