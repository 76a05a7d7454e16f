"""Users, their mandates, and when they are away."""

from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Func, Q, TextField, Value
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.roles import CONFIRMED, TAKE_TWO, Role
from livelihood.cycles.models import Area, Organisation
from livelihood.kernel.constraints import choices_constraint, pair_constraint
from livelihood.kernel.fields import FoldedField
from livelihood.kernel.sealed import SealedField

ALIKE = (
    "01\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u051b\u051d\u03bf\u03c1\u03bd",
    "olaeopcyxijsqwopv",
)
"""Signs of a folded user name, and what each is taken for: nought and one, letters of Cyrillic and of Greek."""


class LooksLike(Func):
    """A user name with one character for all that look alike."""

    function = "translate"
    output_field = TextField()

    def __init__(self, name: object) -> None:
        super().__init__(name, Value(ALIKE[0]), Value(ALIKE[1]))


class UserManager(BaseUserManager["User"]):
    """Makes users; Django's own commands use it."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        """Make a user; without a password the account cannot sign in."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who may sign in. What they may do comes from their mandates alone. Never removed, only closed.

    area: whose administrators look after the account; empty for one that only the command line may change.
    mail: where codes and notices go, if the portal sends any; empty where none is known.
    phone: by which administrators reach the person, to hand over a code for instance; shown to them alone.
    session_number: part of what every sign-in is signed with, so that a new number ends all of them.
    """

    username = FoldedField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    mail = SealedField(_("mail address"), blank=True)
    phone = SealedField(_("telephone"), blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="people")
    session_number = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    USERNAME_FIELD = "username"

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar = [
            pair_constraint("closed"),
            models.UniqueConstraint(LooksLike("username"), name="%(app_label)s_%(class)s_looks_like_no_other"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django's own is a constant
        """Whether the account is open, as Django asks before each request."""
        return self.closed_at is None

    def get_session_auth_hash(self) -> str:
        """Return what a sign-in is good for: it ends with a new password, and with a new session_number."""
        return self._signed(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield the same under former keys of the installation."""
        yield from map(self._signed, settings.SECRET_KEY_FALLBACKS)

    def _signed(self, key: str | None) -> str:
        what = f"{self.session_number}:{self.password}"
        return salted_hmac("livelihood.accounts.session", what, secret=key, algorithm="sha256").hexdigest()


class Mandate(models.Model):
    """A role that a person holds in an area (and, for officials, in an organisation) from a day to a day.

    Given and ended by an administrator; never removed. `ends_on` is the last day; empty means until further notice.
    `stands_in_for`: the mandate whose holder is away. `reason`: why somebody holds it in their place for a time, or why
    it begins before the day on which it was given.
    `given_by`: nobody of the portal where it was given at the command line. `is_waiting`: that it gives nothing until a
    second person confirms it, as with the roles of those who run a vote (`RoleCard.takes_two`), and with administrators
    where there is such a second; refused, it goes.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="mandates")
    role = models.CharField(max_length=20, choices=Role)
    area = models.ForeignKey(Area, models.PROTECT, related_name="mandates")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="mandates")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    stands_in_for = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="stand_ins")
    reason = models.CharField(max_length=200, blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    is_waiting = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            choices_constraint("role", Role),
            pair_constraint("confirmed"),
            models.CheckConstraint(
                condition=Q(is_waiting=False) | Q(role__in=CONFIRMED, confirmed_at__isnull=True),
                name="%(app_label)s_%(class)s_waits_for_second",
            ),
            models.CheckConstraint(
                condition=Q(given_by__isnull=True)
                | ~Q(role__in=TAKE_TWO)
                | Q(is_waiting=True)
                | Q(confirmed_by__isnull=False),
                name="%(app_label)s_%(class)s_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | (~Q(confirmed_by=F("given_by")) & ~Q(confirmed_by=F("user"))),
                name="%(app_label)s_%(class)s_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(stands_in_for__isnull=True)
                | (Q(stands_in_for__isnull=False, ends_on__isnull=False) & ~Q(reason="")),
                name="%(app_label)s_%(class)s_stand_in_says_why",
            ),
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


DAY_BEFORE = models.ExpressionWrapper(F("starts_on") - models.Value(1), output_field=models.DateField())


class Leave(models.Model):
    """A time in which a person holds their mandates without being able to act, such as a long illness.

    Given and ended by an administrator; never removed. `ends_on` is the last day; empty means until further notice, the
    day before the first that it never was, for one that was noted by mistake.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="leaves")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=DAY_BEFORE),
                name="%(app_label)s_%(class)s_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.user_id}"

    @property
    def never_was(self) -> bool:
        """Whether it was noted by mistake."""
        return self.ends_on is not None and self.ends_on < self.starts_on
