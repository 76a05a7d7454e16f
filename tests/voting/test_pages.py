"""The pages of the room: a whole round by browser forms, who may open what, and how many queries a page asks."""

import io
import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from tests.factories.frame import NOW, CycleFactory, official, signed_in
from tests.factories.voting import Plenary, code_on, freeze, plenary
from voting import services
from voting.models import Ballot, Opinion, Review, Round
from voting.states import OpinionBody, RoundState, Step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def url(name: str, cycle: Cycle, **more: object) -> str:
    return reverse(f"voting:{name}", kwargs={"area": cycle.area.slug, "year": cycle.year, **more})


def page(session: Plenary, name: str, **more: object) -> str:
    return url(name, session.cycle, number=session.round.number, **more)


def act(session: Plenary, user: User, slug: str, **data: str) -> None:
    client = signed_in(user)
    address = page(session, "round_act", act=slug)
    shown = client.get(address)
    assert shown.status_code == 200
    assert client.post(address, data | dict(shown.context["hidden"])).status_code == 302
    session.round.refresh_from_db()


def choices(session: Plenary, letters: str) -> dict[str, str]:
    return {f"option_{option.pk}": letter for option, letter in zip(session.options, letters, strict=True)}


def vote(session: Plenary, deputy: User, letters: str) -> str:
    """Vote by the pages: ballot, check, cast, and the cast sent once more; return the code."""
    ballot, client = reverse("voting:ballot", kwargs={"round_id": session.round.pk}), signed_in(deputy)
    key = client.get(ballot).context["paper"]["key"].value()
    check = client.post(ballot, {"step": "check", "key": key, **choices(session, letters)})
    hidden = dict(check.context["hidden"])
    assert hidden == {"key": str(key), **choices(session, letters)}
    code, again = (code_on(client.post(ballot, {"step": "cast", **hidden})) for _ in range(2))
    assert code == again
    return code


def workbook(*rows: tuple[object, ...]) -> io.BytesIO:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    file.seek(0)
    file.name = "roll.xlsx"
    return file


def test_a_round_runs_by_pages_alone(client):
    cycle = CycleFactory(phase=Phase.DECIDE)
    freeze(cycle, 3)
    staff, chair, scrutineer = (
        official(role, cycle.area) for role in (Role.CONGRESS_STAFF, Role.CHAIR, Role.SCRUTINEER)
    )
    deputies = [official(Role.DEPUTY, cycle.area) for _ in range(3)]
    desk = signed_in(staff)

    made = desk.post(url("round_create", cycle), {"title": "票决", "seats": "2"})
    session = Plenary(Round.objects.get(), staff, chair, scrutineer, deputies)
    assert made["Location"] == page(session, "round")
    rules = desk.get(page(session, "round_rules")).context["form"].initial
    answer = desk.post(page(session, "round_rules"), {**rules, "seats": "1", "most_approvals": "1"})
    assert answer.status_code == 302
    act(session, staff, "lock-rules")
    file = workbook(("用户名", "姓名", "代表团"), *((user.username, user.name, "一团") for user in deputies))
    door = cycle.address("imports:of_year")
    brought = desk.post(door, {"what": f"roll:{session.round.number}", "file": file}, follow=True)
    assert brought.context["batch"].counts["new"] == 3
    assert desk.post(reverse("imports:write", kwargs={"pk": brought.context["batch"].pk})).status_code == 302
    document = SimpleUploadedFile("公告.pdf", b"%PDF-1.7")
    in_term = {"deputies": "3", "document": "公告〔2024〕1号", "document_date": "2024-10-30", "file": document}
    assert desk.post(page(session, "in_term"), {"seen": "0", **in_term}).status_code == 302
    act(session, staff, "propose-lock-roll")
    act(session, scrutineer, "confirm-lock-roll")
    act(session, staff, "open-sign-in")
    hall = desk.get(page(session, "hall")).content.decode()
    assert session.round.hall_code in hall
    desk.post(page(session, "sign_in", line=1))
    second = signed_in(deputies[1])
    booth = reverse("voting:booth_round", kwargs={"round_id": session.round.pk})
    assert second.post(booth, {"hall_code": "no"}).status_code == 422
    assert second.post(booth, {"hall_code": session.round.hall_code}).status_code == 302
    act(session, chair, "propose-open")
    act(session, scrutineer, "confirm-open")
    codes = [vote(session, deputy, letters) for deputy, letters in zip(deputies[:2], ["yna", "ynn"], strict=True)]
    act(session, chair, "propose-close")
    act(session, scrutineer, "confirm-close")
    act(session, scrutineer, "count")
    assert signed_in(chair).get(page(session, "round_sheet")).status_code == 200
    assert session.round.result.returned == 2
    session.name_officers()
    act(session, chair, "propose-announce", note="第5号")
    act(session, scrutineer, "confirm-announce")

    shown = client.get(url("decision", cycle))
    assert session.round.state == RoundState.ANNOUNCED
    assert set(Ballot.objects.values_list("receipt", flat=True)) == set(codes)
    sheet = shown.context["sheets"][0][0]
    assert [(line.option.number, line.option.result.outcome) for line in sheet.lines] == [
        (1, "elected"), (2, "not_passed"), (3, "not_passed"),
    ]  # fmt: skip
    assert [option.number for option, _reason in shown.context["reserve"]] == [2, 3]
    assert "第5号" in shown.content.decode()
    assert not shown.cookies


