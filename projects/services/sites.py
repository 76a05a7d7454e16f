"""The life of a site: started, and inspected once a report has completed it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import moved
from livelihood.audit.services import entry_of, write
from livelihood.kernel.errors import Conflict, InvalidInput, Moved, Refusals
from livelihood.kernel.moves import check_move
from livelihood.kernel.verdict import require
from projects import rules, selectors
from projects.acts import ProjectAct
from projects.models import Acceptance, AcceptanceLine, Site, StandardLine
from projects.states import SITE_MOVES, SiteState


@dataclass(frozen=True, slots=True)
class Finding:
    """What an inspection found about one line of the standard."""

    is_met: bool
    note: str = ""


def lock_sites(pks: Iterable[int]) -> dict[int, Site]:
    """Lock sites in the order of their keys, and return them as they stand with project and cycle."""
    rows = Site.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "project", "indicator", "cycle__area"
    )
    return {site.pk: site for site in rows.filter(pk__in=pks).order_by("pk")}


def write_states(sites: list[Site], *, at: datetime, fields: Iterable[str] = ()) -> None:
    """Write the states (and further fields) of locked sites of one cycle in one statement, then their lights."""
    if not sites:
        return
    Site.objects.bulk_update(sites, ["state", *fields])
    lit = Site.objects.filter(pk__in=[site.pk for site in sites])
    lit.refresh_lights(selectors.light_rule(sites[0].cycle), on=timezone.localdate(at))


@transaction.atomic
def start_sites(*, sites: Iterable[Site], by: User, at: datetime) -> Refusals:
    """Say that work at sites of a year has begun, before any quantity is done.

    Left out are sites by rule (NotAllowed), those at which work has begun already (IllegalMove), and those that are
    gone (Conflict).
    """
    refused, begun, entries = Refusals(), [], []
    keys = [site.pk for site in sites]
    locked = lock_sites(keys)
    for key in keys:
        with refused.of(key):
            site = _there(locked, key)
            require(rules.may_report_site(by, site, at))
            old, site.state = site.state, check_move(SITE_MOVES, site.state, "start")
            begun.append(site)
            entries.append(entry_of(ProjectAct.SITE_START, site, by=by, at=at, old=str(old), new=str(site.state)))
    write_states(begun, at=at)
    write(entries)
    return refused


def _there(locked: Mapping[int, Site], key: int) -> Site:
    """Return a site that is locked; an import that was taken back may have taken it away."""
    if key not in locked:
        raise Conflict
    return locked[key]


@transaction.atomic
def accept_sites(
    *,
    sites: Iterable[Site],
    findings: Mapping[int, Finding],
    by: User,
    at: datetime,
    note: str = "",
    seen: int | None = None,
) -> Refusals:
    """Accept completed sites of a year: every line of their standards is met.

    findings: key of the line → what was found; every line of the standards of all of them exactly once.
    seen: how often a site had been inspected when its page was shown.

    Left out are sites by rule (NotAllowed), that somebody else has inspected meanwhile (Moved) or that are gone
    (Conflict), and those of which a line is missing, foreign or not met (InvalidInput).
    """
    return _inspect(sites, findings, "accept", by=by, at=at, note=note, seen=seen)


@transaction.atomic
def return_site(
    *,
    site: Site,
    findings: Mapping[int, Finding],
    by: User,
    at: datetime,
    note: str = "",
    seen: int | None = None,
) -> None:
    """Send a completed site back to its unit: a line of its standard is not met, or the note says what is wrong.

    findings: key of the line → what was found; every line of the site's standard exactly once.
    seen: how often it had been inspected when its page was shown.

    :raises NotAllowed: by rule.
    :raises Moved: somebody else has inspected it meanwhile.
    :raises InvalidInput: a line is missing or foreign, or nothing is wrong.
    """
    _inspect([site], findings, "return", by=by, at=at, note=note, seen=seen).insist()


def _inspect(
    sites: Iterable[Site],
    findings: Mapping[int, Finding],
    verb: str,
    *,
    by: User,
    at: datetime,
    note: str,
    seen: int | None,
) -> Refusals:
    keys = [site.pk for site in sites]
    refused, locked = Refusals(), lock_sites(keys)
    lines = _lines_of(locked.values())
    is_foreign = bool(findings.keys() - set().union(*lines.values()))
    inspected = _inspected(keys) if seen is not None else {}
    made: dict[int, Acceptance] = {}
    for key in keys:
        with refused.of(key):
            site = _there(locked, key)
            if seen is not None and seen < inspected.get(key, 0):
                _refuse_unseen(site, seen=inspected[key])
            require(rules.may_accept(by, site, at))
            _check_findings(lines[key], findings, verb, note, is_foreign=is_foreign)
            site.state = check_move(SITE_MOVES, site.state, verb)
            made[key] = Acceptance(site=site, is_passed=verb == "accept", note=note, inspected_at=at, inspected_by=by)
    Acceptance.objects.bulk_create(made.values())
    AcceptanceLine.objects.bulk_create(
        AcceptanceLine(acceptance=made[key], line_id=line, is_met=findings[line].is_met, note=findings[line].note)
        for key in made
        for line in sorted(lines[key])
    )
    write_states([locked[key] for key in made], at=at)
    write(
        entry_of(
            ProjectAct(f"site.{verb}"), locked[key], by=by, at=at, old=str(SiteState.COMPLETED),
            new=str(locked[key].state), acceptance_id=acceptance.pk,
            unmet=[line for line in sorted(lines[key]) if not findings[line].is_met],
        )
        for key, acceptance in made.items()
    )  # fmt: skip
    return refused


def _lines_of(sites: Collection[Site]) -> dict[int, set[int]]:
    """Return the keys of the lines of each site's standard, by the key of the site."""
    lines: dict[int | None, set[int]] = {site.standard_id: set() for site in sites}
    known = StandardLine.objects.filter(standard__in=lines.keys() - {None})
    for standard, line in known.values_list("standard_id", "pk"):
        lines[standard].add(line)
    return {site.pk: set() if site.standard_id is None else lines[site.standard_id] for site in sites}


def _inspected(keys: Collection[int]) -> dict[int, int]:
    """Return how often sites have been inspected."""
    rows = Acceptance.objects.filter(site__in=keys).values_list("site").annotate(Count("pk"))
    return dict(rows)


def _refuse_unseen(site: Site, *, seen: int) -> NoReturn:
    """Tell whoever judges a site again how it was judged meanwhile."""
    last = Acceptance.objects.filter(site=site).select_related("inspected_by").latest("pk")
    stands = " · ".join(filter(None, [site.get_state_display(), last.note]))
    raise Moved(moved(last.inspected_by.name, last.inspected_at, stands), seen=seen)


def _check_findings(
    lines: set[int], findings: Mapping[int, Finding], verb: str, note: str, *, is_foreign: bool
) -> None:
    if is_foreign or not lines <= findings.keys():
        raise InvalidInput(_("Judge every line of the standard."))
    all_met = all(findings[line].is_met for line in lines)
    if verb == "accept" and not all_met:
        raise InvalidInput(_("A line of the standard is not met. Send the site back instead."))
    if verb == "return" and all_met and not note:
        raise InvalidInput(_("Every line is met. Say in the note what is wrong, or accept the site."), field="note")
