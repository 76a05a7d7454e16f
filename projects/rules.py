"""Who may change promises, standards, sites and notices: role, phase and object together, each with its reason."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import Mandate
from livelihood.accounts.roles import ROLES, Permission, Role
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.verdict import YES, Verdict, no
from projects.models import Notice, Project, Site
from projects.states import NoticeState, ProjectState, SiteState

OPEN_PHASES = (Phase.DELIVER, Phase.EVALUATE)


def _phase(cycle: Cycle) -> Verdict:
    if cycle.phase not in OPEN_PHASES:
        return no(_("This is possible only while projects are delivered and evaluated."))
    return YES


def _office(user: Person, permission: Permission, cycle: Cycle, at: datetime) -> Verdict:
    if not accounts.has(user, permission, cycle.area, at):
        return no(_("Your role does not allow this in this area."))
    return _phase(cycle)


def _mandates(user: Person, permission: Permission, at: datetime) -> list[Mandate]:
    held = accounts.held_mandates(user, at)
    return [mandate for mandate in held if permission in ROLES[Role(mandate.role)].permissions]


def may_read_desk(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: whoever has a desk in the area of the year, or in one below it that builds its sites."""
    below = any(cycle.area.contains(mandate.area) for mandate in _mandates(user, Permission.READ_DESK, at))
    if not below and not accounts.has(user, Permission.READ_DESK, cycle.area, at):
        return no(_("You have no desk in this area."))
    return YES


def may_hand_over(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: livelihood office, once the decision has been made."""
    return may_manage(user, cycle, at)


def may_manage(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: livelihood office of the area; projects, indicators, standards, lights."""
    return _office(user, Permission.MANAGE_PROJECTS, cycle, at)


def may_allocate(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: livelihood office of the area."""
    return _office(user, Permission.ALLOCATE_TARGETS, cycle, at)


def may_import_sites(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: livelihood office and departments of the area."""
    return _office(user, Permission.IMPORT_SITES, cycle, at)


def may_list_site(user: Person, cycle: Cycle, project: Project, organisation: int | None, at: datetime) -> Verdict:
    """May: livelihood office; a department where it leads the project or answers for the site, any where none leads.

    organisation: key of the unit that is responsible for the site.
    """
    verdict = may_import_sites(user, cycle, at)
    if not verdict or accounts.has(user, Permission.MANAGE_PROJECTS, cycle.area, at):
        return verdict
    lead = project.lead_organisation_id
    own = {mandate.organisation_id for mandate in accounts.mandates_for(user, Permission.IMPORT_SITES, cycle.area, at)}
    if lead is not None and own.isdisjoint({lead, organisation}):
        return no(_("Only the department that leads the project or answers for the site changes it on the list."))
    return YES


def may_close_out(user: Person, project: Project, at: datetime) -> Verdict:
    """May: livelihood office, once; what is missing is said by the service."""
    if project.state == ProjectState.CLOSED_OUT:
        return no(_("The project is closed out."))
    return may_manage(user, project.cycle, at)


def may_report_site(user: Person, site: Site, at: datetime) -> Verdict:
    """May: the unit responsible for the site and the unit leading its project, until the site is completed."""
    if not _answers_for(user, site, at):
        return no(_("Only the responsible unit or the unit leading the project reports on this site."))
    if site.state in {SiteState.COMPLETED, SiteState.ACCEPTED}:
        return no(_("The site is completed; nothing more is reported on it."))
    return _phase(site.cycle)


def _answers_for(user: Person, site: Site, at: datetime) -> bool:
    units = {site.organisation_id, site.project.lead_organisation_id} - {None}
    mandates = _mandates(user, Permission.REPORT_PROGRESS, at)
    if units:
        return any(mandate.organisation_id in units for mandate in mandates)
    return any(mandate.area_id == site.cycle.area_id for mandate in mandates)


def may_report_area(user: Person, project: Project, area: Area, at: datetime) -> Verdict:
    """May: the unit leading the project, and departments of the area that is reported on."""
    mandates = _mandates(user, Permission.REPORT_PROGRESS, at)
    lead = project.lead_organisation_id
    if not any(m.area_id == area.pk or (lead and m.organisation_id == lead) for m in mandates):
        return no(_("Only the unit leading the project or a unit of this area reports on it."))
    if project.state == ProjectState.CLOSED_OUT:
        return no(_("The project is closed out."))
    return _phase(project.cycle)


def may_accept(user: Person, site: Site, at: datetime) -> Verdict:
    """May: the department leading the project (any department of the area where none leads), once completed."""
    lead = site.project.lead_organisation_id
    mandates = accounts.mandates_for(user, Permission.ACCEPT_SITES, site.cycle.area, at)
    if not any(lead is None or mandate.organisation_id == lead for mandate in mandates):
        return no(_("Only the department leading the project accepts its sites."))
    if site.state != SiteState.COMPLETED:
        return no(_("Only a completed site is inspected."))
    return _phase(site.cycle)


def may_answer_notice(user: Person, notice: Notice, at: datetime) -> Verdict:
    """May: the unit responsible for the site and the unit leading its project."""
    if not _answers_for(user, notice.site, at):
        return no(_("Only the responsible unit or the unit leading the project answers this notice."))
    if notice.state != NoticeState.ISSUED:
        return no(_("This notice waits for no answer."))
    return _phase(notice.site.cycle)


def may_close_notice(user: Person, notice: Notice, at: datetime) -> Verdict:
    """May: supervision office of the area or of one above, once it is answered."""
    if notice.state != NoticeState.ANSWERED:
        return no(_("Only an answered notice can be checked."))
    return _office(user, Permission.SUPERVISE, notice.site.cycle, at)
