"""What lists of sites show of a site, by what they are narrowed down; and the list of all sites at the desk."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.cycles.querysets import child_towards
from livelihood.kernel.errors import Refusals, Text
from livelihood.kernel.lights import Light
from livelihood.kernel.units import unit_name
from livelihood.kernel.verdict import Verdict, no
from livelihood.lists.grids.declared import Counts, Grid, GridAct, GridColumn, GridFilter, declare
from livelihood.web.templatetags.web import choice, light_mark, moment, number
from projects import rules, selectors, services
from projects.filters import DUE, ORDERS, DeskSiteFilter
from projects.forms import AcceptedForm
from projects.models import Site
from projects.querysets import SiteQuerySet
from projects.services.sites import Finding
from projects.states import SiteState


def of_site(site: Site, cycle: Cycle) -> str:
    """Address a site at the desk."""
    return cycle.address("projects:desk_site", pk=site.pk)


def _name(site: Site, cycle: Cycle) -> SafeString:
    return format_html('<a href="{}">{}</a> · {}', of_site(site, cycle), site.name, site.area.name)


def _done(site: Site, _cycle: Cycle) -> str:
    planned = "" if site.quantity_planned is None else f" / {number(site.quantity_planned)}"
    return f"{number(site.quantity_done)}{planned} {unit_name(site.indicator.unit)}"


def settle(site: Site, cycle: Cycle) -> None:
    site.cycle = cycle


NAME = GridColumn("name", _("Site"), _name, names_row=True, is_long=True)
KEY = GridColumn("key", _("Site key"), lambda site, _cycle: site.key, is_usual=False)
PROJECT = GridColumn(
    "project", _("Project"), lambda site, _cycle: f"{site.project.number}. {site.project.title}", is_aside=True,
    is_long=True,
)  # fmt: skip
UNIT = GridColumn(
    "unit", _("Responsible unit"), lambda site, _cycle: site.organisation.name if site.organisation else "–",
    is_usual=False, is_long=True,
)  # fmt: skip
START = GridColumn("start", _("Start"), lambda site, _cycle: moment(site.starts_on), is_usual=False)
DUE_ON = GridColumn("due", _("Date"), lambda site, _cycle: moment(site.due_on), order="due")
DONE = GridColumn("done", _("Done"), _done, is_number=True)
STATE = GridColumn("state", _("State"), lambda site, _cycle: choice(site, "state"))
LIGHT = GridColumn("light", _("Light"), lambda site, _cycle: light_mark(site.light))
REPORTED = GridColumn("reported", _("Last report"), lambda site, _cycle: moment(site.reported_on), is_usual=False)

LIGHTS = GridFilter("light", _("Light"), lambda _cycle: Light.choices)
STATES = GridFilter("state", _("State"), lambda _cycle: SiteState.choices)
DUE_BY = GridFilter("due", _("To be completed"), lambda _cycle: DUE, counted=None)
AREAS = GridFilter(
    "area", _("Area"), cycles.area_choices, counted=lambda cycle, _name: child_towards(cycle.area, "area__")
)


def _may_start(user: User, site: Site, at: datetime) -> Verdict:
    if site.state != SiteState.PLANNED:
        return no(_("Work has begun here already."))
    return rules.may_report_site(user, site, at)


def _start(sites: Iterable[Site], *, seen: int | None, by: User, at: datetime) -> Refusals:
    return services.start_sites(sites=sites, by=by, at=at)


BEGIN = GridAct(
    "start",
    "S",
    _("Work has begun"),
    _("The sites count as under way, and their lights follow the time that passes."),
    ngettext_lazy("Work has begun at %(count)d site.", "Work has begun at %(count)d sites.", "count"),
    _may_start,
    _start,
    overturns=False,
)


def _standard(site: Site) -> list[tuple[Text, str]]:
    """Return what is confirmed of a site: each line of its standard."""
    lines = sorted(site.standard.lines.all(), key=lambda line: line.number) if site.standard else ()
    return [(_("Line %(number)s") % {"number": line.number}, line.requirement) for line in lines]


def _accept(sites: Sequence[Site], *, note: str, seen: int | None, by: User, at: datetime) -> Refusals:
    lines = {line.pk for site in sites if site.standard for line in site.standard.lines.all()}
    findings = {line: Finding(is_met=True) for line in lines}
    return services.accept_sites(sites=sites, findings=findings, note=note, by=by, at=at)


ACCEPT = GridAct(
    "accept",
    "A",
    _("Accept the site"),
    _("You confirm that you have inspected each of these sites, and that every line of its standard is met."),
    ngettext_lazy("%(count)d site was accepted.", "%(count)d sites were accepted.", "count"),
    rules.may_accept,
    _accept,
    lambda _cycle, _user, _at, data: AcceptedForm(data),
    _standard,
    most=500,
)


def _totals(cycle: Cycle) -> tuple[int, Counts]:
    counts = selectors.site_counts(cycle)
    states = {state.value: getattr(counts, state.value) for state in SiteState}
    return counts.total, {"light": counts.lights, "state": states}


SITES = Grid(
    name="sites",
    title=_("Sites"),
    page="projects:desk_sites",
    columns=(NAME, KEY, PROJECT, UNIT, START, DUE_ON, REPORTED, DONE, STATE, LIGHT),
    orders=ORDERS,
    filters=DeskSiteFilter,
    lists=lambda cycle, user, at: [selectors.sites_seen(cycle, user, at)],
    named=lambda site: site.name,
    opened=of_site,
    chips=(LIGHTS, STATES, DUE_BY, AREAS),
    acts=(BEGIN, ACCEPT),
    joined=selectors.NAMES,
    fetched=("standard__lines",),
    searched=_("Search name, address or key"),
    settle=settle,
    totals=_totals,
)


def _own(cycle: Cycle, user: User, at: datetime) -> Sequence[SiteQuerySet]:
    return selectors.sites_of_units(cycle, accounts.organisations_of(user, at, Permission.REPORT_PROGRESS))


def _handed_in(cycle: Cycle, user: User, at: datetime) -> Sequence[SiteQuerySet]:
    accepted = selectors.projects_to_accept(user, at)
    return [rows.filter(state=SiteState.COMPLETED).exclude(project__in=accepted) for rows in _own(cycle, user, at)]


OWN_SITES = replace(SITES, lists=_own, totals=None, also=("mine",))
"""The same, of what one's own units build or lead."""
TO_ACCEPT = replace(OWN_SITES, lists=lambda cycle, user, at: [selectors.sites_to_accept(cycle, user, at)])
HANDED_IN = replace(OWN_SITES, lists=_handed_in)
"""Completed sites that this person may accept; and of their own units' those that others accept."""
MINE = {"true": OWN_SITES, "accept": TO_ACCEPT, "handed_in": HANDED_IN}
"""What an address can ask for as one's own."""
declare(OWN_SITES)
