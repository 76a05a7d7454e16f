"""What a citizen does: suggest, and follow what became of it. No account, no cookie."""

from contextlib import suppress
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from livelihood.accounts.attempts import Attempts
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel import numbers, parameters
from livelihood.kernel.errors import DomainError, NotAllowed
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.qr import qr_file, qr_svg
from livelihood.kernel.text import mask_phone
from livelihood.web.decorators import cycle_view, found, public_form, public_page
from livelihood.web.shells import fill
from livelihood.web.templatetags.web import moment
from livelihood.web.throttles import AddressRate
from proposals import rules, selectors, services
from proposals.elsewhere import OTHER_OFFICES, offices_for
from proposals.forms import CONTACT_FIELDS, SuggestionForm, TrackForm, answers_sent, contact_of, with_key
from proposals.states import Channel
from proposals.views._shared import notice_shown

WRONG_CODES = 20
"""Wrong pairs of number and code from one address before the page closes for a while."""
WRONG = Attempts(
    "proposals.track",
    WRONG_CODES,
    ngettext_lazy(
        "Too many wrong numbers or codes were tried from here. Try again in %(minutes)s minute.",
        "Too many wrong numbers or codes were tried from here. Try again in %(minutes)s minutes.",
        "minutes",
    ),
)
STEPS = ("check", "edit", "send")
QUESTIONS = {name: f"q-{name}" for name in ("title", "matter", "wish", "area", "aspect")} | {"address": "q-area"}
"""Where on the page an answer is asked for; all others are about who sent it."""
SENDING = AddressRate("proposals.suggest", 200)


@public_form
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def suggest(request: HttpRequest, area: str, year: int) -> HttpResponse:
    """Take a suggestion in two steps: the form, then the answers to check; the receipt answers the second."""
    if request.method != "POST":
        return _form(request, area=area, year=year)
    _has_code(request)  # judged before anything is written
    if parameters.word(request.POST, "step", STEPS) == "send":
        SENDING.count(request, at=timezone.now())
        # What the process knows of the year may be out of date: what that refuses is judged again as the year stands.
        with suppress(DomainError):
            return _send(request, cycles.known_year(area, year))
    return _take(request, area=area, year=year)


