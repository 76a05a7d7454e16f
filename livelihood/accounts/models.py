"""Users and mandates, and how often wrong codes were tried."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Organisation
from livelihood.kernel.constraints import choices_constraint
from livelihood.kernel.fields import FoldedField


class UserManager(BaseUserManager["User"]):
    """Makes users; Django's own commands use it."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        """Make a user; without a password the account cannot sign in."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who may sign in. What they may do comes from their mandates alone. Never removed, only deactivated."""

    username = FoldedField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return f"#{self.pk}"


class Mandate(models.Model):
    """A role that a person holds in an area (and, for officials, in an organisation) from a day to a day.

    Given and ended by an administrator; never removed. `ends_on` is the last day; empty means until further notice.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="mandates")
    role = models.CharField(max_length=20, choices=Role)
    area = models.ForeignKey(Area, models.PROTECT, related_name="mandates")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="mandates")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            choices_constraint("role", Role),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="%(app_label)s_%(class)s_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area", "organisation", "starts_on"],
                nulls_distinct=False,
                name="%(app_label)s_%(class)s_once",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.role} in {self.area_id}"


class WrongCodes(models.Model):
    """How many wrong codes somebody has tried at one entrance within a while (`livelihood.web.attempts`).

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
