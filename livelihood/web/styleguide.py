"""The living page of the design system: every component in every state."""

from datetime import UTC, date, datetime

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livelihood.cycles.states import Phase
from livelihood.jobs.pulse import NO_WORKER
from livelihood.kernel.charts import Chart, ChartHead, ChartRow, Key, PlanMark, Series, bars, in_percent, stacked_bar
from livelihood.kernel.lights import Light
from livelihood.kernel.methods import require_GET
from livelihood.kernel.verdict import YES, no

MOMENT = datetime(2024, 11, 6, 1, 30, tzinfo=UTC)
HERE = "#content"
ASPECTS = [
    ("childcare", gettext_lazy("Childcare")),
    ("education", gettext_lazy("Education")),
    ("elderly", gettext_lazy("Elderly care")),
]


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=40, help_text=gettext_lazy("One matter, in a line.")
    )
    matter = forms.CharField(label=gettext_lazy("What is the matter?"), widget=forms.Textarea(attrs={"rows": 4}))
    aspect = forms.ChoiceField(label=gettext_lazy("Aspect"), choices=ASPECTS, widget=forms.RadioSelect)
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Whom does it help?"),
        choices=ASPECTS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Several may be chosen."),
    )
    area = forms.ChoiceField(label=gettext_lazy("Area"), choices=[("", "–"), *ASPECTS])
    people = forms.IntegerField(label=gettext_lazy("People served"), min_value=1, required=False)
    file = forms.FileField(label=gettext_lazy("Picture"), required=False)
    agreed = forms.BooleanField(label=gettext_lazy("I have read how my data are used."))


def _year_track() -> list[dict[str, object]]:
    phases = [
        (Phase.SOLICIT, date(2024, 9, 15), date(2024, 10, 15), "past"),
        (Phase.PLAN, date(2024, 10, 16), date(2024, 12, 31), "past"),
        (Phase.DECIDE, date(2025, 1, 1), date(2025, 2, 28), "current"),
        (Phase.DELIVER, date(2025, 3, 1), date(2025, 11, 30), "future"),
        (Phase.EVALUATE, date(2025, 12, 1), date(2025, 12, 31), "future"),
        (Phase.CLOSED, date(2026, 1, 1), None, "future"),
    ]
    return [
        {
            "name": phase.value,
            "label": phase.label,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "state": state,
            "url": HERE,
        }
        for phase, starts_on, ends_on, state in phases
    ]


def _thread() -> list[dict[str, object]]:
    return [
        {"label": _("Suggestions"), "text": _("1,204 people asked for this"), "url": HERE, "state": "done"},
        {"label": _("Need"), "text": _("Canteens for the old"), "url": HERE, "state": "done"},
        {"label": _("Candidate"), "text": _("No. 4"), "url": HERE, "state": "current"},
        {"label": _("Vote"), "text": _("Not yet"), "state": "open"},
        {"label": _("Project"), "text": _("Not adopted: done by another plan"), "state": "stopped"},
    ]


def _figures() -> list[dict[str, object]]:
    return [
        {"value": "31,569", "label": _("Sites"), "url": HERE},
        {
            "value": "99.5%",
            "label": _("Satisfied"),
            "how": _("Answers satisfied or basically satisfied, out of all answers."),
            "numerator": "1,990",
            "denominator": "2,000",
            "as_of": MOMENT,
            "reported_by": _("Livelihood office"),
            "rows_url": HERE,
        },
        {"value": "12.5", "unit": _("km"), "label": _("Road rebuilt"), "as_of": date(2024, 11, 6)},
        {"value": "–", "label": _("Not yet counted")},
    ]


def _jobs() -> list[dict[str, object]]:
    label = _("Import of sites")
    return [
        {"id": 1, "label": label, "state": "waiting", "standstill": NO_WORKER},
        {
            "id": 2,
            "label": label,
            "state": "running",
            "done": 12_400,
            "total": 31_569,
            "speed": 1843,
            "seconds_left": 65,
        },
        {"id": 3, "label": label, "state": "running", "done": 900, "speed": 1843},
        {"id": 4, "label": label, "state": "done", "done": 31_569, "total": 31_569, "result_url": HERE},
        {"id": 5, "label": label, "state": "failed", "message": _("The file was cut off. Upload it again.")},
    ]


def _lights() -> list[dict[str, str]]:
    whys = {
        Light.GREEN: _("120 of 118 planned"),
        Light.YELLOW: _("8 points behind plan"),
        Light.RED: _("12 days late"),
    }
    return [{"light": light.value, "why": whys.get(light, "")} for light in Light]


