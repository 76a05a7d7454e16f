"""The desk for locking a roll: how many deputies are in term by law, with the document that says so."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from livelihood.accounts.once import once
from livelihood.accounts.seen import mark_of
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view
from voting import rules, selectors, services
from voting.acts import VotingAct, all_but
from voting.forms import InTermForm
from voting.views import _shared as shared


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def in_term(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Enter how many deputies are in term by law."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    require(rules.may_state_in_term(user, shown, now))
    seen = mark_of(shown, but=all_but(VotingAct.ROUND_IN_TERM_STATED))
    stated = selectors.in_term_of(shown)
    names = ("deputies", "document", "document_date")
    initial = {"seen": seen} | ({name: getattr(stated, name) for name in names} if stated else {})
    is_kept = stated is not None and bool(stated.file_name)
    form = InTermForm(request.POST or None, request.FILES or None, initial=initial, is_kept=is_kept)
    if submit(form, lambda: services.state_in_term(round_=shown, **form.values(), by=user, at=now)):
        return redirect(shown.address("voting:roll"))
    return show_form(request, "voting/in_term.html", form, {"round": shown, "back_url": shown.address("voting:roll")})


@never_cache
@require_GET
@cycle_view
def in_term_file(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Hand out the document that says how many deputies are in term.

    :raises Http404: there is none.
    """
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    stated = selectors.in_term_of(shared.find_round(cycle, number))
    if stated is None or stated.content is None:
        raise Http404
    return shared.document(stated.content, stated.kind, stated.file_name)
