"""Who may suggest, screen, answer and draft, and when: role ∧ phase ∧ object, with the reason."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.module_loading import import_string
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.verdict import YES, Verdict, no
from proposals.models import Candidate, CandidateList, Claim, DeskNote, Need, OpenLetter, ReplyDraft, Suggestion
from proposals.querysets import OFF_THE_LIST
from proposals.states import CandidateState, Channel, LetterState, SuggestionState

CLOSED = _("This year is closed and can only be read.")
NOT_COLLECTING = _(
    "Suggestions are not being collected now. The year has moved on; you can follow what became of them."
)
NOT_PLANNING = _("Candidates are built in the planning phase only.")
NOT_YOURS = _("Your role does not include this task in this area.")
BEHIND_A_NEED = _("This suggestion stands behind a need. Unlink it first.")
CHECKED = _("It has been checked already.")
FROZEN = _("The candidate list is frozen and cannot be changed.")


def may_write_letter(user: Person, cycle: Cycle, letter: OpenLetter | None, at: datetime) -> Verdict:
    """May: livelihood office, in the draft of a year that collects suggestions here; publishing it begins the year."""
    if not accounts.has(user, Permission.PUBLISH_LETTER, cycle.area, at):
        return no(NOT_YOURS)
    if letter is not None and letter.state == LetterState.PUBLISHED:
        return no(_("The letter is published; it is changed by a correction only."))
    if cycle.decision_mode == DecisionMode.ELSEWHERE:
        return no(_("The list of this year was decided elsewhere; it has no letter here."))
    if cycle.phase != Phase.DRAFT:
        return no(_("The letter is written before the year begins, and published to begin it."))
    return YES


def may_correct_letter(user: Person, letter: OpenLetter, at: datetime) -> Verdict:
    """May: livelihood office, once the letter is published and as long as suggestions are collected."""
    if not accounts.has(user, Permission.PUBLISH_LETTER, letter.cycle.area, at):
        return no(NOT_YOURS)
    if letter.state != LetterState.PUBLISHED:
        return no(_("The letter is not published yet. Change its draft instead."))
    if letter.cycle.phase != Phase.SOLICIT:
        return no(_("The letter is corrected while suggestions are collected; now it stays as it is."))
    return YES


def may_suggest(user: Person, cycle: Cycle, channel: Channel, at: datetime) -> Verdict:
    """May: anyone through the portal within the dates of the phase; the livelihood office for every other channel.

    What came by another channel is typed in as long as the phase lasts; whether it came in time, `may_come` says.
    """
    if channel != Channel.WEB and not accounts.has(user, Permission.SCREEN_SUGGESTIONS, cycle.area, at):
        return no(NOT_YOURS)
    if cycle.phase == Phase.DRAFT:
        return no(_("The collection of suggestions has not begun yet."))
    if cycle.phase != Phase.SOLICIT:
        return no(NOT_COLLECTING)
    return may_come(cycle, channel, at) if channel == Channel.WEB else YES


def may_come(cycle: Cycle, channel: Channel, received_at: datetime) -> Verdict:
    """May: until the last day; through the portal from the first day on, by the other channels all year."""
    period, day = cycles.period(cycle, Phase.SOLICIT), timezone.localdate(received_at)
    if period is not None and channel == Channel.WEB and day < period.starts_on:
        return no(_("The collection of suggestions has not begun yet. Its dates are shown at the top of the page."))
    if period is not None and day > period.ends_on:
        return no(_("The last day for suggestions has passed. You can still follow those that were sent."))
    return YES


def may_read_intake(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: who screens or answers suggestions, and the auditor; contacts and original texts are another right."""
    wanted = (Permission.SCREEN_SUGGESTIONS, Permission.REPLY_TO_SUGGESTIONS, Permission.READ_JOURNAL)
    if any(accounts.has(user, permission, cycle.area, at) for permission in wanted):
        return YES
    return no(NOT_YOURS)


