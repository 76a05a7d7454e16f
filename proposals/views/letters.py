"""The open letter: its public page and the desk that writes it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from livelihood.accounts.once import once
from livelihood.accounts.seen import mark_of
from livelihood.accounts.selectors import signed_in
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods, require_POST
from livelihood.kernel.pages import show_form, show_question
from livelihood.kernel.qr import qr_file
from livelihood.kernel.text import letter_html
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found, public_form, public_page
from livelihood.web.templatetags.web import moment
from livelihood.web.templatetags.web import number as figure
from livelihood.web.throttles import AddressRate
from proposals import rules, selectors, services
from proposals.forms import CorrectionForm, LetterForm
from proposals.models import LetterCorrection, OpenLetter
from proposals.models.letters import WORDS
from proposals.states import Channel

STEPS = ("save", "preview")
SEEN = AddressRate("proposals.letter_seen", 1000)


@public_page
@require_GET
@cycle_view
def letter(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show the letter, fit for print; before it is published, say so."""
    open_letter = selectors.published_letter(cycle)
    context = {
        "letter": open_letter,
        "body": letter_html(open_letter.body) if open_letter else "",
        "corrections": _corrections(open_letter),
        "verdict": rules.may_suggest(None, cycle, Channel.WEB, timezone.now()),
        "period": cycles.period(cycle, Phase.SOLICIT),
        "views": selectors.letter_views(open_letter) if open_letter else 0,
        "address": f"{settings.SITE_URL}{cycle.address('proposals:letter')}",
    }
    return render(request, "proposals/letter_detail.html", context)


@public_form
@require_POST
@cycle_view
def letter_seen(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Count one reader; nothing is kept of them."""
    now = timezone.now()
    SEEN.count(request, at=now)
    if selectors.published_letter(cycle):
        services.count_letter_view(cycle=cycle)
    return HttpResponse(status=204)


@public_page
@require_GET
@cycle_view
def letter_code(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Draw the QR code of a letter's address."""
    found(selectors.published_letter(cycle))
    address = f"{settings.SITE_URL}{cycle.address('proposals:letter')}"
    return HttpResponse(qr_file(address), content_type="image/svg+xml")


@public_page
@require_GET
def letters(request: HttpRequest, area: str) -> HttpResponse:
    """List the letters of an area, each with what became of its year."""
    place: Area = found(cycles.area_at(area))
    parameters.only(request.GET)
    columns = [
        {"label": _("Open letter")},
        {"label": _("Suggestions were collected")},
        {"label": _("Suggestions"), "kind": "number"},
        {"label": _("Needs"), "kind": "number"},
        {"label": _("On the list"), "kind": "number"},
        {"label": _("Not adopted"), "kind": "number"},
    ]
    rows = [_letter_row(one) for one in selectors.letters_of_area(place)]
    return render(request, "proposals/letter_list.html", {"area": place, "columns": columns, "rows": rows})


def _letter_row(one: selectors.LetterYear) -> list[object]:
    cycle, period = one.letter.cycle, one.period
    days = "–"
    if period:
        days = _("%(first)s to %(last)s") % {"first": moment(period.starts_on), "last": moment(period.ends_on)}
    return [
        {"text": f"{cycle.year} {one.letter.title}", "url": cycle.address("proposals:letter")},
        days,
        figure(one.received),
        figure(one.needs),
        figure(one.listed),
        figure(one.not_adopted),
    ]


@require_http_methods(["GET", "POST"])
@cycle_view
def letter_edit(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Write the letter; once published, only show it."""
    now = timezone.now()
    require(rules.may_read_desk(request.user, cycle, now))
    open_letter = selectors.letter_of(cycle)
    seen = mark_of(open_letter) if open_letter else 0
    form = LetterForm(request.POST or None, initial={**(vars(open_letter) if open_letter else {}), "seen": seen})
    verdict = rules.may_write_letter(request.user, cycle, open_letter, now)
    if submit(form, lambda: services.write_letter(cycle=cycle, **form.cleaned_data, by=signed_in(request), at=now)):
        return redirect(cycle.address("proposals:letter_edit"))
    context = {
        "letter": open_letter,
        "preview": letter_html(open_letter.body) if open_letter else "",
        "verdict": verdict,
        "by_others": "" if verdict or cycle.phase != Phase.DRAFT else selectors.who_writes_letter(cycle, now),
        "corrections": _corrections(open_letter),
        "may_correct": open_letter is not None and rules.may_correct_letter(request.user, open_letter, now),
    }
    return show_form(request, "proposals/letter_edit.html", form, context)


@require_http_methods(["GET", "POST"])
@cycle_view
def letter_publish(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Publish the letter after a confirmation."""
    now = timezone.now()
    open_letter = found(selectors.letter_of(cycle))
    require(rules.may_write_letter(request.user, cycle, open_letter, now))
    if request.method == "POST":
        seen = parameters.whole(request.POST, "seen")
        services.publish_letter(letter=open_letter, seen=seen, by=signed_in(request), at=now)
        return redirect(cycle.address("proposals:letter"))
    return show_question(
        request,
        title=_("Publish the open letter"),
        label=_("Publish"),
        seen=mark_of(open_letter),
        text=open_letter.title,
        consequences=[
            *_what_begins(cycle),
            _("Everyone can read the letter from now on, and the year is public."),
            _("Its text is changed by a correction only, which everyone sees with its reason; the aspects stay."),
        ],
        cancel_url=cycle.address("proposals:letter_edit"),
    )


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def letter_correct(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Correct the published letter; what it said before stays in sight with the reason."""
    now = timezone.now()
    open_letter = found(selectors.letter_of(cycle))
    require(rules.may_correct_letter(request.user, open_letter, now))
    corrections = _corrections(open_letter)
    initial = {name: getattr(open_letter, name) for name in WORDS} | {"seen": len(corrections)}
    form = CorrectionForm(request.POST or None, initial=initial)
    if parameters.word(request.POST, "step", STEPS) == "preview" and form.is_valid():
        preview = letter_html(form.cleaned_data["body"])
        context = {"form": form, "preview": preview, "given": form.cleaned_data, "now": now}
        return render(request, "proposals/letter_correct.html", context)
    by = signed_in(request)
    if submit(form, lambda: services.correct_letter(letter=open_letter, **form.cleaned_data, by=by, at=now)):
        return redirect(cycle.address("proposals:letter"))
    context = {"letter": open_letter, "reads": letter_html(open_letter.body)}
    return show_form(request, "proposals/letter_correct.html", form, context)


def _what_begins(cycle: Cycle) -> list[str]:
    """Say between which days suggestions will be collected, where the year has dates."""
    period = cycles.period(cycle, Phase.SOLICIT)
    if period is None:
        return []
    days = {"first": date_format(period.starts_on), "last": date_format(period.ends_on)}
    return [_("Suggestions are collected from %(first)s to %(last)s.") % days]


def _corrections(letter: OpenLetter | None) -> list[tuple[LetterCorrection, str]]:
    """Return the corrections of a letter, the last first, each with the text that stood before it."""
    if letter is None:
        return []
    return [(one, letter_html(one.body)) for one in selectors.corrections_of(letter)]
