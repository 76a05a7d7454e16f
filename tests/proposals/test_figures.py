"""What the database counts: whatever happens, and whoever acts at the same moment, what is kept equals a recount."""

import contextlib
import re
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.kernel import paging
from livelihood.kernel.errors import DomainError
from proposals import selectors, services
from proposals.models import Candidate, CandidateNeed, Need, NeedLink, Suggestion, SuggestionContact, SuggestionFigure
from proposals.services import Contact
from proposals.states import (
    CandidateKind,
    CandidateOrigin,
    CandidateState,
    Channel,
    DeclineReason,
    HandOver,
    SuggestionState,
)
from tests import databases
from tests.factories.frame import (
    NOW,
    AspectFactory,
    CountyFactory,
    CycleFactory,
    OrganisationFactory,
    PhasePeriodFactory,
    official,
)
from tests.factories.proposals import (
    ANSWER,
    AcceptedFactory,
    CandidateFactory,
    CandidateNeedFactory,
    ContactFactory,
    NeedFactory,
    NeedLinkFactory,
    SheetFactory,
    SuggestionFactory,
)
from tests.threads import at_once

WORDS = "这样做对居民最好，请继续关注。"
TEXTS: dict[str, Any] = {"title": "老楼没有电梯", "matter": "六层老楼没有电梯，老人下不了楼。", "wish": "请加装电梯。"}
PUBLIC = {f"public_{name}": text for name, text in TEXTS.items()}
few = st.integers(0, 5)


