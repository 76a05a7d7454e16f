"""Who sent a suggestion objects once to the need that it was put behind, and is answered once."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, NotAllowed
from proposals import selectors, services
from proposals.models import Objection, Suggestion
from proposals.states import ErasureReason
from tests.factories.frame import NOW, official
from tests.factories.proposals import NeedFactory
from tests.proposals.pages import at, text_of

pytestmark = pytest.mark.django_db
WORDS = "我说的是电梯，不是停车位。请打13800001111。"


class Behind:
    """A suggestion behind a need, with its receipt."""

    def __init__(self, cycle, office):
        self.cycle, self.office = cycle, office
        self.receipt = services.submit_suggestion(
            cycle=cycle, title="老楼没有电梯", matter="六层老楼没有电梯，老人下不了楼。", wish="请加装电梯。",
            aspect=None, area=cycle.area, idempotency_key="k" * 20, by=None, at=NOW,
        )  # fmt: skip
        self.key = {"number": self.receipt.number, "code": self.receipt.code}
        wording: Any = {f"public_{name}": "老楼没有电梯，请加装电梯" for name in ("title", "matter", "wish")}
        services.accept_suggestion(suggestion=self.row, **wording, by=office, at=NOW)
        self.need = NeedFactory(cycle=cycle, title="增加停车位")
        services.link_suggestion(suggestion=self.row, need=self.need, by=office, at=NOW)

    @property
    def row(self):
        return Suggestion.objects.select_related("cycle__area").get(number=self.receipt.number)


@pytest.fixture
def behind(cycle, office_of):
    return Behind(cycle, office_of(cycle))


def test_a_citizen_objects_on_the_page_and_reads_the_answer_there(behind, client):
    page = text_of(Client().post(at("track", behind.cycle), behind.key))
    assert "增加停车位" in page
    assert "对归入的需求提出异议" in page

    done = Client().post(at("objection", behind.cycle), behind.key | {"step": "do", "words": WORDS})

    assert "您的异议已收到" in text_of(done)
    client.force_login(behind.office)
    number = behind.receipt.number
    desk = text_of(client.get(at("desk_suggestion", behind.cycle, number=number)))
    assert "我说的是电梯" in desk
    assert "13800001111" not in desk
    listed = client.get(f"{at('intake', behind.cycle)}?objection=waiting")
    assert number in listed.content.decode()
    answer = at("objection_answer", behind.cycle, number=number)
    assert client.post(answer, {"answer": "已改归“加装电梯”。"}).status_code == 302
    assert "已改归“加装电梯”。" in text_of(Client().post(at("track", behind.cycle), behind.key))
    assert selectors.objection_to(behind.row).answered_by == behind.office


def test_nobody_objects_twice_and_nothing_is_answered_twice(behind):
    services.object_to_need(suggestion=behind.row, words=WORDS, at=NOW)
    with pytest.raises(Conflict):
        services.object_to_need(suggestion=behind.row, words="再说一次。", at=NOW)
    services.answer_objection(suggestion=behind.row, answer="已改正。", by=behind.office, at=NOW)

    with pytest.raises(Conflict):
        services.answer_objection(suggestion=behind.row, answer="再答一次。", by=behind.office, at=NOW)

    assert list(Objection.objects.values_list("words", "answer")) == [(WORDS, "已改正。")]


def test_nobody_objects_without_a_need_or_after_planning(behind):
    services.unlink_suggestion(suggestion=behind.row, need=behind.need, by=behind.office, at=NOW)
    with pytest.raises(NotAllowed, match="需求"):
        services.object_to_need(suggestion=behind.row, words=WORDS, at=NOW)
    services.link_suggestion(suggestion=behind.row, need=behind.need, by=behind.office, at=NOW)
    Cycle.objects.update(phase=Phase.DECIDE)

    with pytest.raises(NotAllowed):
        services.object_to_need(suggestion=behind.row, words=WORDS, at=NOW)

    assert not Objection.objects.exists()


def test_the_office_alone_answers_and_not_in_a_closed_year(behind):
    services.object_to_need(suggestion=behind.row, words=WORDS, at=NOW)
    department = official(Role.DEPARTMENT, behind.cycle.area)
    with pytest.raises(NotAllowed):
        services.answer_objection(suggestion=behind.row, answer="已改正。", by=department, at=NOW)
    Cycle.objects.update(phase=Phase.CLOSED)

    with pytest.raises(NotAllowed):
        services.answer_objection(suggestion=behind.row, answer="已改正。", by=behind.office, at=NOW)

    assert Objection.objects.get().answered_at is None


def test_objections_wait_in_my_work(behind):
    services.object_to_need(suggestion=behind.row, words=WORDS, at=NOW)

    waiting = [item for item in selectors.work_for(behind.office, NOW) if item.url.endswith("?objection=waiting")]

    assert [item.count for item in waiting] == [1]
    services.answer_objection(suggestion=behind.row, answer="已改正。", by=behind.office, at=NOW)
    assert not [item for item in selectors.work_for(behind.office, NOW) if item.url.endswith("?objection=waiting")]


def test_words_of_an_objection_go_with_the_text_and_in_no_other_way(behind):
    services.object_to_need(suggestion=behind.row, words=WORDS, at=NOW)
    objection = Objection.objects.get()
    for change in ({"words": "别的"}, {"objected_at": NOW.replace(year=2020)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Objection.objects.filter(pk=objection.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        objection.delete()

    services.withdraw_text(suggestion=behind.row, reason=ErasureReason.WISH, by=None, at=NOW)

    assert Objection.objects.get().words == "***"


def test_why_a_need_was_not_adopted_stands_on_the_page_of_who_asked(behind):
    services.turn_down_need(need=behind.need, reason="道路没有空间，三年内不可行。", by=behind.office, at=NOW)

    assert "道路没有空间，三年内不可行。" in text_of(Client().post(at("track", behind.cycle), behind.key))