def test_stranger_finds_no_ballot_and_no_desk():
    session = plenary()
    stranger = official(Role.DEPUTY, CycleFactory().area)
    elsewhere = official(Role.CONGRESS_STAFF, CycleFactory().area)
    ballot = reverse("voting:ballot", kwargs={"round_id": session.round.pk})

    assert signed_in(stranger).get(ballot).status_code == 404
    assert signed_in(session.chair).get(ballot).status_code == 404
    assert Client().get(ballot).status_code == 302
    for name in ("round", "roll", "hall", "round_sheet", "round_rules"):
        assert signed_in(elsewhere).get(page(session, name)).status_code == 403
        assert signed_in(session.deputies[0]).get(page(session, name)).status_code == 403


def test_nobody_sees_counts_before_the_count():
    session = plenary()
    for deputy in session.deputies:
        session.cast(deputy, "yyn")

    for person in (session.staff, session.chair, session.scrutineer, official(Role.ADMINISTRATOR, session.cycle.area)):
        client = signed_in(person)
        assert client.get(page(session, "round_sheet")).status_code == 403
        for name in ("round", "hall", "roll"):
            shown = client.get(page(session, name))
            assert shown.status_code == 200
            assert not re.search(r"\b(yyn|项目1[^<]*3)\b", shown.content.decode())
    session.step(Step.CLOSE)
    assert signed_in(session.chair).get(page(session, "round_sheet")).status_code == 403
    services.count_round(round_=session.round, by=session.chair, at=NOW)
    assert signed_in(session.chair).get(page(session, "round_sheet")).status_code == 200
    assert Client().get(url("decision", session.cycle)).context["sheets"] == []


def test_names_only_are_public_where_counts_are_not():
    session = plenary(method={"publishes_counts": False}, deputies=5)
    for deputy in session.deputies[:4]:
        session.cast(deputy, "yyn")
    session.finish()

    shown = Client().get(url("decision", session.cycle)).content.decode()

    table = shown[shown.index("<table") : shown.index("</table>")]
    assert "项目1" in table
    assert 'data-label="赞成"' not in table


