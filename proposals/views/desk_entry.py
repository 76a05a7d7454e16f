"""The desk for what came by letter, call or visit, typed in like every suggestion; and the poster that asks."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from livelihood.accounts.models import User
from livelihood.accounts.selectors import signed_in
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel import numbers, parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view
from proposals import rules, services
from proposals.forms import CONTACT_FIELDS, EnteredSuggestionForm, contact_of
from proposals.states import Channel
from proposals.views._shared import notice_shown


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@cycle_view
def suggestion_enter(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Type a suggestion in; the receipt is for who sent it, and channel and day are kept for the next one."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_suggest(user, cycle, Channel.LETTER, now))
    initial = {
        "idempotency_key": numbers.opaque_id(),
        "area": cycle.area.code,
        "channel": parameters.word(request.GET, "channel", Channel.values),
        "received_on": parameters.day(request.GET, "received_on") or timezone.localdate(now),
    }
    form = EnteredSuggestionForm(cycle, request.POST or None, notice=notice_shown(request), initial=initial)
    if taken := submit(form, lambda: _submit(cycle, form, user)):
        page = cycle.address("proposals:track")
        kept = urlencode({name: form.cleaned_data[name] for name in ("channel", "received_on")})
        context = {
            "receipt": taken.result,
            "follow_url": f"{settings.SITE_URL}{page}?{urlencode({'number': taken.result.number})}",
            "again_url": f"{request.path}?{kept}",
        }
        return render(request, "proposals/suggestion_entered.html", context)
    return show_form(request, "proposals/suggestion_enter.html", form)


@require_GET
@cycle_view
def poster(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show the address of the public form, large and as a QR code, to be printed and put up."""
    require(rules.may_read_desk(request.user, cycle, timezone.now()))
    context = {
        "form_url": f"{settings.SITE_URL}{cycle.address('proposals:suggest')}",
        "period": cycles.period(cycle, Phase.SOLICIT),
    }
    return render(request, "proposals/poster.html", context)


def _submit(cycle: Cycle, form: EnteredSuggestionForm, by: User) -> services.SuggestionReceipt:
    data = {name: value for name, value in form.cleaned_data.items() if name not in CONTACT_FIELDS}
    contact = contact_of(form.cleaned_data)
    return services.submit_suggestion(cycle=cycle, **data, contact=contact, by=by, at=timezone.now())
