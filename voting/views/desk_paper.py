"""The desk for paper: ballots handed out on the roll, and those that came back, counted and entered twice."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from livelihood.accounts.models import User
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from voting import rules, selectors, services
from voting.forms import PaperSheetForm, ReturnedForm
from voting.models import PaperStack, RollEntry
from voting.models.paper import HANDS
from voting.papers import are_possible, signed_in_by
from voting.views import _shared as shared


@require_http_methods(["POST"])
@cycle_view
def paper(request: HttpRequest, cycle: Cycle, number: int, line: int) -> HttpResponse:
    """Hand a deputy a paper ballot, or take it back."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    entry: RollEntry = found(selectors.entry_at(shown, line))
    act = services.take_back_paper if parameters.is_given(request.POST, "back") else services.hand_out_paper
    act(entry=entry, by=user, at=now)
    return redirect(f"{shown.address('voting:roll')}?{request.GET.urlencode()}#line-{line}")


@never_cache
@require_http_methods(["GET", "POST"])
@cycle_view
def papers(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show how far the papers of a round are; write down how many came back."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    progress = selectors.paper_progress(shown)
    form = ReturnedForm(request.POST or None)
    if submit(form, lambda: services.count_papers(round_=shown, **form.cleaned_data, by=user, at=now)):
        return redirect(shown.address("voting:papers"))
    may_hand_out = rules.may_hand_out_papers(user, shown, now)
    own = signed_in_by(shown, user).count() if may_hand_out else 0
    may_print, may_enter = rules.may_print_ballot(user, shown, now), rules.may_enter_papers(user, shown, now)
    context = {
        "round": shown,
        "no_paper": are_possible(shown).reason,
        "progress": progress,
        "may_print": may_print,
        "shows_print": progress.stack is None and may_print.reason is not rules.NOT_YOURS,
        "may_hand_out": may_hand_out,
        "own": own,
        "others": progress.waiting - own,
        "may_count": rules.may_count_papers(user, shown, now),
        "may_enter": may_enter,
        "may_merge": rules.may_merge_papers(user, shown, now),
        "next": selectors.next_sheet(progress.stack, user) if may_enter and progress.stack else None,
        "ballot_url": shown.address("voting:blank_ballot_pdf"),
        "hand_out_url": shown.address("voting:round_act", act="hand-out-papers"),
        "merge_url": shown.address("voting:round_act", act="merge-papers"),
    }
    return show_form(request, "voting/paper_stack.html", form, context)


@never_cache
@require_http_methods(["GET", "POST"])
@cycle_view
def paper_sheet(request: HttpRequest, cycle: Cycle, number: int, sheet: int) -> HttpResponse:
    """Enter what one reads on a sheet; show what another read once one has read it oneself."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    require(rules.may_enter_papers(user, shown, now))
    stack: PaperStack = shown.paper_stack
    if not 1 <= sheet <= stack.returned:
        found(None)
    readings = selectors.readings_for(stack, sheet, user)
    own = next((reading for reading in readings if reading.teller_id == user.pk), None)
    options = list(selectors.options_of(shown))
    form = PaperSheetForm(shown, options, own.marks if own else "", request.POST or None)
    if submit(form, lambda: services.enter_paper(round_=shown, number=sheet, marks=form.marks(), by=user, at=now)):
        return redirect(_next_page(stack, sheet, user))
    labels = PaperSheetForm.marks_of(shown)
    context = {
        "round": shown,
        "stack": stack,
        "sheet": sheet,
        "own": own,
        "may_read": own is not None or len(readings) < len(HANDS),
        "tellers": [reading.teller.name for reading in readings],
        "lines": [
            (row.option, [labels.get(mark, _("Invalid as a whole")) for mark in row.marks], row.differs)
            for row in selectors.lines_read(shown, readings)
        ]
        if len(readings) == len(HANDS)
        else [],
    }
    return show_form(request, "voting/paper_sheet.html", form, context)


def _next_page(stack: PaperStack, sheet: int, teller: User) -> str:
    """Return where a teller goes after a sheet: to the sheet itself where two persons read it differently."""
    marks = {reading.marks for reading in selectors.readings_for(stack, sheet, teller)}
    following = sheet if len(marks) > 1 else selectors.next_sheet(stack, teller)
    if following is None:
        return stack.round.address("voting:papers")
    return stack.round.address("voting:paper_sheet", sheet=following)
