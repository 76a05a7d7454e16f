"""Answering, and what the answers come to."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.addresses import network_of
from livelihood.kernel.charts import Chart
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.web.decorators import cycle_view, found, public_form, public_page
from livelihood.web.templatetags.web import number, percent
from livelihood.web.throttles import AddressRate
from projects import selectors as projects
from projects.models import Project, Site
from projects.surveys import rules, selectors
from projects.surveys.aggregation import Estimate
from projects.surveys.forms import CodeAnswerForm, CodeForm, KeyedAnswerForm
from projects.surveys.models import PublishedGrade
from projects.surveys.selectors import GradeLine, SurveyResult
from projects.surveys.services import answers
from projects.surveys.services.answers import AlreadyAnswered, UnknownCode
from projects.surveys.states import Grade, SurveyChannel, Target

ANSWERING = AddressRate("surveys.answer", 200)


@public_form
@require_http_methods(["GET", "POST"])
@cycle_view
def answer_site(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Ask whoever stands before a site; its QR code leads here."""
    return _answer(request, cycle, None, found(projects.find_site(cycle, pk)))


@public_form
@require_http_methods(["GET", "POST"])
@cycle_view
def answer_project(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Ask about a project as a whole."""
    return _answer(request, cycle, get_object_or_404(Project.objects.for_cycle(cycle), pk=pk), None)


def _answer(request: HttpRequest, cycle: Cycle, project: Project | None, site: Site | None) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST":
        ANSWERING.count(request, at=now)
    survey = selectors.open_survey(cycle, Target.SITE if site else Target.PROJECT, now)
    subject = selectors.subject_name(project, site, cycle)
    if survey is None:
        verdict = rules.may_answer(None, now)
        return render(request, "surveys/answer_closed.html", {"subject": subject, "reason": verdict.reason})
    form = KeyedAnswerForm(request.POST or None, question=survey.questions.all()[0].text)
    sent = submit(
        form,
        lambda: answers.answer_by_qr(
            survey=survey, **form.given(), origin=_origin(request), at=now, project=project, site=site
        ),
    )
    if sent:
        return redirect(cycle.address("surveys:answer_thanks"))
    if isinstance(sent.refusal, AlreadyAnswered):
        closed = {"subject": subject, "reason": sent.refusal}
        return render(request, "surveys/answer_closed.html", closed, status=sent.refusal.status)
    return show_form(
        request,
        "surveys/answer_give.html",
        form,
        {"survey": survey, "subject": subject, "site": site, "project": project},
    )


@public_form
@require_http_methods(["GET", "POST"])
def answer_code(request: HttpRequest) -> HttpResponse:
    """Ask whoever was invited: first the code, then its question. The code never stands in an address."""
    now = timezone.now()
    if request.method == "POST":
        ANSWERING.count(request, at=now)
    code_form = CodeForm(request.POST or None)
    if request.method != "POST" or not code_form.is_valid():
        return show_form(request, "surveys/answer_code.html", code_form)
    invitation = selectors.invitation(code_form.cleaned_data["code"])
    if invitation is None:
        code_form.add_error("code", str(UnknownCode.message))
        return show_form(request, "surveys/answer_code.html", code_form)
    draw, survey = invitation.draw, invitation.draw.survey
    request.cycle = survey.cycle  # type: ignore[attr-defined]  # the context processor draws the header from it
    subject = selectors.subject_name(draw.project, draw.site, survey.cycle)
    verdict = rules.may_answer(survey, now)
    if not verdict or invitation.is_used:
        reason = verdict.reason or _("An answer with this code has been counted. Every code counts once.")
        return render(request, "surveys/answer_closed.html", {"subject": subject, "reason": reason}, status=409)
    is_answer = any(parameters.is_given(request.POST, name) for name in ("grade", "comment"))
    form = CodeAnswerForm(request.POST if is_answer else None, question=survey.questions.get(number=1).text)
    form.fields["code"].initial = code_form.cleaned_data["code"]
    if is_answer and submit(
        form,
        lambda: answers.answer_by_code(**form.given(), at=now),
    ):
        return redirect(survey.cycle.address("surveys:answer_thanks"))
    return show_form(
        request,
        "surveys/answer_give.html",
        form,
        {"survey": survey, "subject": subject, "site": draw.site, "project": draw.project},
    )


@public_page
@require_GET
@cycle_view
def answer_thanks(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Thank whoever answered, and say what becomes of it."""
    return render(request, "surveys/answer_thanks.html")


@public_page
@require_GET
@cycle_view
def satisfaction(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show what people said: counts always, shares where there are enough answers, each channel by itself."""
    blocks = [
        {
            "result": result,
            "captions": _captions(result),
            "columns": columns(),
            "rows": [line_cells(line) for line in result.lines],
            "chart": _overall_chart(result),
            "project_columns": [{"label": _("Project")}, *columns()],
            "project_rows": [
                [_project_cell(cycle, one.project), *line_cells(line)] for one in result.projects for line in one.lines
            ],
            "project_charts": [chart for channel in SurveyChannel if (chart := _project_chart(result, channel))],
            "stratum_rows": [
                [stratum.area.name, number(stratum.invited), number(stratum.answered), percent(stratum.rate)]
                for stratum in result.strata
            ],
        }
        for result in selectors.satisfaction(cycle)
    ]
    stratum_columns = [
        {"label": _("Area")},
        {"label": _("Invited"), "kind": "number"},
        {"label": _("Answered"), "kind": "number"},
        {"label": _("Response rate"), "kind": "number"},
    ]
    context = {
        "blocks": blocks,
        "stratum_columns": stratum_columns,
        "published": published_blocks(cycle),
        "published_columns": published_columns(),
    }
    return render(request, "surveys/satisfaction.html", context)


def published_columns() -> list[dict[str, str]]:
    """Return the heads of a table of figures that were published elsewhere."""
    return [{"label": _("What was graded")}, *columns()[1:], {"label": _("Note")}]


def published_blocks(cycle: Cycle) -> list[tuple[selectors.Published, list[list[Any]]]]:
    """Return the gradings that were published elsewhere as they are drawn; nobody was drawn by chance: no margins."""
    return [(one, [_published_cells(cycle, row) for row in one.rows]) for one in selectors.published_grades(cycle)]


def _published_cells(cycle: Cycle, row: PublishedGrade) -> list[Any]:
    named = _project_cell(cycle, row.project) | {"text": row.subject} if row.project else row.subject
    graded = row.satisfied + row.basically_satisfied + row.dissatisfied
    return [
        named,
        number(row.satisfied),
        number(row.basically_satisfied),
        number(row.dissatisfied),
        number(graded),
        percent(row.satisfied / graded),
        percent((row.satisfied + row.basically_satisfied) / graded),
        row.note or "–",
    ]


def columns() -> list[dict[str, str]]:
    """Return the heads of a table of lines."""
    return [
        {"label": _("Answers came"), "kind": "text"},
        *({"label": str(grade.label), "kind": "number"} for grade in Grade),
        {"label": pgettext("survey", "Answers"), "kind": "number"},
        {"label": _("Share satisfied"), "kind": "number"},
        {"label": _("Satisfied or basically satisfied"), "kind": "number"},
    ]


def line_cells(line: GradeLine) -> list[str]:
    """Return the cells of one line: channel, three counts, all answers, two shares with their interval."""
    counts = line.counts
    return [
        str(line.channel.label),
        number(counts.satisfied),
        number(counts.basically_satisfied),
        number(counts.dissatisfied),
        number(counts.n),
        _share(line.satisfied),
        _share(line.positive),
    ]


def _share(estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    if estimate.low is None or estimate.high is None:
        return percent(estimate.share)
    return _("%(share)s (%(low)s to %(high)s)") % {
        "share": percent(estimate.share),
        "low": percent(estimate.low),
        "high": percent(estimate.high),
    }


def _captions(result: SurveyResult) -> dict[str, str]:
    """Name the tables of one survey, so that none is called as another on the page."""
    captions = {
        "all": _("All answers, by how they came"),
        "strata": _("Response rate by area"),
        "projects": _("Answers by project, and by how they came"),
    }
    return {key: f"{result.survey.title} · {caption}" for key, caption in captions.items()}


def _overall_chart(result: SurveyResult) -> Chart | None:
    bars = [(line.channel.label, line.counts.graded) for line in result.lines if line.satisfied]
    return selectors.answers_chart(
        f"survey-{result.survey.pk}", _("All answers, by how they came"), bars, _("Answers came")
    )


def _project_chart(result: SurveyResult, channel: SurveyChannel) -> Chart | None:
    bars = [
        (f"{one.project.number} {one.project.title}", line.counts.graded)
        for one in result.projects
        for line in one.lines
        if line.channel == channel and line.satisfied
    ]
    title = _("Answers about each project: %(channel)s") % {"channel": channel.label}
    return selectors.answers_chart(f"survey-{result.survey.pk}-{channel}", title, bars, _("Project"))


def _project_cell(cycle: Cycle, project: Project) -> dict[str, str]:
    url = cycle.address("projects:project", pk=project.pk)
    return {"text": f"{project.number} {project.title}", "url": url}


def _origin(request: HttpRequest) -> str:
    """Return what tells phones apart: address behind the trusted proxies, and what the browser says of itself."""
    agent, language = request.headers.get("User-Agent", ""), request.headers.get("Accept-Language", "")
    return f"{network_of(request)}\n{agent}\n{language}"
