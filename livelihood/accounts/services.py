"""People and their mandates."""

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import rules
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Role
from livelihood.audit.services import record
from livelihood.cycles.models import Area, Organisation
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require

USERNAME_LENGTH = 60

PASSWORD_LENGTH = 128
"""Characters; longer ones are not even hashed."""


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    password: str,
    area: Area,
    by: User | None,
    at: datetime,
) -> User:
    """Give a person an account.

    area: where the person will work; the administrator must be allowed there.
    by: None only for the first administrator, made on the command line.

    :raises NotAllowed: `by` may not manage people in that area.
    :raises Conflict: the user name is taken, in whatever spelling.
    :raises BadText: the name or the user name is too long, or nothing of it is visible.
    :raises InvalidInput: the password is too weak or too long.
    """
    require(rules.may_manage_people(by, area, at))
    user = User(
        username=clean_text(
            fold(username), min_length=1, max_length=USERNAME_LENGTH, multiline=False, field="username"
        ),
        name=clean_text(name, min_length=1, max_length=60, multiline=False, field="name"),
    )
    if len(password) > PASSWORD_LENGTH:
        problem = _("A password has at most {limit} characters.")
        raise InvalidInput(format_lazy(problem, limit=PASSWORD_LENGTH), field="password")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field="password") from error
    if User.objects.filter(username=user.username).exists():
        raise Conflict(_("This user name is taken. Choose another."))
    user.set_password(password)
    user.save()
    record(AccountAct.USER_CREATED, user, by=by, at=at)
    return user


@transaction.atomic
def give_mandate(
    *,
    user: User,
    role: Role,
    area: Area,
    starts_on: date,
    by: User | None,
    at: datetime,
    organisation: Organisation | None = None,
    ends_on: date | None = None,
) -> Mandate:
    """Give a person a role in an area, and in an organisation where the role acts for one.

    :raises NotAllowed: `by` may not manage people there.
    :raises InvalidInput: the mandate ends before it starts, or the organisation is of another area.
    :raises Conflict: the person already holds exactly this mandate.
    """
    require(rules.may_manage_people(by, area, at))
    if ends_on is not None and ends_on < starts_on:
        raise InvalidInput(
            _("The mandate ends before it starts. Correct one of the two dates."),
            field="ends_on",
        )
    if organisation is not None and organisation.area_id != area.pk:
        raise InvalidInput(_("This organisation belongs to another area."), field="organisation")
    mandate, created = Mandate.objects.get_or_create(
        user=user,
        role=role,
        area=area,
        organisation=organisation,
        starts_on=starts_on,
        defaults={"ends_on": ends_on},
    )
    if not created:
        raise Conflict(_("This person already holds this mandate."))
    record(
        AccountAct.MANDATE_GIVEN,
        mandate,
        by=by,
        at=at,
        user=user.pk,
        role=str(role),
        area=area.code,
    )
    return mandate


@transaction.atomic
def end_mandate(*, mandate: Mandate, last_day: date, by: User, at: datetime) -> Mandate:
    """End a mandate on a day; what was done under it stays.

    :raises NotAllowed: `by` may not manage people there.
    :raises InvalidInput: the last day lies before the first.
    """
    mandate = Mandate.objects.select_for_update().select_related("area").get(pk=mandate.pk)
    require(rules.may_manage_people(by, mandate.area, at))
    if last_day < mandate.starts_on:
        raise InvalidInput(_("The last day lies before the first."), field="last_day")
    mandate.ends_on = last_day
    mandate.save(update_fields=["ends_on"])
    record(AccountAct.MANDATE_ENDED, mandate, by=by, at=at, last_day=str(last_day))
    return mandate
