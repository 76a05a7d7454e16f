"""What anyone may read of suggestions and needs."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.cycles.querysets import child_towards
from livelihood.kernel import parameters
from livelihood.kernel.charts import Chart, in_percent
from livelihood.kernel.filters import with_counts
from livelihood.kernel.methods import require_GET
from livelihood.kernel.paging import PUBLIC_SIZE, paginate
from livelihood.web import threads
from livelihood.web.decorators import cycle_view, found, public_page
from livelihood.web.templatetags.web import number as figure
from proposals import rules, selectors
from proposals.filters import NeedFilter, SuggestionFilter
from proposals.models import Need
from proposals.selectors import pictures
from proposals.services.intake import TITLE_LENGTH
from proposals.states import Channel, NeedOutcome


@public_page
@require_GET
@cycle_view
def board(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the needs, the most wanted first."""
    filters = NeedFilter.on_page(request, Need.objects.for_cycle(cycle))
    counts = filters.counts(_by(cycle) | {"state": F("outcome")})
    context = {
        "page": paginate(filters.listed, ["-support", "number"], request.GET, size=PUBLIC_SIZE, joined=selectors.NAMES),
        "count": filters.count if filters.chosen else filters.qs.count(),
        **_chips(cycle, counts),
        "states": with_counts(NeedOutcome.choices, counts.get("state")),
        "verdict": rules.may_suggest(None, cycle, Channel.WEB, timezone.now()),
    }
    return render(request, "proposals/need_list.html", context)


