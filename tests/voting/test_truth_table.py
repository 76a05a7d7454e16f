"""docs/voting-rules.md is the truth: every act, as everybody, in every state, by the act itself and by its rule."""

import inspect
import io
import uuid
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import BEFORE_DECISION, DecisionMode, Phase
from livelihood.kernel.errors import NotAllowed
from livelihood.kernel.verdict import Verdict
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.voting import Plenary, freeze, plenary, state_in_term
from tests.scans import scan
from tests.voting.test_truth_of_reviews import REVIEW_ACTS, REVIEW_STATES
from tests.voting.truth import EVERYBODY, GROUPS, Act, attempts, check, rows
from voting import rules, services
from voting.models import Credential, Kiosk, RollEntry, Round
from voting.states import RoundState, Step

pytestmark = pytest.mark.django_db

NOTE = "记录在案"
S = RoundState


# --- rounds ----------------------------------------------------------------------------------------------------------


@dataclass
class Hall:
    """A round in some state; people by role, and three of its deputies."""

    session: Plenary
    people: dict[str, User]
    code: str = ""
    seen: dict[str, Any] = field(default_factory=dict, init=False)
    """What was read, by its name; it is handed out as copies, as an act may write on what it is given."""

    def _read(self, name: str, read: Callable[[], Any]) -> Any:
        if name not in self.seen:
            self.seen[name] = read()
        return copy(self.seen[name])

    @property
    def round(self) -> Round:
        rounds = Round.objects.select_related("cycle__area", "method")
        return self._read("round", lambda: rounds.get(pk=self.session.round.pk))

    def line(self, user: User) -> RollEntry | None:
        lines = RollEntry.objects.select_related("round", "deputy").filter(round=self.session.round.pk)
        return self._read(f"line {user.pk}", lambda: lines.filter(deputy=user).first())

    def line_of(self, who: str) -> RollEntry:
        if line := self.line(self.people[who]):
            return line
        raise RollEntry.DoesNotExist

    @property
    def first_half(self) -> str:
        return next((typed for _by, typed in self.session.halves), "")

    def propose(self, step: Step) -> None:
        by = self.session.staff if step == Step.LOCK_ROLL else self.session.chair
        services.propose_step(round_=self.round, step=step, note=NOTE, by=by, at=NOW)

    def draw_half(self) -> None:
        _half, self.code = services.draw_half(round_=self.round, number=2, by=self.people["scrutineer"], at=NOW)

    def give_card(self, who: str, by: str = "") -> None:
        issuer = self.people[by] if by else self.session.staff
        self.code = services.issue_credential(entry=self.line_of(who), by=issuer, at=NOW).code


def on_round(rule: Callable[..., Verdict], service: Callable[..., object] | None = None, **values: Any) -> Act:
    return Act(
        lambda hall, user: rule(user, hall.round, NOW),
        service and (lambda hall, user: service(round_=hall.round, by=user, at=NOW, **values)),
    )


def on_line(rule: Callable[..., Verdict], service: Callable[..., object], who: str) -> Act:
    return Act(
        lambda hall, user: rule(user, hall.round, hall.line_of(who), NOW),
        lambda hall, user: service(entry=hall.line_of(who), by=user, at=NOW),
    )


def proposing(step: Step) -> Act:
    return Act(
        lambda hall, user: rules.may_propose_step(user, hall.round, step, NOW),
        lambda hall, user: services.propose_step(round_=hall.round, step=step, note=NOTE, by=user, at=NOW),
    )


def confirming(step: Step, service: Callable[..., object]) -> Act:
    return Act(
        lambda hall, user: rules.may_confirm_step(user, hall.round, step, NOW),
        lambda hall, user: service(round_=hall.round, by=user, at=NOW),
        lambda hall: hall.propose(step),
    )


