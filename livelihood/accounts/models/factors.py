"""Second factors: what proves who somebody is besides the password."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livelihood.accounts.models.people import User
from livelihood.kernel.sealed import SealedField


class Authenticator(models.Model):
    """The authenticator of a person, a program on their telephone that shows a code of six digits.

    Added by the person, who may put another in its place; removed with all other factors by an administrator.
    last_step: of the last code that was taken, as each is good once.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="authenticator")
    secret = SealedField()
    added_at = models.DateTimeField()
    last_step = models.BigIntegerField()

    def __str__(self) -> str:
        return f"#{self.pk} of {self.user_id}"


class Passkey(models.Model):
    """A passkey of a person: a key pair, of which the portal knows the public half.

    Added by the person; removed by them, or with all other factors by an administrator. sign_count: as the device said
    last; one that counts and has not gone on was copied.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential_id = models.BinaryField(max_length=1023, unique=True)
    public_key = models.BinaryField(max_length=4096)
    sign_count = models.BigIntegerField()
    added_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} of {self.user_id}"


class RecoveryCode(models.Model):
    """One of the codes that stand in for a factor that is lost, each once. Made anew, all former ones are removed.

    code_hash: all that is kept of the code.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code_hash__regex=r"^[0-9a-f]{64}$"), name="%(app_label)s_%(class)s_hash_form"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.user_id}"
