"""Who wants what others ask for already joins them; who turns to the wrong office is told so before it is sent."""

import html
import re

import pytest

from livelihood.cycles.states import Phase
from proposals.elsewhere import OTHER_OFFICES, offices_for
from proposals.models import Suggestion
from proposals.states import NeedOutcome
from tests.factories.frame import NOW, AspectFactory, CycleFactory, PhasePeriodFactory, UserFactory
from tests.factories.proposals import NeedFactory
from tests.proposals.pages import answers, at, text_of


def joined_by(page, need):
    """Return what the one tap sends that joins a need; None where it is not offered."""
    form = re.search(rf'<form id="join-{need.number}".*?</form>', page.content.decode(), re.DOTALL)
    if form is None:
        return None
    fields = re.findall(r'<input\s+type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', form[0])
    return {name: html.unescape(value) for name, value in fields} | {"step": "check"}


@pytest.mark.parametrize("where", ["need", "similar", "check"])
def test_a_need_is_joined_by_one_tap_and_sent_like_any_suggestion(client, cycle, where):
    need = NeedFactory(cycle=cycle, title="老旧小区<加装>电梯", aspect=AspectFactory(cycle=cycle, number=3))
    pages = {
        "need": lambda: client.get(at("need", cycle, number=need.number)),
        "similar": lambda: client.get(at("similar", cycle), {"title": "小区加装电梯"}),
        "check": lambda: client.post(at("suggest", cycle), answers(cycle, title="小区加装电梯", step="check")),
    }

    check = client.post(at("suggest", cycle), joined_by(pages[where](), need))
    assert (check.status_code, Suggestion.objects.count()) == (200, 0)
    assert joined_by(check, need) is None, "it is joined already"
    (key,) = re.findall(r'name="idempotency_key" value="(\w+)"', check.content.decode())
    sent = {**joined_by(pages[where](), need), "idempotency_key": key, "step": "send"}
    assert client.post(at("suggest", cycle), sent).status_code == 200

    row = Suggestion.objects.get()
    assert (row.title, row.aspect, row.area) == (need.title, need.aspect, need.area)
    assert f"{need.number}" in row.matter
    assert need.title in row.matter


def test_similar_needs_are_those_of_the_year_that_are_alike(client, cycle):
    alike, other = NeedFactory(cycle=cycle, title="老旧小区加装电梯"), NeedFactory(cycle=cycle, title="河道清淤")
    NeedFactory(cycle=CycleFactory(), title="老旧小区加装电梯和坡道")

    page = client.get(at("similar", cycle), {"title": "小区加装电梯"})

    assert re.findall(r"/needs/(\d+)/", page.content.decode()) == [str(alike.number)]
    assert "public" in page["Cache-Control"]
    assert not page.cookies
    nothing = client.get(at("similar", cycle))
    assert not {alike.title, other.title} & set(text_of(nothing).split())


def test_nobody_joins_what_was_not_adopted_or_after_the_collection(client, cycle):
    closed = {"outcome": NeedOutcome.NOT_ADOPTED, "reason": "另有安排", "decided_at": NOW, "decided_by": UserFactory()}
    turned_down = NeedFactory(cycle=cycle, title="老旧小区加装电梯", **closed)
    over = CycleFactory(phase=Phase.PLAN)
    late = NeedFactory(cycle=over, title="老旧小区加装电梯")

    for year, need in ((cycle, turned_down), (over, late)):
        for page in (
            client.get(at("need", year, number=need.number)),
            client.get(at("similar", year), {"title": "小区加装电梯"}),
        ):
            assert need.title in text_of(page)
            assert joined_by(page, need) is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("门口的路灯坏了三天没人修", ["12345"]),
        ("对拆迁补偿不满，多次申诉", [""]),
        ("老板拖欠工资", ["12368"]),
        ("Our head of village takes BRIBES", ["12388"]),
        ("举报某局长受贿，法院不管", ["12368", "12388"]),
        ("六层老楼没有电梯，老人下不了楼", []),
    ],
)
def test_what_another_office_acts_on_is_recognised(text, numbers):
    assert [office.number for office in offices_for(["题目", text])] == numbers


def test_another_office_is_named_before_sending_and_the_text_is_kept(client, cycle):
    wrong = answers(cycle, matter="楼下烧烤店噪音扰民，每天到半夜。", step="check")

    check = client.post(at("suggest", cycle), wrong)

    assert 'href="tel:12345"' in check.content.decode()
    assert wrong["matter"] in check.content.decode()
    assert 'value="send"' in check.content.decode(), "it may be sent all the same"
    plain = client.post(at("suggest", cycle), answers(cycle, step="check")).content.decode()
    assert "tel:" not in plain


def test_the_words_that_tell_are_the_same_in_the_browser(client, cycle):
    page = client.get(at("suggest", cycle)).content.decode()

    words = {word for entry in re.findall(r'data-words="([^"]*)"', page) for word in html.unescape(entry).split("|")}
    assert words == {word for office in OTHER_OFFICES for word in office.words}
    assert all(word == word.lower() for word in words)


def test_the_code_stands_in_the_qr_code_of_a_receipt_on_request_only(client, cycle):
    plain = client.post(at("suggest", cycle), answers(cycle, step="send")).content.decode()
    asked = client.post(f"{at('suggest', cycle)}?qr=code", answers(cycle, step="send")).content.decode()

    (code,) = set(re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", plain))
    assert Suggestion.objects.count() == 1
    assert f"{Suggestion.objects.get().number}.svg" in plain
    assert ('<svg role="img"' in plain, '<svg role="img"' in asked) == (False, True)
    assert code in asked
    assert f"#{code}" not in plain + asked, "it is read by a camera alone"


def test_a_receipt_names_the_day_by_which_it_is_decided(client, cycle):
    plan = PhasePeriodFactory(cycle=cycle, phase=Phase.PLAN)

    receipts = [
        client.post(at("suggest", year), answers(year, step="send", idempotency_key=key * 20)).content.decode()
        for year, key in ((cycle, "k"), (CycleFactory(), "m"))
    ]

    days = [re.findall(r"答复期限.*?datetime=\"([\d-]+)", page, re.DOTALL) for page in receipts]
    assert days == [[plan.ends_on.isoformat()], []]
