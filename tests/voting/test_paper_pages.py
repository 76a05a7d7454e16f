"""Paper by the pages alone: handed out on the roll, counted, entered by two, compared, merged; and what pages ask."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.urls import reverse

from livelihood.accounts.roles import Role
from tests.factories.frame import NOW, official, signed_in
from tests.factories.voting import Plenary, plenary
from tests.voting.papers import boxed, count, enter, mixed
from voting import selectors, services
from voting.models import Ballot, PaperReading, PaperStack, RollEntry
from voting.states import RoundState, Step

pytestmark = pytest.mark.django_db

Queries = Callable[[int], AbstractContextManager[object]]


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def page(session: Plenary, name: str, **more: object) -> str:
    cycle = session.cycle
    place = {"area": cycle.area.slug, "year": cycle.year, "number": session.round.number}
    return reverse(f"voting:{name}", kwargs={**place, **more})


def marks(session: Plenary, letters: str) -> dict[str, str]:
    if letters == "xxx":
        return {"is_spoilt": "on"}
    return {f"option_{option.pk}": letter for option, letter in zip(session.options, letters, strict=True)}


def test_paper_runs_by_pages_alone():
    session = plenary(deputies=10)
    desk, other = signed_in(session.staff), signed_in(session.scrutineer)
    for entry in session.round.roll.order_by("number")[:6]:
        assert desk.post(page(session, "paper", line=entry.number)).status_code == 302
    assert desk.post(page(session, "paper", line=6), {"back": "yes"}).status_code == 302
    for deputy in session.deputies[5:]:
        session.cast(deputy, "yyn")
    assert session.round.roll.filter(struck_at__isnull=False).count() == 5
    session.step(Step.CLOSE)

    stack = page(session, "papers")
    assert desk.post(stack, {"returned": "many"}).status_code == 422
    assert [teller.post(stack, {"returned": "5"}).status_code for teller in (desk, other)] == [302, 302]
    sheets = ["yyn", "yny", "nnn", "aab", "xxx"]
    for client in (desk, other):
        address = page(session, "paper_sheet", sheet=1)
        for letters in sheets:
            assert client.get(address).status_code == 200
            answer = client.post(address, marks(session, letters))
            assert answer.status_code == 302
            address = answer.headers["Location"]
        assert address == stack
    merge = page(session, "round_act", act="merge-papers")
    assert desk.get(merge).status_code == 200
    assert desk.post(merge).status_code == 302
    again = desk.post(merge)

    assert again.status_code == 403
    assert sorted(Ballot.objects.filter(receipt="").values_list("marks", flat=True)) == sorted(sheets)
    assert desk.get(stack).context["progress"].stack.merged_by == session.staff
    assert signed_in(session.chair).post(page(session, "round_act", act="count")).status_code == 302
    session.round.refresh_from_db()
    assert session.round.state == RoundState.COUNTED


def test_all_who_wait_are_handed_a_paper_after_a_page_that_says_what_will_happen():
    session = plenary(deputies=4)
    session.cast(session.deputies[0], "yyn")
    desk = signed_in(session.staff)
    stack, act = page(session, "papers"), page(session, "round_act", act="hand-out-papers")
    offered = desk.get(stack)

    shown = desk.get(act)
    assert not RollEntry.objects.filter(struck_at__isnull=False).exists()
    answers = [desk.post(act).status_code for _click in range(2)]
    after = desk.get(stack)

    assert (offered.context["progress"].waiting, act in offered.content.decode()) == (3, True)
    assert all(str(text) in shown.content.decode() for text in shown.context["act"].consequences)
    assert answers == [302, 302]
    assert (after.context["progress"].issued, after.context["progress"].waiting) == (3, 0)
    assert act not in after.content.decode()
    assert signed_in(session.chair).post(act).status_code == 403
    assert act not in signed_in(session.chair).get(stack).content.decode()


def test_two_who_differ_come_back_to_the_sheet_and_see_both():
    session = boxed()
    enter(session, session.staff, "yyn")
    client = signed_in(session.scrutineer)
    address = page(session, "paper_sheet", sheet=1)

    blind = client.get(address)
    answer = client.post(address, marks(session, "yny"))
    shown = client.get(address)
    fixed = client.post(address, marks(session, "yyn"))

    assert (blind.context["lines"], blind.context["own"]) == ([], None)
    assert answer.headers["Location"] == address
    assert [differs for _option, _marks, differs in shown.context["lines"]] == [False, True, True]
    assert shown.context["tellers"] == [session.staff.name, session.scrutineer.name]
    assert fixed.headers["Location"] == page(session, "paper_sheet", sheet=2)
    assert set(PaperReading.objects.values_list("marks", flat=True)) == {"yyn"}


def test_a_sheet_asks_for_every_line_and_keeps_what_was_chosen():
    session = boxed()
    client = signed_in(session.staff)
    first, second, _third = session.options

    answer = client.post(page(session, "paper_sheet", sheet=1), {f"option_{first.pk}": "y", f"option_{second.pk}": "b"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [f"option_{session.options[2].pk}"]
    assert answer.content.decode().count("checked") == 2
    assert not PaperReading.objects.exists()


def test_strangers_to_the_count_see_how_far_it_is_and_no_sheet():
    session = boxed()
    enter(session, session.staff, "yyn")
    for user in (session.chair, official(Role.AUDITOR, session.cycle.area)):
        client = signed_in(user)
        assert client.get(page(session, "papers")).status_code == 200
        assert client.get(page(session, "paper_sheet", sheet=1)).status_code == 403
        assert client.post(page(session, "paper_sheet", sheet=1), marks(session, "yyn")).status_code == 403
        assert client.post(page(session, "papers"), {"returned": "4"}).status_code == 422
    for sheet in (0, 6):
        assert signed_in(session.staff).get(page(session, "paper_sheet", sheet=sheet)).status_code == 404

    assert PaperStack.objects.get().returned == 5
    assert PaperReading.objects.count() == 1


def test_pages_say_why_papers_are_not_counted():
    session = mixed(5, 5)
    session.step(Step.CLOSE)
    count(session, 6)

    shown = signed_in(session.scrutineer).get(page(session, "papers"))

    reason = "收回6张纸质表决票，多于发出的5张。本轮只能宣布作废。"
    assert str(shown.context["may_enter"].reason) == reason
    assert reason in shown.content.decode()
    assert reason in signed_in(session.chair).get(page(session, "round")).content.decode()


def test_booth_tells_who_holds_a_paper():
    session = plenary()
    deputy = session.deputies[0]
    services.hand_out_paper(entry=session.entry(deputy), by=session.staff, at=NOW)

    shown = signed_in(deputy).get(reverse("voting:booth_round", kwargs={"round_id": session.round.pk}))

    assert str(shown.context["may_cast"].reason) in shown.content.decode()
    assert not shown.context["may_cast"]
    assert RollEntry.objects.filter(has_voted=True).count() == 0


@pytest.mark.parametrize("number", [1, 5])
def test_stack_asks_as_much_for_one_sheet_as_for_all(number, django_assert_num_queries: Queries):
    session = boxed()
    enter(session, session.staff, *["yyn"] * number)
    enter(session, session.scrutineer, *["yny"] * number)
    client = signed_in(session.staff)
    client.get(page(session, "papers"))

    with django_assert_num_queries(22):
        shown = client.get(page(session, "papers"))

    assert len(shown.context["progress"].differing) == number


def test_work_of_tellers_comes_with_the_papers_and_goes_with_the_merging():
    session = mixed(5, 5)
    people = [session.staff, session.scrutineer, session.chair]
    session.step(Step.CLOSE)

    def work() -> list[list[str]]:
        return [[item.url for item in selectors.work_for(user, NOW)] for user in people]

    papers, here = page(session, "papers"), page(session, "round")
    assert work() == [[papers], [papers], []]
    count(session, 0)
    assert work() == [[], [], [here]]
