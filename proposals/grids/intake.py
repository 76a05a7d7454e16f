"""Suggestions as they come in: checked, declined, handed over, linked, answered, many at once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import IllegalMove, Refusals
from livelihood.kernel.text import mask_personal
from livelihood.kernel.verdict import Verdict, no
from livelihood.lists.grids.declared import Counts, Grid, GridAct, GridColumn, GridFilter, declare, one_by_one
from livelihood.web.templatetags.web import choice, moment
from proposals import rules, selectors, services
from proposals.filters import IntakeFilter
from proposals.forms import AskForm, BehindNeedForm, DeclineForm, HandOverForm, ReplyForm
from proposals.models import Suggestion
from proposals.querysets import UNANSWERED
from proposals.states import NEVER, SUGGESTION_MOVES, Channel, SuggestionState

WORDS = (("title", _("Public title")), ("matter", _("Public matter")), ("wish", _("Public wish")))


def _worded(row: Suggestion, name: str) -> str:
    """Return a text in its checked wording; before the check as it was sent, without personal data."""
    return getattr(row, f"public_{name}") or mask_personal(getattr(row, name))


def _named(row: Suggestion) -> str:
    return f"{row.number} {_worded(row, 'title')}"


def _opened(row: Suggestion, cycle: Cycle) -> str:
    return cycle.address("proposals:desk_suggestion", number=row.number)


def _number(row: Suggestion, cycle: Cycle) -> SafeString:
    return format_html('<a class="key" href="{}">{}</a>', _opened(row, cycle), row.number)


BADGE = '<span class="badge badge-ok">{}</span>'


def _state(row: Suggestion, _cycle: Cycle) -> SafeString:
    cell = format_html("{}", choice(row, "state"))
    if row.is_linked:
        cell += format_html(f" {BADGE}", _("has a need"))
    if row.is_replied:
        cell += format_html(f" {BADGE}", _("answered"))
    return cell


def _due(row: Suggestion, _cycle: Cycle) -> Any:
    """Show by when an answer is due that nobody has given, and that the day has passed."""
    if row.due_on == NEVER or not row.is_waiting:
        return "–"
    day = moment(row.due_on)
    if row.due_on >= timezone.localdate():
        return day
    return format_html('{} <span class="badge badge-need">{}</span>', day, _("overdue"))


def _settle(row: Suggestion, cycle: Cycle) -> None:
    row.cycle = cycle


def _may(verb: str, rule: Callable[[User, Suggestion, datetime], Verdict]) -> Callable[..., Verdict]:
    """Return the rule of an act, asked after the table of moves."""

    def may(user: User, row: Suggestion, at: datetime) -> Verdict:
        verdict = rule(user, row, at)
        if verdict and (row.state, verb) not in SUGGESTION_MOVES:
            return no(IllegalMove.message)
        return verdict

    return may


def _may_decline(user: User, row: Suggestion, at: datetime) -> Verdict:
    verdict = rules.may_screen(user, row, at)
    return no(rules.BEHIND_A_NEED) if verdict and row.is_linked else verdict


def _accept(row: Suggestion, **given: Any) -> object:
    wording: dict[str, Any] = {f"public_{name}": _worded(row, name) for name, _label in WORDS}
    return services.accept_suggestion(suggestion=row, **wording, **given)


def _upon(service: Callable[..., object]) -> Callable[..., Refusals]:
    return one_by_one(lambda row, **given: service(suggestion=row, **given))


def _reply_form(cycle: Cycle, user: User, at: datetime, data: Any) -> forms.Form:
    mandates = accounts.mandates_for(user, Permission.REPLY_TO_SUGGESTIONS, cycle.area, at)
    return ReplyForm(cycle.area, mandates, data)


def _claimed(row: Suggestion, _cycle: Cycle) -> str:
    """Return who has taken a suggestion that waits."""
    claim = getattr(row, "claim", None) if row.state == SuggestionState.RECEIVED else None
    return claim.claimed_by.name if claim and claim.lapses_at > timezone.now() else ""


def _signs(row: Suggestion, _cycle: Cycle) -> str:
    return "、".join(selectors.signs_of(row)) if row.points else ""


ACTS = (
    GridAct(
        "claim",
        "T",
        _("Take to check"),
        _("For an hour nobody else checks them; what is taken and not checked is free again after that."),
        ngettext_lazy("%(count)d suggestion was taken.", "%(count)d suggestions were taken.", "count"),
        rules.may_claim,
        _upon(services.claim_suggestion),
        overturns=False,
    ),
    GridAct(
        "give_back",
        "B",
        _("Give back"),
        _("Others can check them at once."),
        ngettext_lazy("%(count)d suggestion was given back.", "%(count)d suggestions were given back.", "count"),
        rules.may_give_back,
        _upon(services.give_back_suggestion),
        overturns=False,
    ),
    GridAct(
        "accept",
        "A",
        _("Accept and publish"),
        _("Each becomes public in the wording below. Read it: personal data was masked by rule, not by eye."),
        ngettext_lazy("%(count)d suggestion was accepted.", "%(count)d suggestions were accepted.", "count"),
        _may("accept", rules.may_screen),
        one_by_one(_accept),
        read=lambda row: [(label, _worded(row, name)) for name, label in WORDS],
    ),
    GridAct(
        "decline",
        "D",
        _("Not take up"),
        _("Each sender reads the reason and the explanation on the page of their suggestion."),
        ngettext_lazy("%(count)d suggestion was not taken up.", "%(count)d suggestions were not taken up.", "count"),
        _may("decline", _may_decline),
        _upon(services.decline_suggestion),
        lambda _cycle, _user, _at, data: DeclineForm(data),
    ),
    GridAct(
        "hand_over",
        "H",
        _("Hand over"),
        _("Each sender reads where their suggestion went, and why. It cannot be taken back."),
        ngettext_lazy("%(count)d suggestion was handed over.", "%(count)d suggestions were handed over.", "count"),
        _may("hand_over", rules.may_screen),
        _upon(services.hand_over_suggestion),
        lambda _cycle, _user, _at, data: HandOverForm(data),
    ),
    GridAct(
        "ask",
        "K",
        _("Ask the sender"),
        _("Each sender reads the question with number and code; until they answer, the clock of the answer stands."),
        ngettext_lazy("%(count)d sender was asked.", "%(count)d senders were asked.", "count"),
        rules.may_ask_of,
        _upon(services.ask_sender),
        lambda _cycle, _user, _at, data: AskForm(data),
        overturns=False,
    ),
    GridAct(
        "link",
        "L",
        _("Put behind a need"),
        _("All of them stand behind the one need, and their senders see what becomes of it."),
        ngettext_lazy("%(count)d suggestion was put behind it.", "%(count)d suggestions were put behind it.", "count"),
        rules.may_link,
        _upon(services.link_suggestion),
        lambda cycle, _user, _at, data: BehindNeedForm(cycle, data),
    ),
    GridAct(
        "reply",
        "R",
        _("Reply"),
        _("Each sender reads the answer, number, title and need filled in. Where it is set, another one sends it."),
        ngettext_lazy("%(count)d suggestion was answered.", "%(count)d suggestions were answered.", "count"),
        rules.may_reply,
        _upon(services.reply_to_suggestion),
        _reply_form,
    ),
)


def _totals(cycle: Cycle) -> tuple[int, Counts]:
    counts = selectors.counts(cycle)
    states = {state.value: counts[state.value] for state in SuggestionState}
    return counts["total"], {"state": states, "answer": {"wanted": counts["unanswered"]}}


def _answer(_cycle: Cycle, _name: str) -> Case:
    return Case(When(UNANSWERED, then=Value("wanted")), default=Value(""))


def _objected(_cycle: Cycle, _name: str) -> Case:
    return Case(When(objection__isnull=False, objection__answered_at=None, then=Value("waiting")), default=Value(""))


INTAKE = Grid(
    name="intake",
    title=_("Suggestions"),
    page="proposals:intake",
    columns=(
        GridColumn("number", _("Number"), _number, names_row=True),
        GridColumn("title", _("Title"), lambda row, _cycle: _worded(row, "title"), names_row=True, is_long=True),
        GridColumn(
            "received", _("Received"), lambda row, _cycle: moment(timezone.localdate(row.received_at)), order="received"
        ),
        GridColumn("channel", _("Channel"), lambda row, _cycle: choice(row, "channel")),
        GridColumn(
            "aspect",
            _("Aspect"),
            lambda row, _cycle: row.aspect.name if row.aspect else "–",
            is_aside=True,
            is_long=True,
        ),
        GridColumn("place", _("Place"), lambda row, _cycle: row.area.name, is_aside=True, is_long=True),
        GridColumn("state", _("State"), _state),
        GridColumn("claimed", _("Taken by"), _claimed, is_aside=True),
        GridColumn("signs", _("Signs of spam"), _signs, order="points", is_usual=False, is_aside=True),
        GridColumn("due", _("Answer due"), _due, order="due"),
    ),
    orders={
        "received": ["received_at", "pk"],
        "-received": ["-received_at", "-pk"],
        "points": ["points", "received_at", "pk"],
        "-points": ["-points", "-received_at", "-pk"],
        "due": ["due_on", "pk"],
    },
    filters=IntakeFilter,
    lists=lambda cycle, _user, _at: [selectors.intake_queue(cycle)],
    named=_named,
    opened=_opened,
    chips=(
        GridFilter("state", _("State"), lambda _cycle: SuggestionState.choices),
        GridFilter("claimed", _("Taken"), lambda _cycle: IntakeFilter.CLAIMED, counted=None),
        GridFilter("answer", _("Answer"), lambda _cycle: IntakeFilter.ANSWER, counted=_answer),
        GridFilter("due", _("Answer due"), lambda _cycle: IntakeFilter.DUE, counted=None),
        GridFilter("objection", _("Objection"), lambda _cycle: IntakeFilter.OBJECTION, counted=_objected),
        GridFilter("channel", _("Channel"), lambda _cycle: Channel.choices),
        GridFilter("aspect", _("Aspect"), cycles.aspect_choices, counted=lambda _cycle, _name: F("aspect__number")),
    ),
    acts=ACTS,
    joined=(*selectors.NAMES, "claim__claimed_by", "weight"),
    searched=_("Search number or public wording"),
    settle=_settle,
    totals=_totals,
)
declare(INTAKE)