def test_rehearsal_is_stamped_on_every_page_and_public_nowhere():
    session = plenary(is_rehearsal=True)
    deputy, desk = signed_in(session.deputies[0]), signed_in(session.staff)
    ballot = reverse("voting:ballot", kwargs={"round_id": session.round.pk})
    sent = {"key": str(uuid.uuid4()), **choices(session, "yyn")}

    pages = [
        deputy.get(reverse("voting:booth")),
        deputy.get(reverse("voting:booth_round", kwargs={"round_id": session.round.pk})),
        deputy.get(ballot),
        deputy.post(ballot, {"step": "check", **sent}),
        deputy.post(ballot, {"step": "cast", **sent}),
        *(desk.get(page(session, name)) for name in ("round", "roll", "hall")),
        signed_in(session.chair).get(page(session, "round_act", act="propose-close")),
    ]

    assert [shown.content.decode().count('class="stamp"') for shown in pages] == [1] * len(pages)
    assert session.round.title not in Client().get(url("decision", session.cycle)).content.decode()


def test_round_page_offers_what_is_next_to_those_whose_turn_it_is_and_says_why_not():
    session = plenary(until=RoundState.SIGN_IN)

    chair = signed_in(session.chair).get(page(session, "round")).context
    staff = signed_in(session.staff).get(page(session, "round")).context

    assert {slug: verdict.ok for slug, _act, verdict, _url in chair["acts"]} == {
        "propose-open": False, "propose-paper": True, "propose-void": True,
    }  # fmt: skip
    assert staff["acts"] == []
    refused = signed_in(session.chair).post(page(session, "round_act", act="propose-open"))
    assert refused.status_code == 403
    assert signed_in(session.chair).get(page(session, "round_act", act="fly")).status_code == 404


def test_warning_where_the_vote_is_not_differential():
    session = plenary(candidates=3, seats=3, until=RoundState.DRAFT)

    shown = signed_in(session.staff).get(page(session, "round")).context["warnings"]

    assert len(shown) == 1


def review_cycle() -> tuple[Cycle, User, User, Review]:
    cycle = CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.REVIEW)
    freeze(cycle, 3)
    office, staff = official(Role.LIVELIHOOD_OFFICE, cycle.area), official(Role.CONGRESS_STAFF, cycle.area)
    return cycle, office, staff, services.submit_list(cycle=cycle, session="两会", by=office, at=NOW)


def test_review_runs_by_pages_from_submission_to_adoption(client):
    cycle = CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.REVIEW)
    freeze(cycle, 3)
    office, staff, deputy, member = (
        official(role, cycle.area)
        for role in (Role.LIVELIHOOD_OFFICE, Role.CONGRESS_STAFF, Role.DEPUTY, Role.CPPCC_MEMBER)
    )

    assert signed_in(office).post(url("review", cycle), {"session": "省两会", "days_to_answer": "7"}).status_code == 302
    for person, items in ((deputy, ["2"]), (member, [])):
        sent = {"items": items, "text": "请增加山区点位", "delegation": "杭州代表团"}
        assert signed_in(person).post(url("opinion_give", cycle), sent).status_code == 302
    assert signed_in(staff).get(url("review_adopt", cycle)).status_code == 403
    for opinion in Opinion.objects.order_by("pk"):
        address = url("opinion_answer", cycle, opinion_id=opinion.pk)
        answer = signed_in(office).post(address, {"answer": "已采纳意见", "change": "增加200个"})
        assert answer.status_code == 302
    left_out = Review.objects.get().items.get(number=3)
    sent = {"document": "政府工作报告", "adopted_date": "2024-10-30", f"left_out_{left_out.pk}": "并入第2项"}
    assert signed_in(staff).post(url("review_adopt", cycle), sent).status_code == 302

    shown = client.get(url("decision", cycle)).content.decode()
    assert [opinion.body for opinion in Opinion.objects.order_by("pk")] == [OpinionBody.CONGRESS, OpinionBody.CPPCC]
    assert Review.objects.get().adopted_date == date(2024, 10, 30)
    for text in ("省两会", "请增加山区点位", "已采纳意见", "增加200个", "政府工作报告", "并入第2项", "杭州代表团"):
        assert text in shown
    assert deputy.name not in shown