def sign_present_in_again(hall: Hall) -> None:
    services.undo_sign_in(entry=hall.line_of("present"), by=hall.session.scrutineer, at=NOW)
    services.sign_in_deputy(entry=hall.line_of("present"), by=hall.people["congress_staff"], at=NOW)


def hand_present_a_paper(hall: Hall) -> None:
    services.hand_out_paper(entry=hall.line_of("present"), by=hall.session.staff, at=NOW)


def count_one_paper(hall: Hall) -> None:
    for teller in (hall.session.staff, hall.session.scrutineer):
        services.count_papers(round_=hall.round, returned=1, by=teller, at=NOW)


def enter_one_paper(hall: Hall, *tellers: User) -> None:
    for teller in tellers:
        services.enter_paper(round_=hall.round, number=1, marks=hall.session.marks("yyn"), by=teller, at=NOW)


def read_one_paper_twice(hall: Hall) -> None:
    count_one_paper(hall)
    enter_one_paper(hall, hall.session.staff, hall.session.scrutineer)


def using_card_of(who: str) -> Act:
    return Act(
        lambda hall, _user: rules.may_use_credential(
            hall.round, Credential.objects.select_related("entry__deputy").get(entry=hall.line_of(who)), NOW
        ),
        lambda hall, _user: services.use_credential(code=hall.code, at=NOW),
        lambda hall: hall.give_card(who),
    )


def standing_in_for(who: str) -> Act:
    return Act(
        lambda hall, user: rules.may_substitute(user, hall.round, hall.line_of(who), NOW),
        lambda hall, user: services.substitute_deputy(
            entry=hall.line_of(who), substitute=hall.people[Role.DEPUTY], reason="因病请假", by=user, at=NOW
        ),
    )


def writing(write: Callable[..., object]) -> Act:
    """Lines of the roll."""

    def act(hall: Hall, user: User) -> object:
        deputies = enumerate(hall.session.deputies, start=1)
        lines = [services.RollLine(place, deputy.pk, deputy.name, "团") for place, deputy in deputies]
        return write(round_=hall.round, lines=lines, by=user, at=NOW)

    return Act(lambda hall, user: rules.may_import_roll(user, hall.round, NOW), act)


def sign_oneself_in(hall: Hall, user: User) -> object:
    line = hall.line(user)
    if line is None:  # there is nothing one could sign in on
        raise NotAllowed
    return services.sign_in_deputy(entry=line, hall_code=hall.round.hall_code, by=user, at=NOW)