@public_page
@require_GET
@cycle_view
def suggestions(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the suggestions in their checked wording, the newest first."""
    filters = SuggestionFilter.on_page(request, selectors.published_suggestions().filter(cycle=cycle))
    page = paginate(filters.listed, ["-received_at", "-pk"], request.GET, size=PUBLIC_SIZE, joined=selectors.NAMES)
    selectors.with_replies(page.rows)
    context = {
        "page": page,
        "count": filters.count if filters.chosen else selectors.counts(cycle)["accepted"],
        **_chips(cycle, filters.counts(_by(cycle))),
        "verdict": rules.may_suggest(None, cycle, Channel.WEB, timezone.now()),
    }
    return render(request, "proposals/suggestion_list.html", context)


def _by(cycle: Cycle) -> dict[str, Any]:
    """Return what the database compares with the values of the filters by place and aspect."""
    return {"area": child_towards(cycle.area, "area__"), "aspect": F("aspect__number")}


def _chips(cycle: Cycle, counts: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    return {
        "aspects": with_counts(cycles.aspect_choices(cycle), counts.get("aspect")),
        "areas": with_counts(cycles.area_choices(cycle), counts.get("area")),
    }


@public_page
@require_GET
@cycle_view
def need(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show one need: its thread, what became of it, and the suggestions behind it."""
    shown = found(selectors.need_at(cycle, number))
    rows = selectors.suggestions_behind(shown)
    page = paginate(rows, ["-received_at", "-pk"], request.GET, size=PUBLIC_SIZE, joined=selectors.NAMES)
    selectors.with_replies(page.rows)
    context = {
        "need": shown,
        "support": selectors.support_of_need(shown),
        "candidates": selectors.candidates_of_need(shown),
        "page": page,
        "thread": threads.of(shown),
        "verdict": rules.may_suggest(None, cycle, Channel.WEB, timezone.now()),
    }
    return render(request, "proposals/need_detail.html", context)


@public_page
@require_GET
@cycle_view
def similar(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the needs that are most like a title, so that who wants the same may join them instead of writing anew."""
    parameters.only(request.GET, "title")
    title = parameters.text(request.GET, "title", most=TITLE_LENGTH[1])
    context = {
        "title": title,
        "needs": selectors.similar_needs(cycle, title) if title else [],
        "verdict": rules.may_suggest(None, cycle, Channel.WEB, timezone.now()),
    }
    return render(request, "proposals/need_similar.html", context)


@public_page
@require_GET
@cycle_view
def statistics(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show how many suggestions were received, answered and adopted."""
    parameters.only(request.GET)
    counted = selectors.statistics(cycle)
    answers = selectors.answers_of(cycle, timezone.localdate())
    aspects, areas = pictures.asked_by_aspect(cycle, counted), pictures.asked_by_area(cycle, counted)
    context = {
        "figures": [*_figures(counted.total), *_of_answers(answers)],
        "aspects_chart": aspects,
        "areas_chart": areas,
        "answered_chart": pictures.answered_by_area(counted),
        "days_chart": pictures.answer_days(selectors.days_to_reply(cycle)),
        "years_chart": _years_chart(cycle, counted),
        "columns": [
            {"label": _("Group")},
            {"label": _("Received"), "kind": "number"},
            {"label": _("Answered"), "kind": "number"},
            {"label": _("Adopted"), "kind": "number"},
        ],
        "head": selectors.newest_head(cycle),
        "tables": [
            {"caption": _("By aspect"), "rows": _rows(counted.by_aspect), "is_pictured": aspects},
            {"caption": _("By place"), "rows": _rows(counted.by_area), "is_pictured": areas},
            {"caption": _("By channel"), "rows": _rows(counted.by_channel)},
        ],
        "answer_columns": [
            {"label": _("Answered by")},
            {"label": _("Answered"), "kind": "number"},
            {"label": _("In time"), "kind": "number"},
            {"label": _("Late"), "kind": "number"},
            {"label": _("Share in time"), "kind": "number"},
        ],
        "answer_rows": [
            [
                one.name or _("Refused or handed over with a reason"), figure(one.in_time + one.late),
                figure(one.in_time), figure(one.late), in_percent(one.in_time, one.in_time + one.late),
            ]
            for one in answers.by_organisation
        ],
    }  # fmt: skip
    return render(request, "proposals/statistics.html", context)


def _years_chart(cycle: Cycle, counted: selectors.Statistics) -> Chart | None:
    """Draw what is asked for beside the last year of the same area in which anything was."""
    before = cycles.year_before(cycle)
    if before is None:
        return None
    return pictures.asked_before(cycle, counted, before.year, selectors.statistics(before))


def _figures(total: selectors.GroupShare) -> list[dict[str, str]]:
    return [
        {
            "label": _("Received"),
            "value": figure(total.received),
            "how": _("Every suggestion of this year, through every channel, whatever became of it."),
        },
        {
            "label": _("Answered singly"),
            "value": figure(total.answered),
            "how": _(
                "Suggestions with an answer, and those not taken up or handed over, whose sender reads the reason. "
                "Of every other one the status page says what becomes of it."
            ),
        },
        {
            "label": _("Adopted"),
            "value": figure(total.adopted),
            "how": _("Suggestions behind a need that a candidate on the frozen list answers."),
        },
    ]


def _of_answers(answers: selectors.AnswerCounts) -> list[dict[str, str]]:
    """Return how many answers are overdue and came in time; what is not asked for yet is left out."""
    overdue = {
        "label": _("Answers overdue"),
        "value": figure(answers.overdue),
        "numerator": figure(answers.overdue),
        "denominator": figure(answers.waiting),
        "how": _(
            "Of all that wait for an answer, those whose day has passed: a suggestion that nobody has checked, or whose"
            " sender left a contact and has no reply. Days are working days from the receipt; they stand still while"
            " the sender is asked."
        ),
    }
    in_time = {
        "label": _("Answered in time"),
        "value": in_percent(answers.in_time, answers.answered) if answers.answered else "–",
        "numerator": figure(answers.in_time),
        "denominator": figure(answers.answered),
        "how": _("Of all answers, refusals with a reason among them, those given by the day on which they were due."),
    }
    return ([overdue] if answers.waiting else []) + ([in_time] if answers.answered else [])


def _rows(shares: list[selectors.GroupShare]) -> list[list[str]]:
    return [[share.label, figure(share.received), figure(share.answered), figure(share.adopted)] for share in shares]
