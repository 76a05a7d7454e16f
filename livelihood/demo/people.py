"""The people of the demo. Nobody of these names exists: a surname and a term of the old count of sixty.

All of them sign in with one password, which is this installation's own: it is computed from its secret key. All have
one hash of it: hashing is slow on purpose, and for one password of many people one hash gives away nothing more.
"""

from binascii import crc32
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from livelihood.accounts import services as accounts
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Role
from livelihood.audit.services import record
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.states import OrganisationKind
from livelihood.demo.stage import instant
from livelihood.kernel.numbers import ALPHABET

SINCE = date(2016, 1, 1)
"""First day of every mandate: before the first day of any year of the demo."""

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"

ADMINISTRATOR, SECOND, SUPERVISION, AUDITOR = "administrator", "administrator-2", "supervision", "auditor"
"""SECOND confirms the mandates of those who run a vote."""

SHOWN = [
    (Role.LIVELIHOOD_OFFICE, "ninghai-office"),
    (Role.DEPARTMENT, "ninghai-housing"),
    (Role.IMPLEMENTING_UNIT, "ninghai-works"),
    (Role.SUPERVISION_OFFICE, SUPERVISION),
    (Role.DEPUTY, "ningbo-deputy-460"),
    (Role.DEPUTY, "ningbo-deputy-461"),
    (Role.CONGRESS_STAFF, "ninghai-congress"),
    (Role.CHAIR, "ningbo-chair"),
    (Role.SCRUTINEER, "ninghai-scrutineer-1"),
    (Role.SCRUTINEER, "ninghai-scrutineer-2"),
    (Role.AUDITOR, AUDITOR),
    (Role.ADMINISTRATOR, ADMINISTRATOR),
]
"""The accounts named on the command line, each with work that waits; two where one alone can show nothing."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation of a place and, by the same key, the account of its person."""

    key: str
    name_zh: str
    name_en: str
    kind: OrganisationKind = OrganisationKind.DEPARTMENT


UNITS = [
    Unit("health", "卫生健康部门", "Health Department"),
    Unit("education", "教育部门", "Education Department"),
    Unit("care", "民政部门", "Civil Affairs Department"),
    Unit("labour", "人力资源和社会保障部门", "Labour Department"),
    Unit("housing", "城乡建设部门", "Housing Department"),
    Unit("transport", "交通运输部门", "Transport Department"),
    Unit("culture", "文化体育部门", "Culture and Sports Department"),
    Unit("safety", "公共安全部门", "Public Safety Department"),
]
"""Departments that most places have, named by what they do: no real one is meant."""

WORKS = [
    Unit("works", "公共建设中心", "Public Works Centre", OrganisationKind.IMPLEMENTING_UNIT),
    Unit("services", "公共服务中心", "Public Services Centre", OrganisationKind.IMPLEMENTING_UNIT),
]

OFFICE = Unit("office", "民生实事办公室", "Livelihood Projects Office", OrganisationKind.LIVELIHOOD_OFFICE)
CONGRESS = Unit("congress", "人民代表大会", "People's Congress", OrganisationKind.CONGRESS)

ROLE_OF = {
    OrganisationKind.LIVELIHOOD_OFFICE: Role.LIVELIHOOD_OFFICE,
    OrganisationKind.DEPARTMENT: Role.DEPARTMENT,
    OrganisationKind.IMPLEMENTING_UNIT: Role.IMPLEMENTING_UNIT,
    OrganisationKind.CONGRESS: Role.CONGRESS_STAFF,
}


@dataclass(frozen=True, slots=True)
class Team:
    """Those who work in a place.

    units: key → organisation. people: key of the unit, or of the hat (chair, scrutineer-1, …) → person.
    """

    area: Area
    units: Mapping[str, Organisation]
    people: Mapping[str, User]

    @property
    def office(self) -> User:
        """The person of the livelihood office."""
        return self.people[OFFICE.key]


def password() -> str:
    """Return the password of every demo account: 40 bits that nobody can compute without the installation's secret."""
    secret = salted_hmac("livelihood.demo", "password", secret=settings.SECRET_KEY, algorithm="sha256").digest()
    characters = "".join(ALPHABET[byte % 32] for byte in secret[:8])
    return f"Demo-{characters[:4]}-{characters[4:]}"


NAMES = 480
"""After so many numbers the names come again."""