ROUND_ACTS: dict[str, Act] = {
    "write_rules": on_round(
        rules.may_write_rules, services.write_rules, title="票决", seats=2, voting_minutes=30, method={}
    ),
    "lock_rules": on_round(rules.may_lock_rules, services.lock_rules),
    "write_roll": writing(services.write_roll),
    "clear_roll": on_round(rules.may_import_roll, services.clear_roll, entries=()),
    "read codes": on_round(rules.may_print_codes),
    "state_in_term": Act(
        lambda hall, user: rules.may_state_in_term(user, hall.round, NOW),
        lambda hall, user: state_in_term(hall.round, 6, by=user),
    ),
    "lock_roll": confirming(Step.LOCK_ROLL, services.lock_roll),
    "issue_credentials": on_round(rules.may_issue_credentials, services.issue_credentials),
    "issue_credential to `present`": on_line(rules.may_issue_credential, services.issue_credential, "present"),
    "issue_credential to `present` whom `congress_staff` signed in": replace(
        on_line(rules.may_issue_credential, services.issue_credential, "present"), before=sign_present_in_again
    ),
    "issue_credential to `voted`": on_line(rules.may_issue_credential, services.issue_credential, "voted"),
    "use_credential of `absent`": using_card_of("absent"),
    "use_credential of `voted`": using_card_of("voted"),
    "substitute_deputy for `absent`": standing_in_for("absent"),
    "substitute_deputy for `present`": standing_in_for("present"),
    "open_sign_in": on_round(rules.may_open_sign_in, services.open_sign_in),
    "read hall code": on_round(rules.may_read_hall_code),
    "open_kiosk": on_round(rules.may_open_kiosk, services.open_kiosk, name="1号机"),
    "revoke_kiosk": Act(
        lambda hall, user: rules.may_revoke_kiosk(user, Kiosk.objects.select_related("cycle__area").get(), NOW),
        lambda hall, user: services.revoke_kiosk(kiosk=Kiosk.objects.get(), by=user, at=NOW),
        lambda hall: services.open_kiosk(round_=hall.round, name="1号机", by=hall.session.staff, at=NOW),
    ),
    "read casts by machine": on_round(rules.may_watch_casts),
    "sign_in_deputy `absent`": Act(
        lambda hall, user: rules.may_sign_in_deputy(user, hall.round, hall.line_of("absent"), NOW),
        lambda hall, user: services.sign_in_deputy(entry=hall.line_of("absent"), by=user, at=NOW),
        without=("absent",),
    ),
    "sign_in_deputy `absent` with a card of `congress_staff`": Act(
        lambda hall, user: rules.may_sign_in_deputy(user, hall.round, hall.line_of("absent"), NOW),
        lambda hall, user: services.sign_in_deputy(entry=hall.line_of("absent"), by=user, at=NOW),
        lambda hall: hall.give_card("absent", by="congress_staff"),
        without=("absent",),
    ),
    "sign_in_deputy oneself": Act(
        lambda hall, user: rules.may_sign_in_oneself(user, hall.round, hall.line(user), NOW), sign_oneself_in
    ),
    "undo_sign_in of `present`": on_line(rules.may_undo_sign_in, services.undo_sign_in, "present"),
    "undo_sign_in of `voted`": on_line(rules.may_undo_sign_in, services.undo_sign_in, "voted"),
    "undo_sign_in of `absent`": on_line(rules.may_undo_sign_in, services.undo_sign_in, "absent"),
    "remind_deputies": on_round(rules.may_remind, services.remind_deputies),
    "read blank ballot": on_round(rules.may_print_ballot),
    "hand_out_papers": on_round(rules.may_hand_out_papers, services.hand_out_papers),
    "hand_out_paper to `present`": on_line(rules.may_hand_out_paper, services.hand_out_paper, "present"),
    "hand_out_paper to `present` whom `congress_staff` signed in": replace(
        on_line(rules.may_hand_out_paper, services.hand_out_paper, "present"), before=sign_present_in_again
    ),
    "hand_out_paper to `absent`": on_line(rules.may_hand_out_paper, services.hand_out_paper, "absent"),
    "hand_out_paper to `voted`": on_line(rules.may_hand_out_paper, services.hand_out_paper, "voted"),
    "take_back_paper of `present`": replace(
        on_line(rules.may_take_back_paper, services.take_back_paper, "present"), before=hand_present_a_paper
    ),
    "take_back_paper of `voted`": on_line(rules.may_take_back_paper, services.take_back_paper, "voted"),
    "move_to_paper": confirming(Step.MOVE_TO_PAPER, services.move_to_paper),
    "count_papers": on_round(rules.may_count_papers, services.count_papers, returned=1),
    "enter_paper": Act(
        lambda hall, user: rules.may_enter_papers(user, hall.round, NOW), enter_one_paper, count_one_paper
    ),
    "merge_papers": replace(on_round(rules.may_merge_papers, services.merge_papers), before=read_one_paper_twice),
    "name_officers": on_round(
        rules.may_name_officers, services.name_officers, chief="总监票", scrutineers=["监票"], tellers=["计票"]
    ),
    "bring_signed_sheet": Act(
        lambda hall, user: rules.may_bring_signed_sheet(user, hall.round, NOW),
        lambda hall, user: services.bring_signed_sheet(
            round_=hall.round, file=io.BytesIO(scan()), file_name="报告单.pdf", by=user, at=NOW
        ),
    ),
    "read sheet": on_round(rules.may_read_sheet),
    "read record of a rehearsal": on_round(rules.may_read_rehearsal),
    **{f"propose_step {step}": proposing(step) for step in Step},
    "open_round": confirming(Step.OPEN, services.open_round),
    "cast_ballot": Act(
        lambda hall, user: rules.may_cast(user, hall.round, hall.line(user), NOW),
        lambda hall, user: hall.session.cast(user, "yyn", str(uuid.uuid4())),
    ),
    "pause_round": on_round(rules.may_pause_round, services.pause_round),
    "resume_round": on_round(rules.may_resume_round, services.resume_round),
    "close_round": confirming(Step.CLOSE, services.close_round),
    "count_round": on_round(rules.may_count_round, services.count_round),
    "announce_round": confirming(Step.ANNOUNCE, services.announce_round),
    "void_round": confirming(Step.VOID, services.void_round),
    "withdraw_step": Act(
        lambda hall, user: rules.may_withdraw_step(user, hall.round, NOW),
        lambda hall, user: services.withdraw_step(round_=hall.round, by=user, at=NOW),
        lambda hall: hall.propose(Step.VOID),
    ),
    "start_run_off": on_round(rules.may_start_run_off, services.start_run_off),
    "vote_again": on_round(rules.may_vote_again, services.vote_again),
    "read roll": Act(lambda hall, user: rules.may_read_roll(user, hall.round.cycle, NOW)),
    "read rounds": Act(lambda hall, user: rules.may_read_rounds(user, hall.round.cycle, NOW)),
}

