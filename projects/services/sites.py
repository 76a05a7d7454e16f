"""The life of a site: started, and inspected once a report has completed it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import moved
from livelihood.audit.services import record
from livelihood.kernel.errors import InvalidInput, Moved
from livelihood.kernel.moves import check_move
from livelihood.kernel.verdict import Verdict, require
from projects import rules, selectors
from projects.acts import ProjectAct
from projects.models import Acceptance, AcceptanceLine, Site, StandardLine
from projects.states import SITE_MOVES


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
def start_site(*, site: Site, by: User, at: datetime) -> Site:
    """Say that work at a site has begun, before any quantity is done.

    :raises NotAllowed: by rule.
    :raises IllegalMove: work has begun already.
    """
    site = lock_sites([site.pk])[site.pk]
    return _move(site, rules.may_report_site(by, site, at), "start", by=by, at=at)


@transaction.atomic
def accept_site(
    *,
    site: Site,
    findings: Mapping[int, Finding],
    by: User,
    at: datetime,
    note: str = "",
    seen: int | None = None,
) -> Acceptance:
    """Accept a completed site: every line of its standard is met.

    findings: key of the line → what was found; every line of the site's standard exactly once.
    seen: how often it had been inspected when its page was shown.

    :raises NotAllowed: by rule.
    :raises Moved: somebody else has inspected it meanwhile.
    :raises InvalidInput: a line is missing, foreign or not met.
    """
    return _inspect(site, findings, "accept", by=by, at=at, note=note, seen=seen)


@transaction.atomic
def return_site(
    *,
    site: Site,
    findings: Mapping[int, Finding],
    by: User,
    at: datetime,
    note: str = "",
    seen: int | None = None,
) -> Acceptance:
    """Send a completed site back to its unit: a line of its standard is not met, or the note says what is wrong.

    findings: key of the line → what was found; every line of the site's standard exactly once.
    seen: how often it had been inspected when its page was shown.

    :raises NotAllowed: by rule.
    :raises Moved: somebody else has inspected it meanwhile.
    :raises InvalidInput: a line is missing or foreign, or nothing is wrong.
    """
    return _inspect(site, findings, "return", by=by, at=at, note=note, seen=seen)


def _inspect(
    site: Site, findings: Mapping[int, Finding], verb: str, *, by: User, at: datetime, note: str, seen: int | None
) -> Acceptance:
    site = lock_sites([site.pk])[site.pk]
    inspected = selectors.inspections_of(site).count()
    if seen is not None and seen < inspected:
        _refuse_unseen(site, seen=inspected)
    require(rules.may_accept(by, site, at))
    _check_findings(site, findings, verb, note)
    acceptance = Acceptance.objects.create(
        site=site, is_passed=verb == "accept", note=note, inspected_at=at, inspected_by=by
    )
    AcceptanceLine.objects.bulk_create(
        AcceptanceLine(acceptance=acceptance, line_id=line, is_met=finding.is_met, note=finding.note)
        for line, finding in sorted(findings.items())
    )
    unmet = [line for line, finding in sorted(findings.items()) if not finding.is_met]
    _move(site, rules.may_accept(by, site, at), verb, by=by, at=at, acceptance_id=acceptance.pk, unmet=unmet)
    return acceptance


def _refuse_unseen(site: Site, *, seen: int) -> NoReturn:
    """Tell whoever judges a site again how it was judged meanwhile."""
    last = Acceptance.objects.filter(site=site).select_related("inspected_by").latest("pk")
    stands = " · ".join(filter(None, [site.get_state_display(), last.note]))
    raise Moved(moved(last.inspected_by.name, last.inspected_at, stands), seen=seen)


def _check_findings(site: Site, findings: Mapping[int, Finding], verb: str, note: str) -> None:
    lines = set(StandardLine.objects.filter(standard=site.standard_id).values_list("pk", flat=True))
    if set(findings) != lines:
        raise InvalidInput(_("Judge every line of the standard."))
    all_met = all(finding.is_met for finding in findings.values())
    if verb == "accept" and not all_met:
        raise InvalidInput(_("A line of the standard is not met. Send the site back instead."))
    if verb == "return" and all_met and not note:
        raise InvalidInput(_("Every line is met. Say in the note what is wrong, or accept the site."), field="note")


def _move(site: Site, verdict: Verdict, verb: str, *, by: User, at: datetime, **detail: Any) -> Site:
    """Move a locked site along an edge of its table."""
    require(verdict)
    old, site.state = site.state, check_move(SITE_MOVES, site.state, verb)
    write_states([site], at=at)
    record(ProjectAct(f"site.{verb}"), site, by=by, at=at, old=str(old), new=str(site.state), **detail)
    return site
