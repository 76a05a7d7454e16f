"""The desk for rounds: list, create, rules, and the steps of a round one after the other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from livelihood.accounts.models import User
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Text
from livelihood.kernel.forms import done
from livelihood.kernel.verdict import YES, Verdict, require
from livelihood.web.decorators import cycle_view, found
from voting import papers, rules, selectors, services
from voting.forms import NoteForm, RoundForm, RulesForm
from voting.models import Round
from voting.states import FINISHED, ROUND_MOVES, RoundState, Step
from voting.views import _shared as shared

Rule = Callable[[User, Round, datetime], Verdict]


@dataclass(frozen=True, slots=True)
class Act:
    """A step of a round as a button and a confirmation page.

    verb: of the machine; the button stands where the machine knows it. step: for those that take two persons.
    consequences: what will happen, in sentences. note: label of the note, with whether it is required.
    """

    label: Text
    rule: Rule
    service: Callable[..., Any]
    consequences: tuple[Text, ...]
    verb: str = ""
    step: Step | None = None
    is_proposal: bool = False
    note: tuple[Text, bool] | None = None
    kind: str = "primary"

    @property
    def is_confirmation(self) -> bool:
        """Whether a second person confirms by it what the presiding officer proposed."""
        return self.step is not None and not self.is_proposal


def _propose(step: Step) -> Rule:
    return lambda user, round_, at: rules.may_propose_step(user, round_, step, at)


def _confirm(step: Step) -> Rule:
    return lambda user, round_, at: rules.may_confirm_step(user, round_, step, at)


SHOWN = "shown"
"""Hidden field of a confirmation: key of the proposal that it showed."""

_SECOND = _("A scrutineer must confirm it before anything happens.")

ACTS: dict[str, Act] = {
    "lock-rules": Act(
        _("Lock the rules"),
        rules.may_write_rules,
        services.lock_rules,
        (_("Rules, candidates and seats are fixed; the database refuses every change."),),
        verb="lock_rules",
    ),
    "lock-roll": Act(
        _("Lock the roll"),
        rules.may_lock_roll,
        services.lock_roll,
        (_("Who may vote is fixed. Only signing in and having voted are noted from now on."),),
        verb="lock_roll",
    ),
    "open-sign-in": Act(
        _("Open sign-in"),
        rules.may_open_sign_in,
        services.open_sign_in,
        (_("Deputies can sign in, and the hall's screen shows a code."),),
        verb="open_sign_in",
    ),
    "propose-open": Act(
        _("Propose to open the vote"),
        _propose(Step.OPEN),
        partial(services.propose_step, step=Step.OPEN),
        (_SECOND,),
        verb="open",
        step=Step.OPEN,
        is_proposal=True,
    ),
    "confirm-open": Act(
        _("Confirm: open the vote"),
        _confirm(Step.OPEN),
        services.open_round,
        (_("Deputies who are signed in can vote from this moment."),),
        verb="open",
        step=Step.OPEN,
    ),
    "pause": Act(
        _("Pause the vote"),
        rules.may_pause_round,
        services.pause_round,
        (_("No ballot is taken until the vote is resumed. What is in the urn stays."),),
        verb="pause",
        kind="secondary",
    ),
    "resume": Act(
        _("Resume the vote"), rules.may_resume_round, services.resume_round, (_("Ballots are taken again."),), "resume"
    ),
    "propose-close": Act(
        _("Propose to close the vote"),
        _propose(Step.CLOSE),
        partial(services.propose_step, step=Step.CLOSE),
        (_SECOND,),
        verb="close",
        step=Step.CLOSE,
        is_proposal=True,
        note=(_("Remark; needed where the quorum is lost"), False),
    ),
    "confirm-close": Act(
        _("Confirm: close the vote"),
        _confirm(Step.CLOSE),
        services.close_round,
        (_("No ballot is taken any more."), _("The ballots are mixed; from then on nobody can tell whose they are.")),
        verb="close",
        step=Step.CLOSE,
    ),
    "count": Act(
        _("Count the ballots"),
        rules.may_count_round,
        services.count_round,
        (_("The ballots are counted by the locked rules; who runs the round sees the figures, nobody else yet."),),
        verb="count",
    ),
    "propose-announce": Act(
        _("Propose to announce the result"),
        _propose(Step.ANNOUNCE),
        partial(services.propose_step, step=Step.ANNOUNCE),
        (_SECOND,),
        verb="announce",
        step=Step.ANNOUNCE,
        is_proposal=True,
        note=(_("Number of the announcement"), False),
    ),
    "confirm-announce": Act(
        _("Confirm: announce the result"),
        _confirm(Step.ANNOUNCE),
        services.announce_round,
        (_("The result is public and final. The chosen candidates go on to be carried out."),),
        verb="announce",
        step=Step.ANNOUNCE,
    ),
    "propose-void": Act(
        _("Propose to declare the round void"),
        _propose(Step.VOID),
        partial(services.propose_step, step=Step.VOID),
        (_SECOND,),
        verb="void",
        step=Step.VOID,
        is_proposal=True,
        note=(_("Why the round is void"), True),
        kind="quiet",
    ),
    "confirm-void": Act(
        _("Confirm: the round is void"),
        _confirm(Step.VOID),
        services.void_round,
        (_("The round ends without a result; ballots still in the urn are destroyed."), _("It can be repeated.")),
        verb="void",
        step=Step.VOID,
        kind="danger",
    ),
    "propose-paper": Act(
        _("Propose to hold the whole round on paper"),
        _propose(Step.MOVE_TO_PAPER),
        partial(services.propose_step, step=Step.MOVE_TO_PAPER),
        (_SECOND,),
        verb="move_to_paper",
        step=Step.MOVE_TO_PAPER,
        is_proposal=True,
        note=(_("Why the round moves to paper"), True),
        kind="quiet",
    ),
    "confirm-paper": Act(
        _("Confirm: the whole round is held on paper"),
        _confirm(Step.MOVE_TO_PAPER),
        services.move_to_paper,
        (
            _("Ballots cast in the booth are destroyed; nobody counts as having voted."),
            _("Everybody present is noted as holding a paper ballot. Hand them out now."),
            _("The booth stays closed for this round; a round that was closed is open again."),
            _("The result and the record say that the round was held on paper."),
        ),
        verb="move_to_paper",
        step=Step.MOVE_TO_PAPER,
        kind="danger",
    ),
    "hand-out-papers": Act(
        _("Hand a paper to everybody present who has not voted"),
        rules.may_hand_out_papers,
        services.hand_out_papers,
        (
            _("Everybody who is signed in, has not voted and holds no paper is noted as holding one. Hand them out."),
            _("The booth is closed to them. A paper handed out by mistake is taken back on the roll."),
        ),
        kind="secondary",
    ),
    "merge-papers": Act(
        _("Put the paper ballots among the others"),
        rules.may_merge_papers,
        services.merge_papers,
        (
            _("Each sheet becomes a ballot, in random order; then the round can be counted."),
            _("What was entered is erased and can be neither seen nor changed. Keep the papers themselves under seal."),
        ),
    ),
    "withdraw": Act(
        _("Withdraw or refuse this step"),
        rules.may_withdraw_step,
        services.withdraw_step,
        (_("Nothing happens; the step can be proposed again."),),
        kind="secondary",
    ),
    "run-off": Act(
        _("Prepare the run-off"),
        rules.may_start_run_off,
        services.start_run_off,
        (_("A round on the tied candidates alone is created, with this roll and those signed in."),),
    ),
    "vote-again": Act(
        _("Prepare a further vote"),
        rules.may_vote_again,
        services.vote_again,
        (_("A round on the candidates that are still open is created, with this roll and those signed in."),),
    ),
}

KINDS = ("primary", "danger", "secondary", "quiet")
"""Of buttons, the most urgent first."""

NEXT: dict[RoundState, tuple[Text, Text]] = {
    RoundState.DRAFT: (_("Write the rules as the session adopted them, then lock them."), _("Congress staff")),
    RoundState.RULES_LOCKED: (_("Import the roll, check it, lock it."), _("Congress staff")),
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
@cycle_view
def round_create(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Create a round on the frozen list."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_create_round(user, cycle, now))
    form = RoundForm(request.POST or None)
    created: list[Round] = []
    if request.method == "POST" and done(
        form, lambda: created.append(services.create_round(cycle=cycle, **form.cleaned_data, by=user, at=now))
    ):
        return redirect(address("voting:round_rules", created[0]))
    return render(request, "voting/round_create.html", {"form": form}, status=422 if form.is_bound else 200)


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
    if shown.state == RoundState.CLOSED and not (settled := papers.are_settled(shown)):
        text, who = settled.reason, _("Congress staff and scrutineers")
    context = {
        "round": shown,
        "options": options,
        "rules": selectors.rules_rows(shown),
        "warnings": selectors.warnings(shown.seats, len(options)),
        "turnout": selectors.turnout(shown),
        "waiting": waiting,
        "steps": shown.steps.select_related("proposed_by", "confirmed_by", "withdrawn_by").order_by("pk"),
        "next_text": text,
        "next_who": who,
        "acts": [
            (slug, act, verdict, address("voting:round_act", shown, act=slug))
            for slug, act in sorted(ACTS.items(), key=lambda row: KINDS.index(row[1].kind))
            if _is_in_place(act, slug, shown, waiting.step if waiting else None)
            and (verdict := act.rule(user, shown, now)).reason is not rules.NOT_YOURS
        ],
        "may_write_rules": rules.may_write_rules(user, shown, now),
        "may_read_sheet": rules.may_read_sheet(user, shown, now),
        "may_name_officers": rules.may_name_officers(user, shown, now),
        "has_papers": shown.state not in (RoundState.DRAFT, *FINISHED) or papers.issued(shown) > 0,
        "may_read_rehearsal": rules.may_read_rehearsal(user, shown, now),
        "shows_notice": shown.state == RoundState.ANNOUNCED and not shown.is_rehearsal,
    }
    return render(request, "voting/round_detail.html", context)


def _is_in_place(act: Act, slug: str, shown: Round, waiting: str | None) -> bool:
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
    chosen: Act = found(ACTS.get(act))
    require(chosen.rule(user, shown, now))
    label, required = chosen.note or ("", False)
    form = (
        NoteForm(request.POST if request.method == "POST" else None, label=label, required=required)
        if chosen.note
        else None
    )
    if request.method == "POST":
        if form is None:
            outcome = chosen.service(round_=shown, by=user, at=now, **_what_was_read(chosen, request))
            return redirect(address("voting:round", outcome if isinstance(outcome, Round) else shown))
        if done(form, lambda: chosen.service(round_=shown, note=form.cleaned_data["note"], by=user, at=now)):
            return redirect(address("voting:round", shown))
    confirmed = rules.waiting_step(shown) if chosen.is_confirmation else None
    context = {
        "round": shown,
        "act": chosen,
        "form": form,
        "note": confirmed.note if confirmed else "",
        "hidden": [(SHOWN, confirmed.pk)] if confirmed else [],
        "button_kind": chosen.kind if chosen.kind == "danger" else "primary",
        "quorum": rules.keeps_quorum(shown) if chosen.step == Step.CLOSE else YES,
        "few": papers.are_enough_to_hide(shown) if chosen.step == Step.CLOSE else YES,
        "cancel_url": address("voting:round", shown),
    }
    return render(request, "voting/round_act.html", context, status=422 if form and form.is_bound else 200)


def _what_was_read(chosen: Act, request: HttpRequest) -> dict[str, int]:
    """Return which proposal the page showed that confirms it; 0, which is none, for a page that does not say."""
    if not chosen.is_confirmation:
        return {}
    key = request.POST.get(SHOWN, "")
    return {SHOWN: int(key) if key.isascii() and key.isdigit() else 0}


@require_http_methods(["GET", "POST"])
@cycle_view
def round_rules(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Write the rules of a draft."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    require(rules.may_write_rules(user, shown, now))
    form = RulesForm(shown, request.POST or None)
    if request.method == "POST" and done(
        form, lambda: services.write_rules(round_=shown, **form.values(), by=user, at=now)
    ):
        return redirect(address("voting:round", shown))
    context = {"round": shown, "form": form, "back_url": address("voting:round", shown)}
    return render(request, "voting/round_rules.html", context, status=422 if form.is_bound else 200)


def address(name: str, shown: Round, **more: object) -> str:
    """Return the address of a page of a round."""
    cycle = shown.cycle
    return reverse(name, kwargs={"area": cycle.area.slug, "year": cycle.year, "number": shown.number, **more})
