"""List one: handed over, measured, allocated, closed out."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen
from livelihood.audit.services import record
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Aspect, Cycle, Organisation
from livelihood.kernel.errors import Conflict, InvalidInput, NotReady, Text
from livelihood.kernel.moves import check_move
from livelihood.kernel.verdict import require
from projects import rules, selectors
from projects.acts import ProjectAct
from projects.models import Allocation, Indicator, ProgressReport, Project, Site
from projects.states import PROJECT_MOVES, CountedBy, IndicatorKind, ProjectKind, SiteState


def lock_cycle(cycle: Cycle) -> Cycle:
    """Lock a year's lists against every other writer of them, and return it as it stands."""
    return Cycle.objects.select_for_update(no_key=True, of=("self",)).select_related("area").get(pk=cycle.pk)


def lock_project(project: Project) -> Project:
    """Lock a project and return it as it stands."""
    rows = Project.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("cycle__area").get(pk=project.pk)


@transaction.atomic
def hand_over_projects(*, cycle: Cycle, by: User, at: datetime) -> list[Project]:
    """Make a project of every chosen candidate that is none yet, and return the new ones.

    Copies what was chosen: later changes of a candidate do not reach the promise. An organisation that was merged
    meanwhile is followed by the one that took its place.

    :raises NotAllowed: by rule.
    :raises Conflict: nothing is left to hand over.
    """
    cycle = lock_cycle(cycle)
    require(rules.may_hand_over(by, cycle, at))
    chosen = selectors.waiting_for_hand_over(cycle)
    if not chosen:
        raise Conflict(_("Everything that was chosen is on the list already."))
    taken = set(Project.objects.for_cycle(cycle).values_list("number", flat=True))
    free = max(taken, default=0)
    heirs = cycles.heirs(candidate.lead_organisation_id for candidate in chosen)
    new = []
    for candidate in chosen:
        number = candidate.number if candidate.number not in taken else (free := free + 1)
        taken.add(number)
        free = max(free, number)
        new.append(
            Project(
                cycle=cycle,
                number=number,
                aspect_id=candidate.aspect_id,
                title=candidate.title,
                content=candidate.summary,
                kind=candidate.kind,
                lead_organisation_id=heirs.get(candidate.lead_organisation_id, candidate.lead_organisation_id),
                candidate_id=candidate.candidate_id,
                source=candidate.source,
            )
        )
    Project.objects.bulk_create(new)
    for project in new:
        record(
            ProjectAct.PROJECT_HANDED_OVER,
            project,
            by=by,
            at=at,
            candidate_id=project.candidate_id,
            number=project.number,
        )
    return new


@transaction.atomic
def add_project(
    *,
    cycle: Cycle,
    number: int,
    aspect: Aspect,
    title: str,
    content: str,
    kind: ProjectKind,
    lead_organisation: Organisation | None,
    by: User,
    at: datetime,
    source: str = "",
) -> Project:
    """Put a project on the list that was decided outside this portal.

    source: where the list was published.

    :raises NotAllowed: by rule.
    :raises Conflict: the number is taken.
    :raises InvalidInput: the aspect belongs to another year.
    """
    cycle = lock_cycle(cycle)
    require(rules.may_manage(by, cycle, at))
    if aspect.cycle_id != cycle.pk:
        raise InvalidInput(_("This aspect belongs to another year."), field="aspect")
    if Project.objects.for_cycle(cycle).filter(number=number).exists():
        raise Conflict(_("Another project has this number."), field="number")
    if lead_organisation is not None:
        lead_organisation = cycles.standing(lead_organisation)
    project = Project.objects.create(
        cycle=cycle,
        number=number,
        aspect=aspect,
        title=title,
        content=content,
        kind=kind,
        lead_organisation=lead_organisation,
        source=source,
    )
    record(ProjectAct.PROJECT_ADDED, project, by=by, at=at, number=number)
    return project


