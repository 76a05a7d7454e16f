"""Places, people and years: only what a row needs, and no surprises."""

from datetime import UTC, date, datetime

import factory
from django.test import Client

from livelihood.accounts.models import Leave, Mandate, Passkey, User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Aspect, Cycle, Organisation, PhasePeriod
from livelihood.cycles.states import DecisionMode, Level, OrganisationKind, Phase
from tests.factories import FIRST, RowFactory

NOW = datetime(2024, 11, 1, 2, 0, tzinfo=UTC)
"""The instant tests speak of when the instant does not matter."""

TODAY = date(2024, 11, 1)

PREFIXES = (33, 36, 35, 32, 31, 12, 11, 64, 61, 45, 21, 14, 13)
"""Of provinces without cities above number 15: codes beyond are made up, and a test of 200 meets none twice."""

IN_LETTERS = str.maketrans("0123456789", "甲乙丙丁戊己庚辛壬癸")
"""Nobody's name has digits: what stands beside a name in digits is a telephone number."""


class ProvinceFactory(RowFactory):
    class Meta:
        model = Area
        django_get_or_create = ("code",)

    code = "330000"
    slug = "zhejiang"
    name_zh = "浙江省"
    name_en = "Zhejiang"
    level = Level.PROVINCE


class CityFactory(RowFactory):
    class Meta:
        model = Area
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"{PREFIXES[n // 84 % len(PREFIXES)]}{n % 84 + 16:02d}00")
    slug = factory.LazyAttribute(lambda area: f"city-{area.code}")
    name_zh = factory.LazyAttribute(lambda area: f"市{area.code}")
    level = Level.CITY
    parent = factory.SubFactory(ProvinceFactory)


class CountyFactory(RowFactory):
    class Meta:
        model = Area
        django_get_or_create = ("code",)

    parent = factory.SubFactory(CityFactory)
    code = factory.LazyAttributeSequence(lambda area, n: f"{area.parent.code[:4]}{n % 99 + 1:02d}")
    slug = factory.LazyAttribute(lambda area: f"county-{area.code}")
    name_zh = factory.LazyAttribute(lambda area: f"县{area.code}")
    level = Level.COUNTY


class OrganisationFactory(RowFactory):
    class Meta:
        model = Organisation

    area = factory.SubFactory(CityFactory)
    name_zh = factory.Sequence(lambda n: f"单位{n}")
    kind = OrganisationKind.DEPARTMENT


class UserFactory(RowFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"人员{str(n).translate(IN_LETTERS)}")


class MandateFactory(RowFactory):
    class Meta:
        model = Mandate

    user = factory.SubFactory(UserFactory)
    area = factory.SubFactory(CityFactory)
    role = Role.LIVELIHOOD_OFFICE
    starts_on = date(2020, 1, 1)


class LeaveFactory(RowFactory):
    """A leave that is over."""

    class Meta:
        model = Leave

    user = factory.SubFactory(UserFactory)
    starts_on = date(2020, 1, 1)
    ends_on = date(2020, 1, 31)
    reason = "外出学习"


class PasskeyFactory(RowFactory):
    class Meta:
        model = Passkey

    user = factory.SubFactory(UserFactory)
    name = "办公电脑"
    credential_id = factory.Sequence(lambda n: n.to_bytes(16, "big"))
    public_key = b"\0"
    sign_count = 0
    added_at = NOW


class CycleFactory(RowFactory):
    class Meta:
        model = Cycle

    area = factory.SubFactory(CityFactory)
    year = 2025
    decision_mode = DecisionMode.VOTE
    phase = Phase.SOLICIT


class PhasePeriodFactory(RowFactory):
    class Meta:
        model = PhasePeriod

    cycle = factory.SubFactory(CycleFactory)
    phase = Phase.SOLICIT
    starts_on = date(2024, 10, 15)
    ends_on = date(2024, 11, 15)


class AspectFactory(RowFactory):
    class Meta:
        model = Aspect

    cycle = factory.SubFactory(CycleFactory)
    number = factory.Sequence(lambda n: n - FIRST + 1)
    name_zh = factory.LazyAttribute(lambda aspect: f"方面{aspect.number}")


def official(role: Role, area: Area, organisation: Organisation | None = None) -> User:
    """Return a new person who holds one role in one area."""
    return MandateFactory(role=role, area=area, organisation=organisation).user


def signed_in(user: User) -> Client:
    """Return the browser of somebody who has signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