class Year(RuleBasedStateMachine):
    """Random years: suggestions come, are judged, linked, answered; candidates are drafted, dropped and listed."""

    @initialize()
    def begin(self):
        self.cycle = CycleFactory(phase=Phase.SOLICIT)
        PhasePeriodFactory(cycle=self.cycle)
        organisation = OrganisationFactory(area=self.cycle.area)
        self.office = official(Role.LIVELIHOOD_OFFICE, self.cycle.area, organisation)
        self.organisation = organisation
        self.aspects = [None, AspectFactory(cycle=self.cycle)]
        self.areas = [self.cycle.area, CountyFactory(parent=self.cycle.area)]

    def one(self, model, number):
        """Return one row of the year, or none if there is none yet."""
        rows = list(model.objects.filter(cycle=self.cycle).order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def attempt(self, act, **given):
        """Act; a refusal is a fine answer, and so is that there is nothing yet to act on."""
        if None not in given.values():
            with contextlib.suppress(DomainError):
                act(**given, by=self.office, at=NOW)

    @rule(aspect=st.integers(0, 1), area=st.integers(0, 1), has_contact=st.booleans(), is_letter=st.booleans())
    def suggests(self, aspect, area, has_contact, is_letter):
        with contextlib.suppress(DomainError):
            services.submit_suggestion(
                cycle=self.cycle, **TEXTS, aspect=self.aspects[aspect], area=self.areas[area],
                idempotency_key=uuid4().hex, contact=Contact(phone="13800001111", notice=0) if has_contact else None,
                channel=Channel.LETTER if is_letter else Channel.WEB, by=self.office if is_letter else None, at=NOW,
            )  # fmt: skip

    @rule(number=few, verb=st.sampled_from(["accept", "reword", "decline", "hand_over"]))
    def judges(self, number, verb):
        given = {
            "accept": PUBLIC,
            "reword": PUBLIC,
            "decline": {"reason": DeclineReason.UNCLEAR, "words": WORDS},
            "hand_over": {"handed_to": HandOver.HOTLINE_12345, "words": WORDS},
        }[verb]
        act = getattr(services, f"{verb}_suggestion")
        self.attempt(act, suggestion=self.one(Suggestion, number), **given)

    @rule(number=few)
    def replies(self, number):
        self.attempt(
            services.reply_to_suggestion, suggestion=self.one(Suggestion, number), organisation=self.organisation,
            text=ANSWER, why_insisted=WORDS,
        )  # fmt: skip

    @rule()
    def opens(self):
        self.attempt(
            services.open_need, cycle=self.cycle, title="加装电梯", summary=WORDS, aspect=self.aspects[1],
            area=self.areas[0],
        )  # fmt: skip

    @rule(suggestion=few, need=few, verb=st.sampled_from(["link", "link", "unlink"]))
    def links(self, suggestion, need, verb):
        act = getattr(services, f"{verb}_suggestion")
        self.attempt(act, suggestion=self.one(Suggestion, suggestion), need=self.one(Need, need))

    @rule()
    def plans(self):
        self.cycle.phase = Phase.PLAN
        self.cycle.save(update_fields=["phase"])

    @rule(need=few)
    def drafts(self, need):
        if need := self.one(Need, need):
            self.attempt(
                services.draft_candidate, cycle=self.cycle, title="加装电梯", summary=WORDS, aspect=self.aspects[1],
                lead_organisation=self.organisation, kind=CandidateKind.HARDWARE,
                origin=CandidateOrigin.NEED, needs=[need], place="城东街道",
            )  # fmt: skip

    @rule(need=few, number=few)
    def links_later(self, need, number):
        need, candidate = self.one(Need, need), self.one(Candidate, number)
        if need and candidate:
            self.attempt(services.link_candidate, need=need, candidate=candidate, reason=WORDS)

    @rule(number=few, verb=st.sampled_from(["propose", "propose", "drop"]))
    def decides(self, number, verb):
        candidate = self.one(Candidate, number)
        if candidate and verb == "propose":
            with contextlib.suppress(IntegrityError), transaction.atomic():
                SheetFactory(candidate=candidate)
        act = getattr(services, f"{verb}_candidate")
        self.attempt(act, candidate=candidate, **({} if verb == "propose" else {"reason": WORDS}))

    @rule()
    def freezes(self):
        self.attempt(services.freeze_candidates, cycle=self.cycle)

    @rule(number=few, to=few, kind=st.sampled_from(["state", "link", "answer", "listed", "contact"]))
    def a_hand_in_the_database(self, number, to, kind):
        """Change by hand what no act changes so; the database refuses it or counts it."""
        with contextlib.suppress(IntegrityError), databases.as_superuser(), transaction.atomic():
            if kind == "state":
                Suggestion.objects.filter(cycle=self.cycle).update(state=SuggestionState.values[to % 4], **PUBLIC)
            elif kind == "link":
                NeedLink.objects.filter(need=self.one(Need, number)).update(need=self.one(Need, to))
            elif kind == "answer":
                CandidateNeed.objects.filter(need=self.one(Need, number)).update(need=self.one(Need, to))
            elif kind == "listed":
                Candidate.objects.filter(cycle=self.cycle).update(
                    state=[CandidateState.LISTED, CandidateState.DRAFT][to % 2]
                )
            else:
                SuggestionContact.objects.filter(suggestion=self.one(Suggestion, number)).delete()

    @invariant()
    def what_is_kept_equals_a_recount(self):
        assert services.recount_suggestions() == []

    @invariant()
    def groups_add_up(self):
        counted = selectors.statistics(self.cycle)
        for shares in (counted.by_aspect, counted.by_area, counted.by_channel):
            assert sum(share.received for share in shares) == counted.total.received
        assert counted.total.received == Suggestion.objects.for_cycle(self.cycle).count()
        assert counted.total.received == selectors.counts(self.cycle)["total"]


class TestYear(TestCase, Year.TestCase):  # type: ignore[valid-type,misc]  # made by hypothesis at run time
    """All examples share a transaction, which is rolled back."""

    settings = settings(max_examples=30, stateful_step_count=25, deadline=None)  # type: ignore[assignment]  # its name


@pytest.mark.django_db
def test_the_figures_of_a_year_literally(planning):
    ContactFactory(suggestion=AcceptedFactory(cycle=planning))
    need = CandidateNeedFactory(candidate=CandidateFactory(cycle=planning, state=CandidateState.LISTED)).need
    NeedLinkFactory(need=need)
    SuggestionFactory(cycle=planning)
    SuggestionFactory(cycle=planning, state=SuggestionState.DECLINED)
    SuggestionFactory(cycle=planning, state=SuggestionState.HANDED_OVER)
    SuggestionFactory()

    assert selectors.counts(planning) == {
        "total": 5, "received": 1, "accepted": 2, "declined": 1, "handed_over": 1, "loose": 1, "unanswered": 1,
        "answered": 2, "adopted": 1,
    }  # fmt: skip
    need.refresh_from_db()
    assert need.support == 1


SPOILED = {
    "figure": (
        lambda: SuggestionFigure.objects.update(declined=9),
        r"year \d+, area \d+: kept \{1,0,1,18,.*counted \{1",
    ),
    "figure lost": (lambda: SuggestionFigure.objects.all().delete(), r"year \d+, channel web: kept None; counted \{1"),
    "mark": (
        lambda: Suggestion.objects.update(is_linked=False),
        r"suggestion \d+: kept \(f,f,f,f,,\); counted \(t,f,f,f,,\)",
    ),
    "support": (lambda: Need.objects.update(support=7), r"need \d+: kept 7; counted 1"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", SPOILED)
def test_a_recount_finds_and_names_what_was_touched(case, capsys):
    NeedLinkFactory()
    call_command("recount_figures")
    assert "equals" in capsys.readouterr().out
    spoil, named = SPOILED[case]
    with databases.as_superuser():
        spoil()

    with pytest.raises(CommandError, match="figures differ"):
        call_command("recount_figures")

    assert re.search(named, capsys.readouterr().err)


LINK = "INSERT INTO proposals_needlink (suggestion_id, need_id, linked_at, linked_by_id) VALUES (%s, %s, now(), %s)"
ANSWERS = "INSERT INTO proposals_candidateneed (candidate_id, need_id, reason) VALUES (%s, %s, '')"
DECLINE = "UPDATE proposals_suggestion SET state = 'declined' WHERE id = %s"
MOVE = "UPDATE proposals_needlink SET need_id = %s WHERE id = %s"
LIST = "UPDATE proposals_candidate SET state = %s WHERE id = %s"


def by_hand(sql, *values):
    """Return an act that writes without the locks of the services."""

    def act():
        with databases.as_superuser() as cursor:
            # Of a circle that acts by hand have made, they find out first: services that wait in line behind it do not.
            cursor.execute("SET deadlock_timeout = '20ms'")
            cursor.execute(sql, values)

    return act


def sending(cycle):
    """Return an act that sends a suggestion, and does not wait for long."""

    def act():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        return services.submit_suggestion(
            cycle=cycle, **TEXTS, aspect=None, area=cycle.area, idempotency_key=uuid4().hex, by=None, at=NOW
        )

    return act


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_whoever_acts_at_the_same_moment_is_counted(turn):
    """Sends, links and answers by services, and beside them the same by hand, without the locks of the services."""
    cycle = CycleFactory(phase=Phase.SOLICIT)
    PhasePeriodFactory(cycle=cycle)
    organisation = OrganisationFactory(area=cycle.area)
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area, organisation)
    need, other = NeedFactory.create_batch(2, cycle=cycle)
    candidate = CandidateFactory(cycle=cycle, state=("proposed", "listed")[turn % 2])
    by_act, twice, linked = AcceptedFactory.create_batch(3, cycle=cycle)
    link = NeedLinkFactory(need=need, suggestion=linked)

    ended = at_once(
        *[sending(cycle)] * 4,
        partial(services.link_suggestion, suggestion=by_act, need=need, by=office, at=NOW),
        partial(
            services.reply_to_suggestion, suggestion=by_act, organisation=organisation, text=ANSWER, by=office, at=NOW
        ),
        by_hand(LINK, twice.pk, need.pk, office.pk),
        by_hand(LINK, twice.pk, other.pk, office.pk),
        by_hand(DECLINE, linked.pk),
        by_hand(MOVE, other.pk, link.pk),
        by_hand(ANSWERS, candidate.pk, (need, other)[turn // 2].pk),
        by_hand(LIST, ("listed", "proposed")[turn % 2], candidate.pk),
    )

    # By hand, two may wait for each other in a circle, of whom one is then refused; no act of ours is.
    assert [one for one in ended[:6] if isinstance(one, Exception)] == []
    assert {type(one) for one in ended[6:]} <= {type(None), OperationalError}
    assert services.recount_suggestions() == []
    assert selectors.counts(cycle)["total"] == 7


@pytest.mark.django_db(transaction=True)
def test_a_send_waits_for_no_act_of_the_office(office_of):
    cycle = CycleFactory(phase=Phase.SOLICIT)
    PhasePeriodFactory(cycle=cycle)

    with transaction.atomic():
        services.open_need(
            cycle=cycle, title="加装电梯", summary=WORDS, aspect=None, area=cycle.area, by=office_of(cycle), at=NOW
        )
        (receipt,) = at_once(sending(cycle))

    assert not isinstance(receipt, Exception)
    assert Suggestion.objects.get().number == receipt.number


@pytest.mark.django_db
def test_lists_begin_in_their_index_on_every_page(client, cycle, office_of):
    """Neither sorted nor counted: the plan of each page of board, queue and suggestions reads no more than its rows."""
    for number in range(400):
        AcceptedFactory(cycle=cycle, received_at=NOW + timedelta(minutes=number))
        NeedFactory(cycle=cycle, support=number)
    with databases.as_superuser() as cursor:
        cursor.execute("ANALYZE proposals_suggestion, proposals_need")
    client.force_login(office_of(cycle))

    for path, table, size in (
        (f"/{cycle.area.slug}/{cycle.year}/needs/", "proposals_need", paging.PUBLIC_SIZE),
        (f"/{cycle.area.slug}/{cycle.year}/suggestions/", "proposals_suggestion", paging.PUBLIC_SIZE),
        (f"/desk/{cycle.area.slug}/{cycle.year}/suggestions/", "proposals_suggestion", paging.PAGE_SIZE),
    ):
        address = path
        for _page in range(4):
            with CaptureQueriesContext(connection) as asked:
                page = client.get(address)
            (listed,) = (
                query["sql"] for query in asked.captured_queries
                if f'FROM "{table}"' in query["sql"] and f"LIMIT {size + 1}" in query["sql"]
            )  # fmt: skip
            # At the desk the keys of a page are found within the query that brings its rows.
            keys = re.search(rf"IN \((SELECT .* LIMIT {size + 1})\)", listed)
            listed = keys[1] if keys else listed
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) {listed}")
                plan = "\n".join(line for (line,) in cursor.fetchall())
            read = [float(rows) for rows in re.findall(rf"Scan.* on {table}.*rows=([\d.]+)", plan)]
            assert read == [size + 1], plan
            removed = [int(rows) for rows in re.findall(r"Rows Removed by Filter: (\d+)", plan)]
            assert sum(removed) <= 1, plan
            assert "Sort" not in plan, plan
            address = path + page.context["page"].next