def _table() -> dict[str, object]:
    return {
        "columns": [
            {"label": _("Site")},
            {"label": _("State")},
            {"label": _("Done"), "kind": "number", "unit": _("beds")},
            {"label": _("Due")},
        ],
        "rows": [
            [{"text": _("Canteen on Lake Street"), "url": HERE}, {"light": "green"}, "120", "2025-11-30"],
            [
                {"text": _("Canteen on Hill Street"), "url": HERE},
                {"light": "red", "why": _("12 days late")},
                "40",
                {"text": "2025-10-31", "badge": _("overdue"), "badge_kind": "need"},
            ],
            ["<b>&</b>", {"light": "grey"}, "0", None],
        ],
    }


def _charts() -> list[Chart]:
    keys = [
        (Key(f"light-{light}", light.label, url=HERE), count)
        for light, count in zip(reversed(Light), (300, 12, 30, 20, 38), strict=True)
    ]
    mark = PlanMark(0.8, _("Time passed: %(share)s") % {"share": in_percent(4, 5)})
    how = _("Bars from nothing to the whole.")
    head = ChartHead("sample-all", _("Three quarters of the sites are completed"), _("300 of 400 sites"), how)
    rows = [
        ChartRow(_("Hill district"), [20, 30], 100, in_percent(1, 2), HERE),
        ChartRow(_("Lake district"), [90, 10], 100, in_percent(1, 1), HERE),
        ChartRow(_("River district"), [0, 0], None, _("not known yet")),
    ]
    series = Series([Key("done", _("accepted")), Key("rest", _("completed"))], _("Area"), mark)
    areas = ChartHead("sample-areas", _("Lake district is furthest"), _("150 of 200 sites"), how)
    return [stacked_bar(head, keys, mark=mark, heading=_("State")), bars(areas, rows, series)]


def _cards() -> list[dict[str, object]]:
    return [
        {
            "title": _("Canteens for the old"),
            "url": HERE,
            "text": _("A warm meal within a quarter of an hour's walk."),
            "meta": [_("Elderly care"), _("1,204 people")],
            "light": "yellow",
            "why": _("8 points behind plan"),
        },
        {"title": _("Lifts in old houses"), "url": HERE, "badge": _("adopted"), "badge_kind": "ok"},
        {"title": _("Night buses"), "text": _("Taken over by the bus company.")},
    ]


@require_GET
@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    return render(
        request,
        "styleguide.html",
        {
            "is_demo": True,
            "year_track": _year_track(),
            "track_line": {"number": 3, "of": 6, "label": Phase.DECIDE.label, "days_left": 7},
            "thread": _thread(),
            "breadcrumb": [{"label": _("Front page"), "url": "/"}, {"label": _("Style guide")}],
            "site_nav": [
                {"label": _("Letter"), "url": HERE, "is_current": False},
                {"label": _("Style guide"), "url": request.path, "is_current": True},
                {"label": _("Projects"), "url": HERE, "is_current": False},
            ],
            "lights": _lights(),
            "badges": [
                {"kind": kind, "label": label}
                for kind, label in (
                    ("plain", _("draft")),
                    ("ok", _("adopted")),
                    ("warn", _("due soon")),
                    ("need", _("overdue")),
                    ("info", _("running")),
                    ("off", _("withdrawn")),
                )
            ],
            "figures": _figures(),
            "jobs": _jobs(),
            "charts": _charts(),
            "table": _table(),
            "choices": [(Light.GREEN.value, Light.GREEN.label, 1200), (Light.RED.value, Light.RED.label, 14)],
            "cards": _cards(),
            "descriptions": [
                {"label": _("Lead unit"), "value": _("Civil affairs bureau"), "url": HERE},
                {"label": _("Cost"), "value": _("Own money\nand a grant")},
            ],
            "form": SampleForm(),
            "matches": ASPECTS,
            "wrong_form": SampleForm({"wrong-title": "x" * 41, "wrong-people": "0"}, prefix="wrong"),
            "yes": YES,
            "no": no(_("The round is closed. Results are on the decision page.")),
            "answers": [
                {"label": _("Title"), "value": _("Canteens for the old"), "change_url": HERE},
                {"label": _("Wish"), "value": _("A warm meal within a quarter of an hour's walk.")},
            ],
            "consequences": [_("The ballot closes for everybody."), _("This cannot be undone.")],
            "site_page": request.build_absolute_uri(request.path),
        },
    )