SEALED_ACTS: dict[str, Act] = {
    "draw_half": Act(
        lambda hall, user: rules.may_draw_half(user, hall.round, 2, NOW),
        lambda hall, user: services.draw_half(round_=hall.round, number=2, by=user, at=NOW),
    ),
    "try_half": Act(
        lambda hall, user: rules.may_try_half(user, hall.round, NOW),
        lambda hall, user: services.try_half(round_=hall.round, typed=hall.code, by=user, at=NOW),
        lambda hall: hall.draw_half(),
    ),
    "hand_in_half": Act(
        lambda hall, user: rules.may_hand_in_half(user, hall.round, NOW),
        lambda hall, user: services.hand_in_half(round_=hall.round, typed=hall.first_half, by=user, at=NOW),
    ),
}
"""Acts of a round whose ballots are sealed; all others are those of every round."""

YEAR_ACTS: dict[str, Act] = {
    "create_round": Act(
        lambda cycle, user: rules.may_create_round(user, cycle, NOW),
        lambda cycle, user: services.create_round(cycle=cycle, title="票决", seats=2, by=user, at=NOW),
    ),
    "read rounds": Act(lambda cycle, user: rules.may_read_rounds(user, cycle, NOW)),
    "read roll": Act(lambda cycle, user: rules.may_read_roll(user, cycle, NOW)),
}

METHOD = {"has_substitutes": True, "shortfall": "vote_again", "run_off_limit": 1}
TIED, SHORT, REHEARSED, BOXED = "tied", "short", "rehearsed", "boxed"
OVER = (TIED, SHORT, REHEARSED)
ROUND_STATES = [*(str(state) for state in RoundState if state != S.ANNOUNCED), *OVER, BOXED]
ACTING = ("congress_staff", "chair", "scrutineer", "present", "absent")


SEALED_STATES = [S.DRAFT, S.RULES_LOCKED, S.ROLL_LOCKED, S.SIGN_IN, S.OPEN, S.CLOSED, BOXED, S.COUNTED]


