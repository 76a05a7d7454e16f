"""The desk for rounds: list, create, rules, and the steps of a round one after the other."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.once import once
from livelihood.accounts.seen import mark_of
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel import parameters
from livelihood.kernel.errors import Text
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.verdict import YES, Verdict, require
from livelihood.web.decorators import cycle_view, found
from proposals import selectors as proposals
from voting import follow_ups, halves, papers, rules, selectors, services
from voting.acts import VotingAct, all_but
from voting.forms import NoteForm, RoundForm, RulesForm
from voting.models import Round
from voting.states import BEFORE_OPENING, FINISHED, ROUND_MOVES, RoundState, Step
from voting.views import _shared as shared
from voting.views._acts import ACTS, KINDS, ActButton

SHOWN = "shown"
"""Hidden field of a confirmation: key of the proposal that it showed."""

NEXT: dict[RoundState, tuple[Text, Text]] = {
    RoundState.DRAFT: (_("Write the rules as the session adopted them, then lock them."), _("Congress staff")),
    RoundState.RULES_LOCKED: (
        _("Import the roll, enter how many deputies are in term by law, compare, and lock the roll by two persons."),
        _("Congress staff"),
    ),
    RoundState.ROLL_LOCKED: (_("Open sign-in when deputies come in."), _("Congress staff")),
    RoundState.SIGN_IN: (_("Sign deputies in; with the quorum reached, open the vote."), _("Presiding officer")),
    RoundState.OPEN: (_("Deputies vote. Close when all who are present have voted."), _("Presiding officer")),
    RoundState.PAUSED: (_("Voting is paused. Resume or close it."), _("Presiding officer")),
    RoundState.CLOSED: (_("Count the ballots."), _("Presiding officer or scrutineer")),
    RoundState.COUNTED: (_("Check the sheet, then announce the result."), _("Presiding officer")),
    RoundState.ANNOUNCED: (_("The round is finished."), ""),
    RoundState.VOIDED: (_("The round is void. It can be repeated."), _("Congress staff")),
}
"""What comes next in each state, and whose turn it is."""


@require_GET
@cycle_view
def rounds(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the rounds of the year."""
    now = timezone.now()
    require(rules.may_read_rounds(request.user, cycle, now))
    context = {"rounds": selectors.rounds_of(cycle), "may_create": rules.may_create_round(request.user, cycle, now)}
    return render(request, "voting/round_list.html", context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def round_create(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Create a round, on the frozen list where there is one."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_create_round(user, cycle, now))
    form = RoundForm(request.POST or None)
    if created := submit(form, lambda: services.create_round(cycle=cycle, **form.cleaned_data, by=user, at=now)):
        return redirect(created.result.address("voting:round"))
    is_frozen = bool(proposals.candidates_for(cycle))
    return show_form(request, "voting/round_create.html", form, {"is_frozen": is_frozen})


@require_GET
@cycle_view
def round_(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show a round: where it stands, what is next and by whom, its rules, warnings and steps."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    options = list(selectors.options_of(shown))
    waiting = rules.waiting_step(shown)
    text, who = NEXT[RoundState(shown.state)]
    is_early = shown.state == RoundState.DRAFT and not (shown.is_rehearsal or cycle.phase == Phase.DECIDE)
    if is_early:
        text = _("Bring the roll, print the slips, write the rules. They are locked when the list is decided on.")
    if shown.state in BEFORE_OPENING and not (tried := halves.are_tried(shown)):
        text, who = tried.reason, _("Scrutineers")
    if shown.state == RoundState.CLOSED and not (opened := halves.are_in(shown)):
        text, who = opened.reason, _("Scrutineers")
    if shown.state == RoundState.CLOSED and not (settled := papers.are_settled(shown)):
        text, who = settled.reason, _("Congress staff and scrutineers")
    if shown.state == RoundState.VOIDED and not follow_ups.repeat(shown):
        text, who = _("The round is void; another has followed it."), ""
    if follow_ups.run_off(shown):
        text, who = _("The tie goes to a run-off. Prepare it."), _("Congress staff")
    elif shown.state == RoundState.ANNOUNCED and follow_ups.repeat(shown):
        text, who = _("Seats stayed open and are voted on again. Prepare that round."), _("Congress staff")
    context = {
        "round": shown,
        "may_read_roll": rules.may_read_roll(user, cycle, now),
        "options": options,
        "rules": selectors.rules_rows(shown),
        "warnings": selectors.warnings(shown.seats, len(options)) if options else [],
        "turnout": selectors.turnout(shown),
        "waiting": waiting,
        "log": selectors.log_told(shown),
        "steps": shown.steps.select_related("proposed_by", "confirmed_by", "withdrawn_by").order_by("pk"),
        "next_text": text,
        "next_who": who,
        "acts": (acts := _acts(shown, waiting.step if waiting else None, user, now)),
        "may_do_step": any(verdict and act.kind == "primary" for _slug, act, verdict, _url in acts),
        "may_import": rules.may_import_roll(user, shown, now),
        "may_write_rules": rules.may_write_rules(user, shown, now),
        "may_read_sheet": rules.may_read_sheet(user, shown, now),
        "in_term": selectors.in_term_of(shown),
        "may_state_in_term": rules.may_state_in_term(user, shown, now),
        "may_name_officers": rules.may_name_officers(user, shown, now),
        "is_sealed": halves.are_used(shown),
        "has_papers": shown.state not in (RoundState.DRAFT, *FINISHED) or papers.issued(shown) > 0,
        "may_read_rehearsal": rules.may_read_rehearsal(user, shown, now),
        "shows_notice": shown.state == RoundState.ANNOUNCED and not shown.is_rehearsal,
    }
    return render(request, "voting/round_detail.html", context)


def _acts(shown: Round, waiting: str | None, user: User, at: datetime) -> list[tuple[str, ActButton, Verdict, str]]:
    """Return the acts of a round in its present state: what may be done first, then what is refused and why."""
    acts = [
        (slug, act, verdict, shown.address("voting:round_act", act=slug))
        for slug, act in ACTS.items()
        if _is_in_place(act, slug, shown, waiting)
        and (verdict := act.rule(user, shown, at)).reason is not rules.NOT_YOURS
    ]
    return sorted(acts, key=lambda row: (not row[2], KINDS.index(row[1].kind)))


def _is_in_place(act: ActButton, slug: str, shown: Round, waiting: str | None) -> bool:
    """Say whether the button of an act belongs on the page of a round in its present state."""
    if slug == "withdraw":
        return waiting is not None
    if slug == "run-off":
        return shown.state == RoundState.ANNOUNCED and shown.result.tied_seats > 0
    if slug == "vote-again":
        return shown.state == RoundState.VOIDED or (shown.state == RoundState.ANNOUNCED and shown.result.shortfall > 0)
    if (shown.state, act.verb) not in ROUND_MOVES:
        return False
    return act.step is None or (waiting is None if act.is_proposal else waiting == act.step)


@require_http_methods(["GET", "POST"])
@cycle_view
def round_act(request: HttpRequest, cycle: Cycle, number: int, act: str) -> HttpResponse:
    """Take one step of a round, after a page that says what will happen."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    chosen: ActButton = found(ACTS.get(act))
    require(chosen.rule(user, shown, now))
    label, required = chosen.note or ("", False)
    sent = request.POST if request.method == "POST" else None
    form = NoteForm(sent, label=label, required=required) if chosen.note else None
    if form is None and request.method == "POST":
        outcome = chosen.service(round_=shown, by=user, at=now, **_what_was_read(chosen, request))
        return redirect((outcome if isinstance(outcome, Round) else shown).address("voting:round"))
    if form and submit(form, lambda: chosen.service(round_=shown, note=form.cleaned_data["note"], by=user, at=now)):
        return redirect(shown.address("voting:round"))
    confirmed = rules.waiting_step(shown) if chosen.is_confirmation else None
    bar = selectors.turnout_bar(shown, selectors.turnout(shown)) if chosen.step == Step.CLOSE else None
    context = {
        "round": shown,
        "act": chosen,
        "note": confirmed.note if confirmed else "",
        "hidden": [(SHOWN, confirmed.pk)] if confirmed else [],
        "button_kind": chosen.kind if chosen.kind == "danger" else "primary",
        "bar": bar,
        "quorum": bar.quorum.verdict if bar else YES,
        "awaited": selectors.awaited_by_delegation(shown) if chosen.step == Step.CLOSE else [],
        "check": selectors.roll_check(shown, now) if chosen.step == Step.LOCK_ROLL else None,
        "few": papers.are_enough_to_hide(shown) if chosen.step == Step.CLOSE else YES,
        "is_sealed": chosen.step == Step.OPEN and halves.are_used(shown),
        "own": papers.signed_in_by(shown, user).count() if chosen is ACTS["hand-out-papers"] else 0,
        "copies": selectors.log_copies() if chosen.step == Step.OPEN else [],
        "absent": selectors.absent_by_delegation(shown) if chosen.step == Step.CLOSE else [],
        "cancel_url": shown.address("voting:round"),
    }
    if form is None:
        return render(request, "voting/round_act.html", context)
    return show_form(request, "voting/round_act.html", form, context)


def _what_was_read(chosen: ActButton, request: HttpRequest) -> dict[str, int]:
    """Return which proposal the page showed that confirms it; 0, which is none, for a page that does not say."""
    if not chosen.is_confirmation:
        return {}
    return {SHOWN: parameters.whole(request.POST, SHOWN) or 0}


@require_http_methods(["GET", "POST"])
@cycle_view
def round_rules(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Write the rules of a draft."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    require(rules.may_write_rules(user, shown, now))
    seen = mark_of(shown, but=all_but(VotingAct.ROUND_RULES_WRITTEN))
    form = RulesForm(shared.find_round(cycle, number), request.POST or None, seen=seen)
    if submit(form, lambda: services.write_rules(round_=shown, **form.values(), by=user, at=now)):
        return redirect(shown.address("voting:round"))
    return show_form(
        request, "voting/round_rules.html", form, {"round": shown, "back_url": shown.address("voting:round")}
    )