def name_of(number: int) -> str:
    """Return a made-up name; the first NAMES numbers give as many names."""
    return SURNAMES[number % 32] + STEMS[number % 10] + BRANCHES[number % 12]


def found(areas: Sequence[Area]) -> None:
    """Create those who look after whole provinces: two administrators, supervision, auditor, each in all of them."""
    at = instant(SINCE)
    administrator = accounts.create_user(
        username=ADMINISTRATOR, name=name_of(0), password=password(), area=areas[0], by=None, at=at
    )
    roles = {
        ADMINISTRATOR: Role.ADMINISTRATOR,
        SECOND: Role.ADMINISTRATOR,
        SUPERVISION: Role.SUPERVISION_OFFICE,
        AUDITOR: Role.AUDITOR,
    }
    for username, role in roles.items():
        person = administrator if username == ADMINISTRATOR else _person(username, administrator, areas[0])
        for area in areas:
            accounts.give_mandate(user=person, role=role, area=area, starts_on=SINCE, by=None, at=at)


def are_there() -> bool:
    """Say whether those who look after whole provinces were created."""
    return User.objects.filter(username=ADMINISTRATOR).exists()


def supervision() -> User:
    """Return the person of the supervision office."""
    return User.objects.get(username=SUPERVISION)


def gather(area: Area, units: Sequence[Unit], hats: Mapping[str, Role] | None = None) -> Team:
    """Return those who work in a place; who is not there yet is given an account by the administrator.

    hats: key → role of people who act for no organisation.
    """
    administrator = User.objects.get(username=ADMINISTRATOR)
    organisations = {unit.key: _organisation(area, unit, administrator) for unit in (OFFICE, CONGRESS, *units)}
    roles = {unit.key: ROLE_OF[unit.kind] for unit in (OFFICE, CONGRESS, *units)}
    people = {
        key: _holder(f"{area.slug}-{key}", role, area, organisations.get(key), administrator)
        for key, role in {**roles, **(hats or {})}.items()
    }
    return Team(area, organisations, people)


def deputies(area: Area, count: int) -> list[User]:
    """Return the deputies of an area, by number."""
    administrator = User.objects.get(username=ADMINISTRATOR)
    return [
        _holder(f"{area.slug}-deputy-{number:03}", Role.DEPUTY, area, None, administrator, name=name_of(number))
        for number in range(1, count + 1)
    ]


def shown() -> list[tuple[Role, str]]:
    """Return the accounts to name, of those that were created."""
    there = set(Mandate.objects.values_list("user__username", flat=True))
    return [(role, username) for role, username in SHOWN if username in there]


def _holder(
    username: str, role: Role, area: Area, organisation: Organisation | None, by: User, *, name: str = ""
) -> User:
    """Return the person with this user name, or create them with their one mandate."""
    person = User.objects.filter(username=username).first()
    if person is None:
        person = _person(username, by, area, name=name)
        mandate = accounts.give_mandate(
            user=person, role=role, area=area, organisation=organisation, starts_on=SINCE, by=by, at=instant(SINCE)
        )
        if mandate.is_waiting:
            accounts.confirm_mandate(mandate=mandate, by=User.objects.get(username=SECOND), at=instant(SINCE))
    return person


def propose(username: str, role: Role, area: Area, *, at: datetime) -> None:
    """Have the second administrator give a mandate that the first is to confirm."""
    second = User.objects.get(username=SECOND)
    accounts.give_mandate(
        user=_person(username, User.objects.get(username=ADMINISTRATOR), area), role=role, area=area,
        starts_on=timezone.localdate(at), by=second, at=at,
    )  # fmt: skip


def _person(username: str, administrator: User, area: Area, *, name: str = "") -> User:
    name = name or name_of(crc32(username.encode()))
    person = User(username=username, name=name, password=administrator.password, area=area)
    person.save()
    record(AccountAct.USER_CREATED, person, by=administrator, at=instant(SINCE))
    return person


def _organisation(area: Area, unit: Unit, by: User) -> Organisation:
    organisation, is_new = Organisation.objects.get_or_create(
        area=area,
        name_zh=f"{area.name_zh}{unit.name_zh}",
        defaults={"name_en": f"{area.name_en}: {unit.name_en}", "kind": unit.kind},
    )
    if is_new:
        record(CycleAct.ORGANISATION_CREATED, organisation, by=by, at=instant(SINCE))
    return organisation
