"""What an administrator sets up before the first letter of an area: what is there, what is missing, what is next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import TAKE_TWO, Role
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.cycles.states import DecisionMode, OrganisationKind, Phase
from livelihood.imprint import selectors as imprint
from livelihood.imprint.rules import may_keep_imprint
from livelihood.jobs import pulse
from livelihood.kernel.errors import Text
from livelihood.kernel.verdict import Verdict
from livelihood.portal import rules
from proposals.rules import may_write_letter
from proposals.selectors import letter_of, who_writes_letter

ALWAYS_WANTED = (Role.LIVELIHOOD_OFFICE, Role.DEPARTMENT)
WANTED: dict[str, tuple[Role, ...]] = {
    DecisionMode.VOTE: (*ALWAYS_WANTED, Role.CONGRESS_STAFF, Role.CHAIR, Role.SCRUTINEER),
    DecisionMode.REVIEW: (*ALWAYS_WANTED, Role.CONGRESS_STAFF),
    DecisionMode.ELSEWHERE: ALWAYS_WANTED,
}
"""The roles without which a year cannot be lived to its delivery, by the way its list is decided; deputies follow."""


@dataclass(frozen=True, slots=True)
class SetUpStep:
    """One line of the page. is_needed: the year cannot begin or be lived without it. missing: what is wanted, by name.

    url, label: where it is done; empty for what is done outside the portal.
    """

    title: Text
    is_done: bool
    said: Text
    url: str = ""
    label: Text = ""
    is_needed: bool = True
    missing: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingUp:
    """The steps in their order. following: the first that is needed and not done; None when all are."""

    area: Area
    steps: list[SetUpStep]
    below: list[Area]

    @property
    def following(self) -> SetUpStep | None:
        """The next step."""
        return next((step for step in self.steps if step.is_needed and not step.is_done), None)

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.is_done for step in self.steps)


def setting_up(area: Area, user: User, at: datetime) -> SettingUp:
    """Return the steps of an area until its first letter, as they stand; a bounded number of queries."""
    cycle = cycles.all_cycles().filter(area=area, year__gte=timezone.localdate(at).year).first()
    mode = cycle.decision_mode if cycle else DecisionMode.VOTE
    steps = [
        _imprint(user, at),
        _areas(area),
        _organisations(area),
        *_people(area, WANTED[mode], at),
        *([_confirmed(area, at), _deputies(area, cycle, at)] if mode == DecisionMode.VOTE else []),
        _second_factor(user, at),
        _mail(),
        _worker(at),
        _year(area, cycle),
        _beginning(area, cycle, user, at),
    ]
    return SettingUp(area, steps, list(cycles.child_areas(area)))


def _imprint(user: User, at: datetime) -> SetUpStep:
    missing = tuple(setting.label for setting in imprint.missing())
    may_keep = may_keep_imprint(user, at).ok
    return SetUpStep(
        title=_("What the portal says of itself"),
        is_done=not missing,
        said=_("Something that an office must publish is missing.") if missing else _("Everything is there."),
        url=reverse("imprint:settings") if may_keep else "",
        label=_("Name, office, contact and filing numbers") if may_keep else "",
        is_needed=False,
        missing=missing,
    )


def _areas(area: Area) -> SetUpStep:
    below = Area.objects.within(area).exclude(pk=area.pk).count()
    text = ngettext("%(count)s area lies below it.", "%(count)s areas lie below it.", below)
    return SetUpStep(
        title=_("Areas"),
        is_done=below > 0,
        said=text % {"count": below},
        url=reverse("places:areas", kwargs={"area": area.slug}),
        label=_("Load or add areas"),
        is_needed=False,
    )


def _organisations(area: Area) -> SetUpStep:
    kinds = list(Organisation.objects.filter(area=area, valid_to__isnull=True).values_list("kind", flat=True))
    wanted = (OrganisationKind.LIVELIHOOD_OFFICE, OrganisationKind.DEPARTMENT)
    missing = tuple(kind.label for kind in wanted if kind not in kinds)
    text = ngettext("%(count)s organisation.", "%(count)s organisations.", len(kinds)) % {"count": len(kinds)}
    return SetUpStep(
        title=_("Organisations"),
        is_done=not missing,
        said=text,
        missing=missing,
        url=reverse("places:organisations", kwargs={"area": area.slug}) if kinds else _sheet(area, "organisations"),
        label=_("Enter organisations") if kinds else _("Import a sheet of organisations"),
    )


def _sheet(area: Area, kind: str) -> str:
    """Return where a sheet of a kind is brought."""
    return f"{reverse('imports:of_area', kwargs={'area': area.slug})}?what={kind}:"


def _people(area: Area, wanted: Iterable[Role], at: datetime) -> list[SetUpStep]:
    held = set(_running(area, at).values_list("role", flat=True))
    missing = tuple(role.label for role in wanted if role not in held)
    near = accounts.people_near(area).filter(closed_at__isnull=True)
    number = near.count()
    waiting = near.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX).count()
    text = ngettext("%(count)s person.", "%(count)s persons.", number) % {"count": number}
    return [
        SetUpStep(
            title=_("People and their roles"),
            is_done=not missing,
            said=text,
            missing=missing,
            url=reverse("places:people", kwargs={"area": area.slug}) if number > 1 else _sheet(area, "people"),
            label=_("Enter people") if number > 1 else _("Import a sheet of people"),
        ),
        SetUpStep(
            title=_("One-time codes"),
            is_done=number > 0 and not waiting,
            said=_codes_of(number, waiting),
            url=reverse("accounts:codes_print", kwargs={"area": area.slug}),
            label=_("Print the codes"),
            is_needed=False,
        ),
    ]


def _codes_of(number: int, waiting: int) -> str:
    if not number:
        return _("Nobody has an account here yet.")
    if not waiting:
        return _("Everybody has chosen a password.")
    text = ngettext(
        "%(count)s person has not chosen a password yet.", "%(count)s persons have not chosen a password yet.", waiting
    )
    return text % {"count": waiting}


def _running(area: Area, at: datetime) -> QuerySet[Mandate]:
    return accounts.mandates_in(area).filter(accounts.runs_on(timezone.localdate(at)))


def _confirmed(area: Area, at: datetime) -> SetUpStep:
    """Say whether somebody else has confirmed those who run the vote; it can wait until there is one."""
    rows = list(_running(area, at).filter(role__in=TAKE_TWO).values_list("is_waiting", flat=True))
    waiting = sum(rows)
    text = ngettext(
        "%(count)s mandate waits for another administrator, or for congress staff.",
        "%(count)s mandates wait for another administrator, or for congress staff.",
        waiting,
    )
    return SetUpStep(
        title=_("Those who run the vote, confirmed by a second person"),
        is_done=bool(rows) and not waiting,
        said=text % {"count": waiting} if waiting or not rows else _("All of them are confirmed."),
        url=reverse("places:people", kwargs={"area": area.slug}),
        label=_("People and mandates"),
        is_needed=False,
    )


def _deputies(area: Area, cycle: Cycle | None, at: datetime) -> SetUpStep:
    number = _running(area, at).filter(role=Role.DEPUTY).count()
    text = ngettext("%(count)s deputy.", "%(count)s deputies.", number) % {"count": number}
    return SetUpStep(
        title=Role.DEPUTY.label,
        is_done=number > 0,
        said=text if number else _("The sheet of a roll makes their accounts; a sheet of people does so, too."),
        url=cycle.address("voting:rounds") if cycle else "",
        label=_("Prepare the roll") if cycle else "",
        is_needed=False,
    )


def _second_factor(user: User, at: datetime) -> SetUpStep:
    has = accounts.has_factor(user)
    said = _("Your account has a second factor.") if has else _("Your account has no second factor.")
    if not has and not settings.SECOND_FACTOR_REQUIRED:
        said = _("This installation does not ask for a second factor; in production it does.")
    return SetUpStep(
        title=_("Second factor"),
        is_done=has,
        said=said,
        url=reverse("accounts:factors"),
        label=_("Set up a second factor"),
        is_needed=accounts.needs_factor(user, at),
    )


def _mail() -> SetUpStep:
    sent = bool(settings.MAIL_FROM)
    return SetUpStep(
        title=_("Mail"),
        is_done=sent,
        said=_("Codes and notices are sent from %(address)s.") % {"address": settings.MAIL_FROM}
        if sent
        else _("No mail is sent; codes are printed. The settings MAIL_FROM and MAIL_URL turn it on."),
        is_needed=False,
    )


def _worker(at: datetime) -> SetUpStep:
    standstill = pulse.standstill(at=at, with_clock=True)
    return SetUpStep(
        title=_("Worker and clock"),
        is_done=not standstill,
        said=standstill or _("Both run."),
        is_needed=False,
    )


def _year(area: Area, cycle: Cycle | None) -> SetUpStep:
    return SetUpStep(
        title=_("A year"),
        is_done=cycle is not None,
        said=f"{cycle.year} · {cycle.get_decision_mode_display()}" if cycle else _("No year has been opened."),
        url=cycle.address("portal:desk") if cycle else reverse("portal:year_open", kwargs={"area": area.slug}),
        label=_("See the year") if cycle else _("Open a year"),
    )


def _beginning(area: Area, cycle: Cycle | None, user: User, at: datetime) -> SetUpStep:
    is_adopted = cycle is not None and cycle.decision_mode == DecisionMode.ELSEWHERE
    has_begun = cycle is not None and cycle.phase != Phase.DRAFT
    title = _("Its adopted list") if is_adopted else _("Its open letter")
    if cycle is None:
        return SetUpStep(title, has_begun, _("The year begins with it."))
    if has_begun:
        return SetUpStep(
            title, has_begun, _("The year has begun."), cycle.address("portal:cycle"), _("See its public page")
        )
    way = beginning(cycle, user, at)
    if not way.verdict:
        return SetUpStep(title, has_begun, way.by_others)
    return SetUpStep(title, has_begun, _("The year begins with it."), way.url, _("Begin the year"))


@dataclass(frozen=True, slots=True)
class Beginning:
    """How the draft of a year begins. verdict: whether this person begins it; by_others: who else does, in words."""

    verdict: Verdict
    url: str
    by_others: str


def beginning(cycle: Cycle, user: User, at: datetime) -> Beginning:
    """Return how a draft begins, by its letter or by the list that is adopted, and who does it."""
    if cycle.decision_mode == DecisionMode.ELSEWHERE:
        return Beginning(rules.may_adopt(user, cycle, at), cycle.address("portal:year_adopt"), "")
    verdict = may_write_letter(user, cycle, letter_of(cycle), at)
    return Beginning(verdict, cycle.address("proposals:letter_edit"), who_writes_letter(cycle, at))
