"""The desk for the two lists: hand-over, indicators, allocation, standards, lights."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from livelihood.accounts.once import once
from livelihood.accounts.seen import mark_of, mark_of_all
from livelihood.accounts.selectors import signed_in
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form, show_question
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from projects import rules, selectors, services
from projects.forms import (
    AllocationForm,
    IndicatorChangeForm,
    IndicatorForm,
    LightRuleForm,
    LineForms,
    ProjectForm,
    StandardForm,
    lines_of,
)
from projects.models import Allocation, Indicator
from projects.services.promises import allocated_sum
from projects.states import IndicatorKind


@require_GET
@cycle_view
def projects(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the year's projects with what they still lack."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_desk(user, cycle, now))
    parameters.only(request.GET)
    context = {
        "lit": selectors.lit_projects(cycle, on=timezone.localdate(now)),
        "waiting": len(selectors.waiting_for_hand_over(cycle)),
        "verdict": rules.may_manage(user, cycle, now),
    }
    return render(request, "projects/project_queue.html", context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def hand_over(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Put everything that was chosen on the list, after saying what will happen."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_hand_over(user, cycle, now))
    if request.method == "POST":
        services.hand_over_projects(cycle=cycle, by=user, at=now)
        return redirect(cycle.address("projects:desk_projects"))
    context = {"waiting": selectors.waiting_for_hand_over(cycle)}
    return render(request, "projects/hand_over.html", context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def project_add(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Put a project on the list that was decided outside this portal."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_manage(user, cycle, now))
    adoption = cycles.adoption_of(cycle)
    form = ProjectForm(cycle, request.POST or None, initial={"source": adoption.number} if adoption else None)
    if added := submit(form, lambda: services.add_project(cycle=cycle, **form.cleaned_data, by=user, at=now)):
        return redirect(cycle.address("projects:desk_project", pk=added.result.pk))
    context = {
        "title": _("Add a project"),
        "text": _("For a list that was decided outside this portal."),
        "label": _("Add the project"),
        "cancel_url": cycle.address("projects:desk_projects"),
    }
    return show_form(request, "form_page.html", form, context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def project(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Show a project at the desk; a POST adds an indicator."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_desk(user, cycle, now))
    project = found(selectors.find_project(cycle, pk))
    form = IndicatorForm(request.POST or None)
    if submit(form, lambda: services.add_indicator(project=project, **form.cleaned_data, by=user, at=now)):
        return redirect(cycle.address("projects:desk_project", pk=pk))
    lit = selectors.Lamp(cycle, timezone.localdate(now)).project(selectors.delivered_project(project))
    shares = selectors.shares_of(project)
    context = {
        "project": project,
        "lit": lit,
        "shares": [(one, shares[one.indicator.pk]) for one in lit.indicators],
        "verdict": rules.may_manage(user, cycle, now),
        "may_allocate": rules.may_allocate(user, cycle, now),
        "may_close_out": rules.may_close_out(user, project, now),
        "may_report": rules.may_report_area(user, project, cycle.area, now),
    }
    return show_form(request, "projects/project_desk.html", form, context)


@require_http_methods(["GET", "POST"])
@cycle_view
def indicator(request: HttpRequest, cycle: Cycle, pk: int, indicator: int) -> HttpResponse:
    """Correct an indicator while nothing has been reported on it."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_manage(user, cycle, now))
    project = found(selectors.find_project(cycle, pk))
    row = found(Indicator.objects.filter(project=project, pk=indicator).first())
    fields = ("name", "unit", "kind", "counted_by", "target")
    seen = mark_of(row)
    form = IndicatorChangeForm(
        request.POST or None, initial={name: getattr(row, name) for name in fields} | {"seen": seen}
    )
    address = cycle.address("projects:desk_project", pk=pk)
    if submit(form, lambda: services.change_indicator(indicator=row, **form.cleaned_data, by=user, at=now)):
        return redirect(address)
    context = {
        "title": _("Correct the indicator"),
        "text": _("Possible while nothing has been reported on it."),
        "label": _("Save"),
        "cancel_url": address,
    }
    return show_form(request, "form_page.html", form, context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def allocation(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Give child areas their shares of the project's indicators, on one page."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_allocate(user, cycle, now))
    project = found(selectors.find_project(cycle, pk))
    indicators = list(Indicator.objects.filter(project=project).order_by("number", "pk"))
    areas = list(cycles.child_areas(cycle.area).existing_in(cycle.year))
    seen = mark_of_all(indicators)
    shares = Allocation.objects.filter(indicator__in=indicators)
    initial = {f"share_{row.indicator_id}_{row.area_id}": row.target for row in shares} | {"seen": seen}
    form = AllocationForm(indicators, areas, request.POST or None, initial=initial)
    if submit(
        form, lambda: services.allocate_indicators(
            shares={indicator: form.targets(indicator) for indicator in indicators},
            seen=form.cleaned_data["seen"],
            by=user,
            at=now,
        )
    ):  # fmt: skip
        return redirect(cycle.address("projects:desk_project", pk=pk))
    context = {
        "project": project,
        "columns": [
            {
                "indicator": one,
                "rest": one.target - allocated_sum(one) if one.target is not None else None,
                "adds_up": one.kind == IndicatorKind.ADDITIVE,
            }
            for one in indicators
        ],
    }
    return show_form(request, "projects/allocation_matrix.html", form, context)


@require_http_methods(["GET", "POST"])
@cycle_view
def close_out(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Close a project out, after saying what it means or what is missing."""
    now, user = timezone.now(), signed_in(request)
    project = found(selectors.find_project(cycle, pk))
    require(rules.may_close_out(user, project, now))
    if request.method == "POST":
        services.close_out_project(project=project, by=user, at=now)
        return redirect(cycle.address("projects:desk_project", pk=pk))
    return show_question(
        request,
        title=_("Close out project %(number)s") % {"number": project.number},
        label=_("Close out"),
        text=project.title,
        consequences=[
            _("Every site must be accepted and every target kept."),
            _("The project and its figures change no more."),
        ],
        cancel_url=cycle.address("projects:desk_project", pk=pk),
    )


@require_GET
@cycle_view
def standards(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the standards."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_desk(user, cycle, now))
    context = {"standards": selectors.standards_of(cycle), "verdict": rules.may_manage(user, cycle, now)}
    return render(request, "projects/standard_queue.html", context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def standard_add(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Add a standard with its lines; a known title becomes its next version."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_manage(user, cycle, now))
    form = StandardForm(request.POST or None)
    lines = LineForms(request.POST or None, prefix="lines")
    if submit(
        form,
        lambda: services.add_standard(cycle=cycle, **form.cleaned_data, lines=lines_of(lines), by=user, at=now),
        also=lines,
    ):
        return redirect(cycle.address("projects:desk_standards"))
    return show_form(request, "projects/standard_edit.html", form, {"lines": lines, "title": _("Add a standard")})


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def standard(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Write a standard's lines, while no site has been judged by it."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_desk(user, cycle, now))
    standard = found(selectors.find_standard(cycle, pk))
    form, seen = StandardForm({"title": standard.title}), mark_of(standard)
    asked = parameters.whole(request.POST, "seen")
    rows = standard.lines.order_by("number").values("requirement", "measure", "required_value", "unit")
    lines = LineForms(request.POST or None, prefix="lines", initial=list(rows))
    if submit(
        form,
        lambda: services.write_standard_lines(standard=standard, lines=lines_of(lines), seen=asked, by=user, at=now),
        also=lines,
    ):
        return redirect(cycle.address("projects:desk_standards"))
    context = {
        "form": form if request.method == "POST" else None,
        "lines": lines,
        "seen": seen,
        "title": f"{standard.title} v{standard.version}",
        "verdict": rules.may_manage(user, cycle, now),
    }
    return show_form(request, "projects/standard_edit.html", lines, context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def lights(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Set the thresholds of the lights."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_manage(user, cycle, now))
    rule = selectors.light_rule(cycle)
    seen = mark_of(rule) if rule.pk else 0
    form = LightRuleForm(request.POST or None, instance=rule, initial={"seen": seen})
    if submit(form, lambda: services.set_light_rule(cycle=cycle, **form.cleaned_data, by=user, at=now)):
        return redirect(cycle.address("projects:desk_projects"))
    context = {
        "title": _("Rules of the lights"),
        "text": _("Points: the share of the time that has passed minus the share that is done, in per cent points."),
        "label": _("Save and compute the lights"),
        "cancel_url": cycle.address("projects:desk_projects"),
    }
    return show_form(request, "form_page.html", form, context)