@public_page
@cycle_view
def _form(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show the form to who opens it: a page like any other, as its key is drawn by the browser or the next step."""
    verdict = rules.may_suggest(None, cycle, Channel.WEB, timezone.now())
    if not verdict:
        response = render(request, "proposals/suggestion_closed.html", {"reason": verdict.reason})
        # Once it is open, whoever has seen it closed is to find it open, for instance when a step was taken back.
        patch_cache_control(response, max_age=0, must_revalidate=True)
        return response
    form = SuggestionForm(cycle, notice=notice_shown(request), initial={"area": cycle.area.code})
    return render(request, "proposals/suggestion_add.html", {"form": form, "elsewhere": OTHER_OFFICES})


def _send(request: HttpRequest, year: cycles.KnownYear | None) -> HttpResponse:
    """Take what was checked, by the year as this process knows it: most suggestions come this way, within days."""
    known: cycles.KnownYear = found(year)
    answers = answers_sent(request.POST, known, notice_shown(request))
    receipt = services.submit_suggestion(
        cycle=known.cycle, **answers, by=None, at=timezone.now(), edition=known.edition
    )
    return _receipt(request, known.cycle, receipt, edition=known.edition)


@cycle_view
def _take(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Answer one step of the form: check (the first), edit (back from checking) or send."""
    step, notice = parameters.word(request.POST, "step", STEPS), notice_shown(request)
    if step == "edit":
        form = SuggestionForm(cycle, notice=notice, initial=request.POST.dict())
        shown = {"form": form, "elsewhere": OTHER_OFFICES, "is_change": True}
        return render(request, "proposals/suggestion_add.html", shown)
    form = SuggestionForm(cycle, request.POST if step == "send" else with_key(request.POST), notice=notice)
    if form.is_valid() and step != "send":
        elsewhere = offices_for(form.cleaned_data[name] for name in ("title", "matter", "wish"))
        title = form.cleaned_data["title"]
        similar = [need for need in selectors.similar_needs(cycle, title) if need.title != title]
        shown = {"form": form, "rows": _answers(form), "elsewhere": elsewhere, "similar": similar}
        return render(request, "proposals/suggestion_check.html", shown)
    taken = submit(form, lambda: _submit(cycle, form, timezone.now()))
    if taken:
        return _receipt(request, cycle, taken.result, edition=None)
    if isinstance(taken.refusal, NotAllowed):
        reason, status = taken.refusal.message, taken.refusal.status
        return render(request, "proposals/suggestion_closed.html", {"reason": reason}, status=status)
    return show_form(request, "proposals/suggestion_add.html", form)


@public_page
@require_GET
@cycle_view
def track_code(request: HttpRequest, cycle: Cycle, number: str) -> HttpResponse:
    """Draw the QR code of a receipt: where its suggestion can be followed, without its code."""
    if numbers.parse_reference(number) != number or not number.startswith(f"{cycle.year}-"):
        raise Http404
    path = f"{cycle.address('proposals:track')}?{urlencode({'number': number})}"
    return HttpResponse(qr_file(f"{settings.SITE_URL}{path}"), content_type="image/svg+xml")


@public_form
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@cycle_view
def track(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show what became of a suggestion to who has its number and code; neither ever stands in an address."""
    initial = {"number": parameters.text(request.GET, "number", most=40)}
    form = TrackForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_bound:
        return show_form(request, "proposals/suggestion_find.html", form)
    WRONG.check(request, at=timezone.now())
    followed = followed_by(request, cycle, form, timezone.now())
    if followed is None:
        return show_form(request, "proposals/suggestion_find.html", form)
    return render(request, "proposals/suggestion_track.html", {"followed": followed, "key": form.cleaned_data})


def followed_by(request: HttpRequest, cycle: Cycle, form: TrackForm, at: datetime) -> selectors.Followed | None:
    """Return what became of the suggestion that a form names; a wrong code is counted, and said in the form."""
    if not form.is_valid():
        return None
    followed = selectors.followed_suggestion(cycle, form.cleaned_data["number"], form.cleaned_data["code"])
    if followed is None:
        WRONG.failed(request, at=at)
        form.add_error(
            None, _("Number and code do not belong together here. Check both, and the place and year above.")
        )
    return followed


def _submit(cycle: Cycle, form: SuggestionForm, at: datetime) -> services.SuggestionReceipt:
    data = {name: value for name, value in form.cleaned_data.items() if name not in CONTACT_FIELDS}
    contact = contact_of(form.cleaned_data)
    return services.submit_suggestion(cycle=cycle, **data, contact=contact, by=None, at=at)


def _receipt(
    request: HttpRequest, cycle: Cycle, receipt: services.SuggestionReceipt, *, edition: UUID | None
) -> HttpResponse:
    path = cycle.address("proposals:track")
    follow_url = f"{settings.SITE_URL}{path}?{urlencode({'number': receipt.number})}"
    words = {
        "number": receipt.number,
        "code": receipt.code,
        "received": moment(receipt.received_at),
        "due": moment(receipt.due_on),
        "text_digest": receipt.text_digest,
        "text_salt": receipt.text_salt,
        "follow_url": follow_url,
        "code_image": f"{path}{receipt.number}.svg",
    }
    if planned := cycles.period(cycle, Phase.PLAN):
        words["decided_by"] = moment(planned.ends_on)  # the list is frozen only when every suggestion has its answer
    if _has_code(request):
        # Behind the #, so that no browser sends it.
        words["code_svg"] = qr_svg(f"{follow_url}#{receipt.code}", title=_("QR code with number and code"))
    return fill(request, "proposals/suggestion_receipt.html", words, cycle=cycle, edition=edition)


def _has_code(request: HttpRequest) -> bool:
    """Say whether the QR code of the receipt is to hold the code too, which who sent it asks for."""
    return parameters.word(request.GET, "qr", ("code",)) == "code"


def _answers(form: SuggestionForm) -> list[dict[str, str]]:
    """Return what was typed, label and value, for the page that lets it be checked; what is empty is left out."""
    data = form.cleaned_data
    shown = {
        **data,
        "aspect": data["aspect"].name if data["aspect"] else _("I am not sure"),
        "area": data["area"].name,
        "contact_phone": mask_phone(data["contact_phone"]),
        "consent": "" if data["consent"] is None else _("yes"),
    }
    return [
        {"label": str(field.label), "value": str(shown[field.name]), "question": QUESTIONS.get(field.name, "q-contact")}
        for field in form.visible_fields()
        if shown[field.name]
    ]