def counted(
    client: Client, address: str, queries: int, django_assert_num_queries: Callable[[int], AbstractContextManager]
) -> None:
    client.get(address)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_decision_asks_as_much_for_one_round_as_for_three(rows, django_assert_num_queries):
    session = plenary(candidates=4, seats=1, deputies=2, method={"run_off_limit": 3, "is_strict": False})
    for number in range(rows):
        if number:
            session.round = services.start_run_off(round_=session.round, by=session.staff, at=NOW)
            session.open()
        for deputy, letters in zip(session.deputies, ["ynnn", "nynn"] if number == 0 else ["yn", "ny"], strict=True):
            session.cast(deputy, letters)
        session.finish()
    assert Round.objects.count() == rows

    counted(Client(), url("decision", session.cycle), 8, django_assert_num_queries)


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_as_much_for_one_row_as_for_three(rows, django_assert_num_queries):
    session = plenary(candidates=rows, seats=1, deputies=rows)
    for _ in range(rows - 1):
        plenary(cycle=session.cycle, seats=1, deputies=1, is_rehearsal=True)
    desk, deputy = signed_in(session.staff), signed_in(session.deputies[0])

    counted(desk, url("rounds", session.cycle), 7, django_assert_num_queries)
    counted(desk, page(session, "roll"), 11, django_assert_num_queries)
    counted(desk, page(session, "round"), 12, django_assert_num_queries)
    counted(desk, page(session, "hall"), 8, django_assert_num_queries)
    counted(deputy, reverse("voting:ballot", kwargs={"round_id": session.round.pk}), 6, django_assert_num_queries)


@pytest.mark.parametrize("rows", [1, 3])
def test_opinions_ask_as_much_for_one_row_as_for_three(rows, django_assert_num_queries):
    cycle, office, staff, review = review_cycle()
    for number in range(1, rows + 1):
        services.give_opinion(
            review=review,
            body=OpinionBody.CONGRESS,
            items=[review.items.get(number=number)],
            text="请增加点位",
            by=staff,
            at=NOW,
        )

    counted(signed_in(office), url("opinions", cycle), 9, django_assert_num_queries)
    counted(Client(), url("decision", cycle), 10, django_assert_num_queries)


@pytest.mark.parametrize(
    ("scheme", "voters", "warns"), [("plain", 0, False), ("plain", 4, True), ("plain", 5, False), ("named", 4, False)]
)
def test_who_closes_a_vote_of_few_is_told_what_their_counts_say(scheme, voters, warns):
    session = plenary(deputies=6, method={"scheme": scheme, "quorum_numerator": 1, "quorum_denominator": 6})
    for deputy in session.deputies[:voters]:
        session.cast(deputy, "yyn")

    shown = signed_in(session.chair).get(page(session, "round_act", act="propose-close"))

    assert ("票数过少，难以保密" in shown.content.decode()) is warns


def test_who_closes_reads_who_has_not_voted_and_how_the_quorum_stands():
    session = plenary(deputies=3)
    session.cast(session.deputies[0], "yyn")

    page_of_act = signed_in(session.chair).get(page(session, "round_act", act="propose-close"))
    shown = page_of_act.content.decode()

    assert [deputy.name in shown for deputy in session.deputies] == [False, True, True]
    stand = page_of_act.context["bar"].quorum
    assert (stand.needed, stand.there, stand.of_ballots, stand.verdict.ok) == (2, 3, False, True)


@pytest.mark.parametrize(("base", "voters", "needed", "mark"), [("in_term", 1, 2, 2), ("present", 1, 2, None)])
def test_the_screen_of_the_hall_has_a_clock_a_bar_of_turnout_and_no_navigation(base, voters, needed, mark):
    session = plenary(deputies=3, method={"quorum_base": base})
    for deputy in session.deputies[:voters]:
        session.cast(deputy, "yyn")

    answer = signed_in(session.staff).get(page(session, "hall"))
    bar, shown = answer.context["bar"], answer.content.decode()

    assert (bar.length, bar.present, bar.voted, bar.quorum.needed, bar.mark) == (3, 3, voters, needed, mark)
    assert '<body class="desk on-screen"' in shown
    assert f">{localtime(NOW):%H:%M}</time>" in shown
    assert 'class="side' not in shown
    assert 'class="turnout-bar"' in shown
