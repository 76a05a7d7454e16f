"""By when answers are due: promised, kept, counted, and told to who is responsible."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles import selectors as cycles
from livelihood.cycles.states import Phase
from livelihood.inbox.models import Message
from livelihood.kernel.errors import Conflict, InvalidInput, Moved, NotAllowed
from livelihood.portal import services as portal
from livelihood.web.work import Bucket
from proposals import selectors, services
from proposals.models import AnswerRule, SpecialDay, Suggestion, SuggestionFigure
from proposals.states import NEVER, DeclineReason, Grouping
from tests import databases
from tests.factories.frame import NOW, CityFactory, CountyFactory, CycleFactory, OrganisationFactory, official
from tests.factories.proposals import ANSWER, AcceptedFactory, ContactFactory, SuggestionFactory
from tests.proposals.pages import answers, at, text_of

DUE = date(2024, 11, 12)
"""Seven working days after NOW, a Friday."""
WORDS = "这件事属于物业纠纷,请向街道反映。"


def send(cycle, key="k" * 20, **more):
    return services.submit_suggestion(
        cycle=cycle, title="老楼没有电梯", matter="六层老楼没有电梯，老人下不了楼。", wish="请加装电梯。", aspect=None,
        area=cycle.area, idempotency_key=key, by=None, at=NOW, **more,
    )  # fmt: skip


def reply(suggestion, *, after, organisation=None):
    """Answer so many days after NOW."""
    bureau = organisation or OrganisationFactory(area=suggestion.cycle.area)
    by = official(Role.DEPARTMENT, suggestion.cycle.area, bureau)
    services.reply_to_suggestion(
        suggestion=suggestion, organisation=bureau, text=ANSWER, why_insisted=WORDS, by=by,
        at=NOW + timedelta(days=after),
    )  # fmt: skip


def asked(cycle, **more):
    """Return an accepted suggestion whose sender waits for an answer."""
    return ContactFactory(suggestion=AcceptedFactory(cycle=cycle, due_on=DUE, **more)).suggestion


def test_the_day_is_promised_on_the_receipt_and_is_the_one_that_is_kept(client, cycle):
    page = text_of(client.post(at("suggest", cycle), answers(cycle, step="send")))

    row = Suggestion.objects.get()
    clock = selectors.clock_of(cycle.area)
    assert row.due_on == clock.due_on(row.received_at)
    assert f"最迟答复 {row.due_on.year}年{row.due_on.month}月{row.due_on.day}日" in page
    assert row.received_at.date() < row.due_on


def test_another_rule_holds_for_what_comes_from_then_on(cycle, office_of, journal):
    office = office_of(cycle)
    first = send(cycle)
    assert first.due_on == DUE

    rule = services.write_answer_rule(cycle=cycle, days=15, remind_days=3, by=office, at=NOW)
    second = send(cycle, "l" * 20)

    assert send(cycle).due_on == DUE
    assert second.due_on == date(2024, 11, 22)
    assert list(Suggestion.objects.order_by("pk").values_list("due_on", flat=True)) == [DUE, date(2024, 11, 22)]
    assert journal()[1] == (
        "answer_rule.written", office.pk,
        {
            "old": {"days": 7, "remind_days": 2, "has_four_eyes": False},
            "new": {"days": 15, "remind_days": 3, "has_four_eyes": False},
        },
    )  # fmt: skip
    assert (rule.area, AnswerRule.objects.count()) == (cycle.area, 1)


def test_what_a_process_knows_of_it_ends_with_any_change(cycle, office_of, django_assert_num_queries):
    known = cycles.read_year(cycle.area.slug, cycle.year)
    selectors.clock_of(known.cycle.area, known.edition)
    with django_assert_num_queries(0):
        assert selectors.clock_of(known.cycle.area, known.edition).days == 7
    services.write_answer_rule(cycle=cycle, days=3, remind_days=1, by=office_of(cycle), at=NOW)

    with pytest.raises(Conflict):
        send(known.cycle, edition=known.edition)
    again = cycles.read_year(cycle.area.slug, cycle.year)
    assert send(again.cycle, edition=again.edition).due_on == date(2024, 11, 6)


def test_days_of_an_area_hold_below_it_and_its_own_come_first(db, office_of, journal):
    city = CityFactory()
    above, below = (CycleFactory(area=area) for area in (city, CountyFactory(parent=city)))
    office, county = office_of(above), office_of(below)
    for by, year, is_worked in ((office, above, False), (county, below, True)):
        services.note_special_day(
            cycle=year, day=date(2024, 11, 4), is_worked=is_worked, name="地方节日", by=by, at=NOW
        )
    services.note_special_day(cycle=above, day=date(2024, 11, 5), is_worked=False, name="地方节日", by=office, at=NOW)

    assert [selectors.clock_of(year.area).due_on(NOW) for year in (above, below)] == [
        date(2024, 11, 14),
        date(2024, 11, 13),
    ]
    with pytest.raises(InvalidInput):
        services.note_special_day(cycle=above, day=date(2024, 11, 5), is_worked=True, name="节", by=office, at=NOW)
    services.drop_special_day(cycle=above, day=date(2024, 11, 5), by=office, at=NOW)
    with pytest.raises(InvalidInput):
        services.drop_special_day(cycle=below, day=date(2024, 11, 5), by=county, at=NOW)

    assert SpecialDay.objects.count() == 2
    assert [act for act, _by, _detail in journal()] == ["special_day.noted"] * 3 + ["special_day.dropped"]


def test_only_the_office_sets_the_clock_and_looks_first(cycle, office_of, journal):
    first, second = office_of(cycle), office_of(cycle)
    with pytest.raises(NotAllowed):
        services.write_answer_rule(cycle=cycle, days=9, remind_days=2, by=official(Role.DEPARTMENT, cycle.area), at=NOW)
    with pytest.raises(NotAllowed):
        services.write_answer_rule(
            cycle=(closed := CycleFactory(phase=Phase.CLOSED)), days=9, remind_days=2, by=office_of(closed), at=NOW
        )
    for days, remind in ((0, 0), (61, 2), (5, 5)):
        with pytest.raises(InvalidInput):
            services.write_answer_rule(cycle=cycle, days=days, remind_days=remind, by=first, at=NOW)
    assert journal() == []
    services.write_answer_rule(cycle=cycle, days=9, remind_days=2, by=first, at=NOW, seen=0)

    with pytest.raises(Moved):
        services.write_answer_rule(cycle=cycle, days=5, remind_days=2, by=second, at=NOW, seen=0)

    assert AnswerRule.objects.get().days == 9


def test_the_clock_stands_still_while_the_sender_is_asked(cycle, office_of):
    suggestion = SuggestionFactory(cycle=cycle, due_on=DUE)
    asked_on, answered_on = NOW + timedelta(days=3), NOW + timedelta(days=5)

    services.ask_sender(
        suggestion=suggestion, topics=[], text="是哪一栋楼？", days=10, by=office_of(cycle), at=asked_on
    )
    assert Suggestion.objects.get().due_on == NEVER
    assert selectors.answers_of(cycle, date(2030, 1, 1)).overdue == 0
    services.answer_inquiry(suggestion=suggestion, text="三号楼。", at=answered_on)

    assert Suggestion.objects.get().due_on == date(2024, 11, 15)
    assert services.recount_suggestions() == []


def test_the_first_reply_or_refusal_ends_the_waiting(planning, office_of):
    cycle, office = planning, office_of(planning)
    in_time, late, refused, unread, waits = (asked(cycle) for _ in range(5))
    Suggestion.objects.filter(pk__in=[refused.pk, unread.pk]).update(state="received")
    AcceptedFactory(cycle=cycle, due_on=DUE)  # wants no reply
    bureau = OrganisationFactory(area=cycle.area, name_zh="住建局")
    reply(in_time, after=11, organisation=bureau)
    reply(late, after=12, organisation=bureau)
    reply(late, after=1)
    services.decline_suggestion(
        suggestion=refused, reason=DeclineReason.UNCLEAR, words=WORDS, by=office, at=NOW + timedelta(days=2)
    )

    rows = dict(Suggestion.objects.values_list("pk", "answered_on"))
    assert [rows[one.pk] for one in (in_time, late, refused, unread, waits)] == [
        DUE, date(2024, 11, 13), date(2024, 11, 3), None, None,
    ]  # fmt: skip
    told = selectors.answers_of(cycle, DUE)
    assert (told.waiting, told.overdue, told.in_time, told.late) == (2, 0, 2, 1)
    assert selectors.answers_of(cycle, DUE + timedelta(days=1)).overdue == 2
    assert [(one.name, one.in_time, one.late) for one in told.by_organisation] == [("住建局", 1, 1), ("", 1, 0)]
    assert services.recount_suggestions() == []


def test_a_recount_names_what_is_due_and_was_touched(cycle):
    suggestion = asked(cycle)
    with databases.as_superuser():
        SuggestionFigure.objects.filter(grouped_by=Grouping.DUE).update(waiting=5)

    (found,) = services.recount_suggestions()

    assert found.subject == f"year {cycle.pk}, due {suggestion.due_on}, answered by none"


def test_the_public_reads_how_many_are_overdue_and_of_how_many(client, cycle):
    today = timezone.localdate()
    for days in (-1, -1, 0, 5):
        asked(cycle).__class__.objects.filter(pk=Suggestion.objects.latest("pk").pk).update(
            due_on=today + timedelta(days=days)
        )
    reply(asked(cycle), after=1, organisation=OrganisationFactory(area=cycle.area, name_zh="住建局"))

    statistics = client.get(at("statistics", cycle))
    home = client.get(cycle.address("portal:cycle")).context["home"]

    told = {one["label"]: (one["value"], one.get("denominator")) for one in statistics.context["figures"]}
    assert (told["超期未答复"], told["按期答复率"]) == (("2", "4"), ("100.0%", "1"))
    assert "住建局 1 1 0 100.0%" in text_of(statistics)
    assert ("超期未答复", "2", "4") in [(str(one.label), one.value, one.denominator) for one in home.figures]


def test_what_is_due_stands_in_my_work_and_opens_the_list_of_it(client, cycle, office):
    today = timezone.localdate()
    rows = [asked(cycle) for _ in range(4)]
    for row, days in zip(rows, (-3, -1, 0, 60), strict=True):
        Suggestion.objects.filter(pk=row.pk).update(due_on=today + timedelta(days=days))

    items = [one for one in selectors.work_for(office, timezone.now()) if "due=" in one.url]

    assert [(one.bucket(today), one.count, one.due) for one in items] == [
        (Bucket.OVERDUE, 2, today - timedelta(days=3)), (Bucket.TODAY, 1, today),
    ]  # fmt: skip
    grid = client.get(items[0].url + "&sort=due").context["grid"]
    assert [shown.row.pk for shown in grid.rows] == [rows[0].pk, rows[1].pk]
    assert "badge-need" in str(grid.rows[0].drawn)


def test_the_office_is_reminded_before_and_those_above_are_told_after(db, office_of):
    city = CityFactory()
    cycle, upper = CycleFactory(area=CountyFactory(parent=city)), CycleFactory(area=city)
    asked(cycle)
    office, above = office_of(cycle), office_of(upper)
    watcher, clerk = (official(role, cycle.area) for role in (Role.SUPERVISION_OFFICE, Role.DEPARTMENT))
    User.objects.update(last_login=NOW)

    def told(day):
        Message.objects.all().delete()
        for _ in range(2):
            portal.tell_what_is_due(at=datetime(2024, 11, day, 0, tzinfo=UTC))
        rows = Message.objects.filter(key__startswith="answers-").order_by("user_id")
        return [(row.user_id, row.key.partition(":")[0]) for row in rows]

    assert told(7) == []
    assert told(8) == [(office.pk, "answers-near")]
    assert told(12) == [(office.pk, "answers-near")]
    assert told(13) == sorted([(above.pk, "answers-overdue"), (watcher.pk, "answers-overdue")])
    assert str(Message.objects.filter(key__startswith="answers-").first().words).startswith(
        "1件建议自2024-11-12起超期未答复"
    )
    assert not Message.objects.filter(user=clerk).exists()


def test_the_desk_sets_days_and_says_how_far_the_calendar_goes(client, cycle, office):
    page = text_of(client.get(at("answering", cycle)))
    assert "2026年12月31日" in page

    client.post(at("answering", cycle), {"days": 10, "remind_days": 2, "seen": 0})
    day = {"day": "2027-10-01", "is_worked": "no", "name": "国庆节"}
    client.post(at("special_day_note", cycle), day)

    assert AnswerRule.objects.get().days == 10
    special = SpecialDay.objects.get()
    assert (special.day, special.is_worked, special.name) == (date(2027, 10, 1), False, "国庆节")
    assert "国庆节" in text_of(client.get(at("answering", cycle)))
    client.post(at("special_day_drop", cycle), {"day": "2027-10-01"})
    assert not SpecialDay.objects.exists()