def may_read_desk(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: everyone who works at a desk in the area."""
    return YES if accounts.has(user, Permission.READ_DESK, cycle.area, at) else no(NOT_YOURS)


def may_read_contact(user: Person, suggestion: Suggestion, at: datetime) -> Verdict:
    """May: who holds the right to read contacts in the area; in every phase."""
    if accounts.has(user, Permission.READ_CONTACTS, suggestion.cycle.area, at):
        return YES
    return no(_("Only who answers citizens may read their contact and original text."))


def may_erase(user: Person, suggestion: Suggestion, at: datetime) -> Verdict:
    """May: who answers citizens, and so hears what they want removed; in every phase, a closed year too."""
    return may_read_contact(user, suggestion, at)


def may_screen(user: Person, suggestion: Suggestion, at: datetime) -> Verdict:
    """May: livelihood office, until planning ends; not what a colleague has taken to check."""
    verdict = may_shape_needs(user, suggestion.cycle, at)
    return taken(user, suggestion, at) if verdict else verdict


def taken(user: Person, suggestion: Suggestion, at: datetime) -> Verdict:
    """Say whether a suggestion that waits is free for somebody: nobody else has taken it, or it has lapsed."""
    claim: Claim | None = getattr(suggestion, "claim", None) if suggestion.state == SuggestionState.RECEIVED else None
    if claim is None or claim.claimed_by_id == getattr(user, "pk", None) or claim.lapses_at <= at:
        return YES
    until = time_format(timezone.localtime(claim.lapses_at), "H:i")
    return no(format_lazy(_("{name} has taken it, until {time}."), name=claim.claimed_by.name, time=until))


def may_claim(user: Person, suggestion: Suggestion, at: datetime) -> Verdict:
    """May: as for screening, while it waits for a check."""
    verdict = may_screen(user, suggestion, at)
    return verdict if not verdict or suggestion.state == SuggestionState.RECEIVED else no(CHECKED)


def may_give_back(user: Person, suggestion: Suggestion, at: datetime) -> Verdict:
    """May: who has taken it."""
    claim: Claim | None = getattr(suggestion, "claim", None)
    if claim is not None and claim.claimed_by_id == getattr(user, "pk", None):
        return YES
    return no(_("You have not taken it."))


def may_list_words(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: livelihood office, for its area, in every phase."""
    return YES if accounts.has(user, Permission.SCREEN_SUGGESTIONS, cycle.area, at) else no(NOT_YOURS)


def may_decline(user: Person, suggestion: Suggestion, at: datetime) -> Verdict:
    """May: as for screening, and no need rests on the suggestion."""
    verdict = may_screen(user, suggestion, at)
    if verdict and suggestion.links.live().exists():
        return no(BEHIND_A_NEED)
    return verdict


def may_shape_needs(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: livelihood office, while suggestions are collected and candidates planned."""
    if not accounts.has(user, Permission.SCREEN_SUGGESTIONS, cycle.area, at):
        return no(NOT_YOURS)
    if cycle.phase == Phase.CLOSED:
        return no(CLOSED)
    if cycle.phase not in {Phase.SOLICIT, Phase.PLAN}:
        return no(_("Suggestions and needs are worked on until planning ends."))
    return YES


def may_link(user: Person, suggestion: Suggestion, at: datetime) -> Verdict:
    """May: as for needs, and the suggestion is taken up."""
    verdict = may_shape_needs(user, suggestion.cycle, at)
    if verdict and suggestion.state != SuggestionState.ACCEPTED:
        return no(_("Only a suggestion that was accepted can stand behind a need."))
    return verdict


def may_link_candidate(user: Person, candidate: Candidate, at: datetime) -> Verdict:
    """May: as for needs, also after the freeze; not to a candidate that is left off the list.

    The list says what is decided on, a need whose wish it is: who came late is not told that nothing became of it.
    """
    verdict = may_shape_needs(user, candidate.cycle, at)
    if verdict and candidate.state in OFF_THE_LIST:
        return no(_("This candidate was not adopted."))
    return verdict


def may_object(suggestion: Suggestion) -> Verdict:
    """May: who has shown number and code, while needs are worked on, against the need that it stands behind."""
    if suggestion.cycle.phase not in {Phase.SOLICIT, Phase.PLAN}:
        return no(_("Suggestions and needs are worked on until planning ends."))
    if not suggestion.is_linked:
        return no(_("This suggestion stands behind no need."))
    return YES


def may_answer_objection(user: Person, suggestion: Suggestion, at: datetime) -> Verdict:
    """May: livelihood office, until the year is closed."""
    if not accounts.has(user, Permission.SCREEN_SUGGESTIONS, suggestion.cycle.area, at):
        return no(NOT_YOURS)
    return no(CLOSED) if suggestion.cycle.phase == Phase.CLOSED else YES


def may_reply(user: Person, suggestion: Suggestion, at: datetime) -> Verdict:
    """May: livelihood office and departments, to what has been checked, until the year is closed."""
    if not accounts.has(user, Permission.REPLY_TO_SUGGESTIONS, suggestion.cycle.area, at):
        return no(NOT_YOURS)
    if suggestion.cycle.phase == Phase.CLOSED:
        return no(CLOSED)
    if suggestion.state == SuggestionState.RECEIVED:
        return no(_("Check this suggestion first; then reply."))
    return YES


def may_ask_of(user: Person, suggestion: Suggestion, at: datetime) -> Verdict:
    """May: who screens or answers, until the year is closed; about what is still worked on."""
    verdict = may_withdraw_inquiry(user, suggestion, at)
    if not verdict:
        return verdict
    if suggestion.state not in {SuggestionState.RECEIVED, SuggestionState.ACCEPTED} or suggestion.is_withdrawn:
        return no(_("This suggestion is not worked on any more."))
    return YES


def may_ask(user: Person, suggestion: Suggestion, at: datetime) -> Verdict:
    """May: as above, one question at a time."""
    verdict = may_ask_of(user, suggestion, at)
    if verdict and suggestion.inquiries.filter(outcome="").exists():
        return no(_("A question is open already. Wait for its answer, or take it back."))
    return verdict


def may_withdraw_inquiry(user: Person, suggestion: Suggestion, at: datetime) -> Verdict:
    """May: who screens or answers, until the year is closed."""
    wanted = (Permission.SCREEN_SUGGESTIONS, Permission.REPLY_TO_SUGGESTIONS)
    if not any(accounts.has(user, permission, suggestion.cycle.area, at) for permission in wanted):
        return no(NOT_YOURS)
    return no(CLOSED) if suggestion.cycle.phase == Phase.CLOSED else YES


def may_write_note(user: Person, about: Suggestion | Need | Candidate, at: datetime) -> Verdict:
    """May: who reads it at the desk, in every phase; for reading notes and for writing them."""
    if isinstance(about, Suggestion):
        return may_read_intake(user, about.cycle, at)
    return may_read_desk(user, about.cycle, at)


def may_withdraw_note(user: Person, note: DeskNote, at: datetime) -> Verdict:
    """May: who wrote it."""
    return YES if note.written_by_id == getattr(user, "pk", None) else no(_("Only who wrote a note withdraws it."))


def may_reply_for(user: Person, suggestion: Suggestion, organisation_id: int, at: datetime) -> Verdict:
    """May: who answers, in the name of their own organisation."""
    mandates = accounts.mandates_for(user, Permission.REPLY_TO_SUGGESTIONS, suggestion.cycle.area, at)
    if organisation_id in {mandate.organisation_id for mandate in mandates}:
        return YES
    return no(_("You can answer only in the name of your own organisation."))


def may_send_draft(user: Person, draft: ReplyDraft, at: datetime) -> Verdict:
    """May: another one than who wrote it, of the same organisation or of the livelihood office."""
    if user is not None and draft.drafted_by_id == user.pk:
        return no(_("Somebody else has to send what you wrote."))
    if accounts.has(user, Permission.SCREEN_SUGGESTIONS, draft.suggestion.cycle.area, at):
        return YES
    return may_reply_for(user, draft.suggestion, draft.organisation_id, at)


def may_take_back_draft(user: Person, draft: ReplyDraft) -> Verdict:
    """May: who wrote it."""
    return YES if user is not None and draft.drafted_by_id == user.pk else no(_("Only who wrote it can take it back."))


def may_keep_answering(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: livelihood office, until the year is closed; it holds for the whole area."""
    if not accounts.has(user, Permission.SCREEN_SUGGESTIONS, cycle.area, at):
        return no(NOT_YOURS)
    return no(CLOSED) if cycle.phase == Phase.CLOSED else YES


def may_plan(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: who builds candidates, in the planning phase, until the list is frozen."""
    if not accounts.has(user, Permission.BUILD_CANDIDATES, cycle.area, at):
        return no(NOT_YOURS)
    return _planning(cycle)


def may_build_candidate(user: Person, cycle: Cycle, lead_organisation_id: int, at: datetime) -> Verdict:
    """May: the livelihood office any candidate, a department those it leads; while planning, before the freeze."""
    verdict = may_plan(user, cycle, at)
    if not verdict or accounts.has(user, Permission.FREEZE_CANDIDATES, cycle.area, at):
        return verdict
    mandates = accounts.mandates_for(user, Permission.BUILD_CANDIDATES, cycle.area, at)
    if lead_organisation_id in {mandate.organisation_id for mandate in mandates}:
        return YES
    return no(_("Only the lead organisation and the livelihood office may work on this candidate."))


def may_carry_candidate(user: Person, candidate: Candidate, cycle: Cycle, at: datetime) -> Verdict:
    """May: who may build it; a candidate of an earlier year of the area that is in the reserve pool, once a year.

    What is in the pool a later room knows, which settings.RESERVE_PROVIDER names.
    """
    verdict = may_build_candidate(user, cycle, candidate.lead_organisation_id, at)
    if not verdict:
        return verdict
    if candidate.cycle.area_id != cycle.area_id or candidate.cycle.year >= cycle.year:
        return no(_("Only a candidate of an earlier year of this area can be taken over."))
    taken = Candidate.objects.for_cycle(cycle).filter(carried_from=candidate)
    if taken.exclude(state=CandidateState.MISTAKEN).exists():
        return no(_("This candidate has been taken over already."))
    if not import_string(settings.RESERVE_PROVIDER)(candidate):
        return no(_("This candidate is not in the reserve pool: it was chosen, or its year has not decided on it."))
    return YES


def may_edit_candidate(user: Person, candidate: Candidate, at: datetime) -> Verdict:
    """May: who may build it, while it is still to be decided whether it goes on the list."""
    verdict = may_build_candidate(user, candidate.cycle, candidate.lead_organisation_id, at)
    if verdict and candidate.state in OFF_THE_LIST:
        return no(_("This candidate was not adopted."))
    return verdict


def may_decide_candidates(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: livelihood office, in the planning phase, before the freeze. For the freeze, and for what is not adopted."""
    if not accounts.has(user, Permission.FREEZE_CANDIDATES, cycle.area, at):
        return no(NOT_YOURS)
    return _planning(cycle)


def _planning(cycle: Cycle) -> Verdict:
    if cycle.phase == Phase.CLOSED:
        return no(CLOSED)
    if _is_frozen(cycle):
        return no(FROZEN)
    return YES if cycle.phase == Phase.PLAN else no(NOT_PLANNING)


IS_FROZEN = "_is_candidate_list_frozen"


def settle_planning(cycle: Cycle) -> None:
    """Learn once whether the list of a year is frozen: a page about many candidates needs no query for each."""
    vars(cycle)[IS_FROZEN] = _is_frozen(cycle)


def _is_frozen(cycle: Cycle) -> bool:
    known: bool | None = vars(cycle).get(IS_FROZEN)
    return CandidateList.objects.filter(cycle=cycle).exists() if known is None else known