def hall_in(state: str, *, is_rehearsal: bool = False, scheme: str = "plain") -> Hall:
    """Bring a round of six deputies to a state: two thirds are the quorum, five are present, four vote."""
    before_open = [str(step) for step in (S.DRAFT, S.RULES_LOCKED, S.ROLL_LOCKED, S.SIGN_IN)]
    method = {**METHOD, "scheme": scheme, **({"threshold_denominator": 3, "is_strict": False} if state == TIED else {})}
    until = S(state) if state in before_open else S.OPEN
    session = plenary(deputies=6, method=method, is_rehearsal=is_rehearsal or state == REHEARSED, until=until)
    first, present, absent, *others = session.deputies
    people = {
        **{str(role): official(role, session.cycle.area) for role in Role},
        "voted": first, "present": present, "absent": absent,
    }  # fmt: skip
    hall = Hall(session, people)
    if until in (S.DRAFT, S.RULES_LOCKED):
        session.fill_roll()
        state_in_term(session.round, 6, by=session.staff)
    elif until == S.SIGN_IN:
        for deputy in (first, present, *others):
            services.sign_in_deputy(entry=session.entry(deputy), by=session.scrutineer, at=NOW)
    elif until == S.OPEN:
        services.undo_sign_in(entry=session.entry(absent), by=session.staff, at=NOW)
        for deputy, letters in zip((first, *others), ("yyn", "yny", "yyn", "yny"), strict=True):
            session.cast(deputy, letters)
        lead_on(session, state)
    return hall


def lead_on(session: Plenary, state: str) -> None:
    """Lead an open round to a later state."""
    if state == S.OPEN:
        return
    if state == S.PAUSED:
        services.pause_round(round_=session.round, by=session.chair, at=NOW)
    elif state == S.VOIDED:
        session.step(Step.VOID, NOTE)
    elif state == BOXED:
        session.step(Step.MOVE_TO_PAPER, NOTE)
        session.step(Step.CLOSE)
    else:
        session.step(Step.CLOSE)
        if state != S.CLOSED:
            session.open_ballots()
            services.count_round(round_=session.round, by=session.chair, at=NOW)
            session.name_officers()
        if state in OVER:
            session.step(Step.ANNOUNCE)


@pytest.mark.parametrize("state", ROUND_STATES)
def test_acts_on_a_round(state):
    hall = hall_in(state)

    assert hall.round.state == {**dict.fromkeys(OVER, S.ANNOUNCED), BOXED: S.CLOSED}.get(state, state)
    check(ROUND_ACTS, hall, hall.people, state)


@pytest.mark.parametrize("state", SEALED_STATES)
def test_acts_on_the_key_of_a_sealed_round(state):
    hall = hall_in(state, scheme="sealed")

    check(SEALED_ACTS, hall, hall.people, state)


def test_no_other_round_has_a_key():
    hall = hall_in(S.ROLL_LOCKED)

    assert not [row for row in attempts(SEALED_ACTS, hall, hall.people) if row[2] or row[3]]


def test_acts_on_a_year_without_a_round():
    cycle = CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.VOTE)
    freeze(cycle, 3)

    check(YEAR_ACTS, cycle, {str(role): official(role, cycle.area) for role in Role}, "no_round")


def test_nobody_of_another_area_may_do_anything():
    hall = hall_in(S.OPEN)
    elsewhere = CycleFactory().area
    strangers = {str(role): official(role, elsewhere) for role in Role}
    acts = {name: act for name, act in ROUND_ACTS.items() if not name.startswith("use_credential")}

    tried = attempts(acts, hall, strangers)

    assert len(tried) == len(acts) * len(Role)
    assert [row for row in tried if row[2] or row[3]] == []


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.DECIDE])
def test_outside_the_deciding_phase_a_round_is_read_only(phase):
    hall = hall_in(S.OPEN)
    Cycle.objects.filter(pk=hall.session.cycle.pk).update(phase=phase)

    tried = attempts(ROUND_ACTS, hall, {who: hall.people[who] for who in ACTING})

    # Codes open accounts, which outlast the year.
    prepared = {"name_officers"} if phase in BEFORE_DECISION else set()
    assert {name for name, _who, says, does in tried if says or does} == {
        "read casts by machine",
        "read codes",
        "read roll",
        "read rounds",
    } | prepared