@transaction.atomic
def add_indicator(
    *,
    project: Project,
    name: str,
    unit: str,
    kind: IndicatorKind,
    counted_by: CountedBy,
    target: Decimal | None,
    by: User,
    at: datetime,
    source: str = "",
) -> Indicator:
    """Say what of a project is measured.

    target: None where none is published.

    :raises NotAllowed: by rule.
    :raises Conflict: the project has an indicator of this name.
    :raises InvalidInput: rates and limits do not add up from sites; a rate is in per cent.
    """
    project = lock_project(project)
    require(rules.may_manage(by, project.cycle, at))
    _check_indicator(project, None, name=name, unit=unit, kind=kind, counted_by=counted_by)
    last = Indicator.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
    indicator = Indicator.objects.create(
        project=project,
        number=last + 1,
        name=name,
        unit=unit,
        kind=kind,
        counted_by=counted_by,
        target=target,
        source=source,
    )
    record(
        ProjectAct.INDICATOR_ADDED, indicator, by=by, at=at, cycle_id=project.cycle_id, target=_text(target), unit=unit
    )
    return indicator


@transaction.atomic
def change_indicator(
    *,
    indicator: Indicator,
    name: str,
    unit: str,
    kind: IndicatorKind,
    counted_by: CountedBy,
    target: Decimal | None,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> Indicator:
    """Correct an indicator while nothing has been reported on it.

    :raises NotAllowed: by rule.
    :raises Moved: somebody has changed or allocated it since the page was shown.
    :raises Conflict: something was reported, sites are listed under another way of counting, or the name is taken.
    :raises InvalidInput: rates and limits do not add up from sites, or the target is below what is allocated.
    """
    project = lock_project(indicator.project)
    require(rules.may_manage(by, project.cycle, at))
    indicator = Indicator.objects.select_for_update().get(pk=indicator.pk)
    require_seen(seen, [indicator], stands=lambda: f"{indicator.name} · {_text(indicator.target)} {indicator.unit}")
    if ProgressReport.objects.filter(indicator=indicator).exists():
        raise Conflict(_("Progress was reported on this indicator. It changes no more."))
    if (
        counted_by != CountedBy.SITES
        and Site.objects.filter(project=indicator.project_id, indicator=indicator).exists()
    ):
        raise Conflict(_("Sites are listed under this indicator. It is counted by them."), field="counted_by")
    _check_indicator(project, indicator, name=name, unit=unit, kind=kind, counted_by=counted_by)
    allocated = allocated_sum(indicator)
    if kind == IndicatorKind.ADDITIVE and target is not None and allocated > target:
        raise InvalidInput(
            _("More than this target is allocated to areas. Lower the allocations first."), field="target"
        )
    old = {"name": indicator.name, "unit": indicator.unit, "target": _text(indicator.target), "kind": indicator.kind}
    indicator.name, indicator.unit, indicator.kind = name, unit, kind
    indicator.counted_by, indicator.target = counted_by, target
    indicator.save(update_fields=["name", "unit", "kind", "counted_by", "target"])
    new = {"name": name, "unit": unit, "target": _text(target), "kind": str(kind)}
    record(ProjectAct.INDICATOR_CHANGED, indicator, by=by, at=at, cycle_id=project.cycle_id, old=old, new=new)
    return indicator


def _check_indicator(
    project: Project, indicator: Indicator | None, *, name: str, unit: str, kind: IndicatorKind, counted_by: CountedBy
) -> None:
    named = Indicator.objects.filter(project=project, name=name)
    if (named.exclude(pk=indicator.pk) if indicator else named).exists():
        raise Conflict(_("This project has an indicator of that name."), field="name")
    if kind != IndicatorKind.ADDITIVE and counted_by == CountedBy.SITES:
        raise InvalidInput(_("Rates and limits do not add up from sites; areas report them."), field="counted_by")
    if kind == IndicatorKind.RATE and unit != "%":
        raise InvalidInput(_("The unit of a rate is %."), field="unit")


def allocated_sum(indicator: Indicator) -> Decimal:
    """Return the sum of an indicator's allocations; 0 where there is none."""
    targets = Allocation.objects.filter(indicator=indicator).values_list("target", flat=True)
    return sum(targets, Decimal(0))


@transaction.atomic
def allocate_indicator(
    *,
    indicator: Indicator,
    targets: Mapping[Area, Decimal | None],
    by: User,
    at: datetime,
    source: str = "",
) -> None:
    """Give child areas their shares of an indicator.

    targets: area → share; None takes an area's share away; areas not named keep theirs.

    :raises NotAllowed: by rule.
    :raises InvalidInput: an area is no child of the year's area, or the shares are more than the target.
    """
    project = lock_project(indicator.project)
    require(rules.may_allocate(by, project.cycle, at))
    indicator = Indicator.objects.select_for_update().get(pk=indicator.pk)
    for area in targets:
        if area.parent_id != project.cycle.area_id:
            raise InvalidInput(_("%(area)s does not lie directly below this area.") % {"area": area.name})
    before = dict(Allocation.objects.filter(indicator=indicator).values_list("area_id", "target"))
    after = {**before, **{area.pk: target for area, target in targets.items()}}
    total = sum((target for target in after.values() if target is not None), Decimal(0))
    if indicator.kind == IndicatorKind.ADDITIVE and indicator.target is not None and total > indicator.target:
        raise InvalidInput(
            _("%(name)s: %(total)s is allocated, more than the target of %(target)s. Lower the shares.")
            % {"name": indicator.name, "total": _text(total), "target": _text(indicator.target)}
        )
    dropped = [area for area in before if after[area] is None]
    Allocation.objects.filter(indicator=indicator, area__in=dropped).delete()
    Allocation.objects.bulk_create(
        (
            Allocation(indicator=indicator, area_id=area, target=target, source=source)
            for area, target in after.items()
            if target is not None and target != before.get(area)
        ),
        update_conflicts=True,
        unique_fields=["indicator", "area"],
        update_fields=["target", "source"],
    )
    record(
        ProjectAct.INDICATOR_ALLOCATED,
        indicator,
        by=by,
        at=at,
        cycle_id=project.cycle_id,
        old={str(area): _text(target) for area, target in before.items()},
        new={str(area): _text(target) for area, target in after.items() if target is not None},
    )


@transaction.atomic
def allocate_indicators(
    *,
    shares: Mapping[Indicator, Mapping[Area, Decimal | None]],
    by: User,
    at: datetime,
    seen: int | None = None,
) -> None:
    """Give child areas their shares of several indicators: all of them, or none; see `allocate_indicator`.

    :raises NotAllowed: by rule.
    :raises Moved: somebody has changed or allocated one of them since the page was shown.
    :raises InvalidInput: an area is no child of the year's area, or shares are more than their target.
    """
    for project in {indicator.project_id: indicator.project for indicator in shares}.values():
        lock_project(project)
    require_seen(seen, shares, stands=lambda: "；".join(_allocated(indicator) for indicator in shares))
    for indicator, targets in sorted(shares.items(), key=lambda item: item[0].pk):
        allocate_indicator(indicator=indicator, targets=targets, by=by, at=at)


def _allocated(indicator: Indicator) -> str:
    """Say what is allocated of an indicator."""
    return f"{indicator.name} {_text(allocated_sum(indicator))} {indicator.unit}"


@transaction.atomic
def close_out_project(*, project: Project, by: User, at: datetime) -> Project:
    """Close a project out: every site is accepted and every target reached.

    :raises NotAllowed: by rule.
    :raises NotReady: sites are not accepted, or targets not reached.
    """
    project = lock_project(project)
    require(rules.may_close_out(by, project, at))
    state = check_move(PROJECT_MOVES, project.state, "close_out")
    issues = _open_ends(project)
    if issues:
        raise NotReady(issues)
    project.state = state
    project.save(update_fields=["state"])
    record(ProjectAct.PROJECT_CLOSED_OUT, project, by=by, at=at)
    return project


def _open_ends(project: Project) -> list[Text]:
    """Say what keeps a project from being closed out."""
    issues: list[Text] = []
    if waiting := Site.objects.filter(project=project).exclude(state=SiteState.ACCEPTED).count():
        text = ngettext_lazy("%(count)d site is not accepted.", "%(count)d sites are not accepted.", "count")
        issues.append(text % {"count": waiting})
    indicators = selectors.delivered_project(project).indicators
    if not indicators:
        issues.append(_("The project has no indicator."))
    issues += [
        _("%(name)s has not reached its target.") % {"name": indicator.name}
        for indicator in indicators
        if indicator.figure.is_reached is False or indicator.figure.value is None
    ]
    return issues


def _text(value: Decimal | None) -> str | None:
    """Write a quantity into the journal."""
    return None if value is None else f"{value.normalize():f}"
