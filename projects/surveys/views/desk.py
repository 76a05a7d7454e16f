"""The desk for surveys: drafted, opened, closed, frozen, and figures published elsewhere."""

from collections.abc import Mapping
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from livelihood.accounts.holding import signed_in
from livelihood.accounts.once import once
from livelihood.accounts.seen import mark_of_all
from livelihood.cycles.models import Cycle
from livelihood.jobs import pulse
from livelihood.kernel.exports import Field, Sheet, write_csv, write_xlsx
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods, require_POST
from livelihood.kernel.pages import show_form
from livelihood.kernel.text import mask_personal
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from projects.surveys import rules, selectors
from projects.surveys.forms import DrawForm, PublishedForm, SurveyForm
from projects.surveys.models import Survey
from projects.surveys.services import figures, published, surveys
from projects.surveys.states import SurveyState
from projects.surveys.views.public import columns, line_cells, published_blocks, published_columns

VERBS: Mapping[str, tuple[str | Promise, list[str | Promise]]] = {
    "open": (
        gettext_lazy("Open the survey"),
        [
            gettext_lazy("From its first to its last day anyone with a code, or standing before a thing, may answer."),
            gettext_lazy("Question and dates can no longer be changed."),
        ],
    ),
    "close": (
        gettext_lazy("Close the survey"),
        [
            gettext_lazy("No more answers are taken; the last ones are counted."),
            gettext_lazy("All codes are removed, so that nothing is left to pair an answer with."),
        ],
    ),
    "freeze": (
        gettext_lazy("Freeze the figures"),
        [
            gettext_lazy("All answers are counted once more."),
            gettext_lazy("After that the figures cannot be changed by anybody; reports are built from them."),
        ],
    ),
}


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def published_enter(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Enter figures of satisfaction that were published elsewhere, one thing at a time."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_run_surveys(user, cycle, now))
    seen = mark_of_all(cycle.published_grades.all())
    form = PublishedForm(cycle, request.POST or None, initial={"seen": seen})
    if submit(form, lambda: published.enter_published_grade(cycle=cycle, **form.given(), by=user, at=now)):
        return redirect(cycle.address("surveys:published_enter"))
    context = {
        "published": published_blocks(cycle),
        "columns": published_columns(),
    }
    return show_form(request, "surveys/published_enter.html", form, context)


@require_GET
@cycle_view
def survey_list(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the surveys of a year."""
    now = timezone.now()
    require(rules.may_read_surveys(request.user, cycle, now))
    context = {"rows": selectors.desk_rows(cycle), "may_run": rules.may_run_surveys(request.user, cycle, now)}
    return render(request, "surveys/survey_list.html", context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def survey_create(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Prepare a survey."""
    now = timezone.now()
    require(rules.may_run_surveys(request.user, cycle, now))
    form = SurveyForm(request.POST or None)
    if created := submit(
        form, lambda: surveys.create_survey(cycle=cycle, **form.given(), by=signed_in(request), at=now)
    ):
        return redirect(cycle.address("surveys:desk_survey", pk=created.result.pk))
    return show_form(request, "surveys/survey_create.html", form)


@require_GET
@cycle_view
def survey_detail(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Show one survey: where it stands, what may be done, its figures and drawings."""
    now = timezone.now()
    require(rules.may_read_surveys(request.user, cycle, now))
    survey = found(selectors.survey_for_desk(cycle, pk))
    context = {
        "survey": survey,
        "steps": [
            {"verb": verb, "label": label, "verdict": rules.may_move(request.user, survey, verb, now)}
            for verb, (label, _consequences) in VERBS.items()
        ],
        "may_draw": rules.may_draw_invitations(request.user, survey, now),
        "may_recount": rules.may_recount_survey(request.user, survey, now),
        "waiting": selectors.waiting_in_inbox(survey),
        "standstill": None if survey.state == SurveyState.FROZEN else pulse.standstill(at=now),
        "columns": columns(),
        "rows": [line_cells(line) for line in selectors.lines_of_survey(survey)],
        "draws": selectors.draws_of(survey),
        "comments": [mask_personal(comment) for comment in selectors.comments_of(survey)],
    }
    return render(request, "surveys/survey_detail.html", context)


@require_http_methods(["GET", "POST"])
@cycle_view
def survey_move(request: HttpRequest, cycle: Cycle, pk: int, verb: str) -> HttpResponse:
    """Open, close or freeze a survey, after saying what will happen."""
    now = timezone.now()
    require(rules.may_run_surveys(request.user, cycle, now))
    survey = found(selectors.survey_for_desk(cycle, pk))
    if verb not in VERBS:
        raise Http404
    if request.method == "POST":
        act = {"open": surveys.open_survey, "close": surveys.close_survey, "freeze": surveys.freeze_survey}[verb]
        act(survey=survey, by=signed_in(request), at=now)
        return redirect(survey.cycle.address("surveys:desk_survey", pk=survey.pk))
    require(rules.may_move(request.user, survey, verb, now))
    label, consequences = VERBS[verb]
    return render(
        request,
        "surveys/survey_move.html",
        {"survey": survey, "label": label, "consequences": consequences, "verb": verb},
    )


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def invitations_draw(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Draw codes; the answer is the file that holds them, this once."""
    now = timezone.now()
    require(rules.may_run_surveys(request.user, cycle, now))
    survey = found(selectors.survey_for_desk(cycle, pk))
    require(rules.may_draw_invitations(request.user, survey, now))
    form = DrawForm(request.POST or None, survey=survey)
    if drawn := submit(
        form, lambda: surveys.draw_invitations(survey=survey, **form.given(), by=signed_in(request), at=now)
    ):
        data = form.cleaned_data
        subject = selectors.subject_name(data.get("project"), data.get("site"), cycle)
        return _codes_file(survey, drawn.result, str(data["area"].name), str(subject), data["file_format"])
    return show_form(request, "surveys/invitations_draw.html", form, {"survey": survey})


@require_POST
@once
@cycle_view
def survey_recount(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Ask for a recount."""
    survey = found(selectors.survey_for_desk(cycle, pk))
    figures.request_recount(survey=survey, by=signed_in(request), at=timezone.now())
    return redirect(survey.cycle.address("surveys:desk_survey", pk=survey.pk))


def _codes_file(survey: Survey, codes: list[str], area: str, subject: str, file_format: str) -> HttpResponse:
    address = f"{settings.SITE_URL}{reverse('surveys:answer_code')}"
    fields = [
        Field(pgettext("survey", "Code"), lambda code: code),
        Field(_("Area"), lambda _code: area),
        Field(_("Asked about"), lambda _code: subject),
        Field(_("Survey"), lambda _code: survey.title),
        Field(_("Answer at"), lambda _code: address),
    ]
    filename = f"invitations-{survey.pk}"
    if file_format == "csv":
        return cast(HttpResponse, write_csv(codes, fields, filename=filename))
    return cast(HttpResponse, write_xlsx([Sheet(_("Invitations"), fields, codes)], filename=filename))