@pytest.mark.parametrize("phase", BEFORE_DECISION)
def test_a_vote_is_prepared_before_the_deciding_phase_and_no_more(phase):
    hall = hall_in(S.DRAFT)
    Cycle.objects.filter(pk=hall.session.cycle.pk).update(phase=phase)
    preparing = {
        "write_rules", "write_roll", "clear_roll", "state_in_term", "name_officers", "read codes", "read roll",
        "read rounds",
    }  # fmt: skip

    acting = {who: hall.people[who] for who in ("congress_staff", "chair", "scrutineer", "administrator")}
    tried = attempts(ROUND_ACTS, hall, acting)

    assert {(name, who) for name, who, says, _does in tried if says} == {
        (name, who) for name, who, _says, does in tried if does
    }
    assert {name for name, who, _says, does in tried if does and who == "congress_staff"} == preparing
    assert {name for name, who, _says, does in tried if does and who != "congress_staff"} == {
        "read codes", "read roll", "read rounds"
    }  # fmt: skip


@pytest.mark.parametrize("phase", BEFORE_DECISION)
def test_a_round_is_created_before_the_deciding_phase_by_the_same_people(phase):
    cycle = CycleFactory(phase=phase, decision_mode=DecisionMode.VOTE)

    check(YEAR_ACTS, cycle, {str(role): official(role, cycle.area) for role in Role}, "no_round")


@pytest.mark.parametrize("phase", BEFORE_DECISION)
@pytest.mark.parametrize("state", [S.DRAFT, S.OPEN, S.CLOSED])
def test_a_rehearsal_is_held_before_the_deciding_phase_as_in_it(phase, state):
    """By whoever acts in a round; who only reads is tried in each of its states."""
    hall = hall_in(state, is_rehearsal=True)
    Cycle.objects.filter(pk=hall.session.cycle.pk).update(phase=phase)

    check(ROUND_ACTS, hall, {who: hall.people[who] for who in ACTING}, state)


def test_a_step_is_withdrawn_in_every_phase():
    hall = hall_in(S.OPEN)
    hall.propose(Step.CLOSE)
    Cycle.objects.filter(pk=hall.session.cycle.pk).update(phase=Phase.DELIVER)
    hall.seen.clear()

    services.withdraw_step(round_=hall.round, by=hall.session.scrutineer, at=NOW)

    steps = hall.round.steps.order_by("pk").values_list("step", "confirmed_by", "withdrawn_by")
    assert list(steps) == [
        (Step.LOCK_ROLL, hall.session.scrutineer.pk, None),
        (Step.OPEN, hall.session.scrutineer.pk, None),
        (Step.CLOSE, None, hall.session.scrutineer.pk),
    ]


# --- completeness ----------------------------------------------------------------------------------------------------


def test_every_act_and_every_rule_stands_in_the_table_and_is_tried():
    acts = {*ROUND_ACTS, *SEALED_ACTS, *YEAR_ACTS, *REVIEW_ACTS}
    of_services = {
        name
        for name in services.__all__
        if inspect.isfunction(member := getattr(services, name)) and "at" in inspect.signature(member).parameters
    }
    of_rules = {name for name, _member in inspect.getmembers(rules, inspect.isfunction) if name.startswith("may_")}

    assert {row[0] for row in rows()} == acts
    assert {name.split()[0] for name in acts} - {"read"} == of_services
    assert {row[1] for row in rows()} == of_rules


def test_the_table_knows_no_other_people_and_states():
    people = {name for row in rows() for name in row[2].split(", ")}
    states = {name for row in rows() for name in row[3].split(", ")}

    assert people <= EVERYBODY | GROUPS.keys()
    assert states <= {*ROUND_STATES, *REVIEW_STATES, "no_round", ""}
