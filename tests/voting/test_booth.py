"""The pages of the booth: what the ballot shows, keeps and refuses, the time left, reminders, a round that is void."""

import re
import uuid
from collections import OrderedDict
from datetime import timedelta

import pytest
from django.urls import reverse

from livelihood.web import shells
from tests import databases
from tests.factories.frame import NOW, signed_in
from tests.factories.voting import Plenary, code_on, in_urn, plenary
from voting import rules, services
from voting.models import RollEntry, Round
from voting.states import RoundState, Step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def choices(session: Plenary, letters: str) -> dict[str, str]:
    return {f"option_{option.pk}": letter for option, letter in zip(session.options, letters, strict=True)}


def booth(session: Plenary, name: str) -> str:
    return reverse(f"voting:{name}", kwargs={"round_id": session.round.pk})


def hall(session: Plenary) -> str:
    cycle = session.cycle
    return reverse("voting:hall", kwargs={"area": cycle.area.slug, "year": cycle.year, "number": session.round.number})


def test_every_line_of_the_ballot_opens_money_place_and_description():
    session = plenary()
    ballot = booth(session, "ballot")

    shown = signed_in(session.deputies[0]).get(ballot).content.decode()

    opened = [dict(re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", part)) for part in shown.split("<details>")[1:]]
    assert [(row["项目内容"], row["投资"], row["实施地点"]) for row in opened] == [
        (f"项目{number}的内容", f"{number}00万元", f"城东街道第{number}社区") for number in (1, 2, 3)
    ]


def test_ballot_page_keeps_choices_and_says_what_is_wrong():
    session = plenary()
    deputy = signed_in(session.deputies[0])
    ballot = booth(session, "ballot")
    key = str(uuid.uuid4())

    over = deputy.post(ballot, {"step": "check", "key": key, **choices(session, "yyy")})
    back = deputy.post(ballot, {"step": "edit", "key": key, **choices(session, "yyn")})
    keyless = deputy.post(ballot, {"step": "cast", **choices(session, "yyn")})
    unknown = deputy.post(ballot, {"step": "cast", "key": key, **choices(session, "yyx")})

    assert [answer.status_code for answer in (over, back, keyless, unknown)] == [422, 200, 422, 422]
    assert over.content.decode().count("checked") == 3
    assert back.context["paper"]["key"].value() == key
    assert not in_urn()
    assert not RollEntry.objects.filter(has_voted=True).exists()


@pytest.mark.parametrize("form", ["each", "at_most"])
@pytest.mark.parametrize("change", ["none", "short", "empty", "twice", "other name"])
def test_truncated_or_double_ballot_is_refused_and_shown_again(form, change):
    session = plenary(method={"form": form})
    deputy = signed_in(session.deputies[0])
    ballot = booth(session, "ballot")
    key, whole = str(uuid.uuid4()), choices(session, "ybb")
    first, *_others, last = whole
    changed: dict[str, dict[str, object]] = {
        "none": {},
        "short": {first: "y"},
        "empty": {**whole, last: ""},
        "twice": {**whole, first: ["b", "y"]},
        "other name": {**whole, first.replace("_", "_0"): "y"},
    }

    refused = deputy.post(ballot, {"step": "cast", "key": key, **changed[change]})

    assert refused.status_code == 422
    assert len(refused.context["paper"].non_field_errors()) == 1
    assert refused.context["paper"]["key"].value() == key
    assert not in_urn()
    assert not RollEntry.objects.filter(has_voted=True).exists()
    hidden = deputy.post(ballot, {"step": "check", "key": key, **whole}).context["hidden"]
    assert dict(hidden) == {"key": key, **whole}
    assert deputy.post(ballot, {"step": "cast", **dict(hidden)}).status_code == 200
    assert in_urn("marks") == ["ybb"]


@pytest.mark.parametrize("step", ["check", "edit", "cast"])
@pytest.mark.parametrize("stop", ["pause", "close"])
def test_choices_stay_on_the_page_while_voting_is_paused_or_closed(step, stop):
    session = plenary()
    deputy = signed_in(session.deputies[0])
    ballot = booth(session, "ballot")
    sent = {"step": step, "key": str(uuid.uuid4()), **choices(session, "yna")}
    if stop == "pause":
        services.pause_round(round_=session.round, by=session.chair, at=NOW)
    else:
        session.step(Step.CLOSE)

    kept = deputy.post(ballot, sent)
    looked = deputy.get(ballot)

    page = kept.content.decode()
    assert kept.status_code == 422
    assert re.findall(r'value="(.)"[^>]*checked', page) == ["y", "n", "a"]
    assert ("您的选择保留在本页" in page) is (stop == "pause")
    assert {"pause": "投票已暂停，请等候恢复", "close": "现在不能投票"}[stop] in page
    assert (looked.status_code, looked["Location"]) == (302, ballot.removesuffix("ballot/"))
    assert "您的选择保留在本页" not in deputy.get(looked["Location"]).content.decode()
    assert not in_urn()
    assert "yna" not in str(dict(deputy.session))
    if stop == "pause":
        services.resume_round(round_=session.round, by=session.chair, at=NOW)
        assert deputy.post(ballot, {**sent, "step": "cast"}).status_code == 200


def test_mark_can_be_taken_back_where_the_rules_allow_a_blank_line():
    for blank, letters in (("abstain", "ynab"), ("not_counted", "ynab"), ("ballot_invalid", "yna")):
        session = plenary(method={"blank": blank})
        ballot = booth(session, "ballot")

        paper = signed_in(session.deputies[0]).get(ballot).context["paper"]

        assert ["".join(value for value, _label in field.field.choices) for _option, field in paper.lines()] == [
            letters
        ] * 3


@pytest.mark.parametrize(
    ("minutes", "says"),
    [(0, "还剩30分钟"), (29.5, "还剩1分钟"), (30, "已到预定时间"), (30.5, "已到预定时间"), (41, "已超时11分钟")],
)
def test_a_clock_shows_the_time_left(time_machine, minutes, says):
    session = plenary()
    time_machine.move_to(NOW + timedelta(minutes=minutes), tick=False)
    deputy = signed_in(session.deputies[0])
    sent = {"step": "check", "key": str(uuid.uuid4()), **choices(session, "yyn")}

    for shown in (
        signed_in(session.staff).get(hall(session)),
        deputy.get(booth(session, "booth_round")),
        deputy.get(booth(session, "ballot")),
        deputy.post(booth(session, "ballot"), sent),
    ):
        (clock,) = re.findall(r'<strong class="clock">(.*?)</strong>', shown.content.decode(), re.DOTALL)
        assert clock.strip() == says
    services.pause_round(round_=session.round, by=session.chair, at=NOW)
    assert 'class="clock"' not in signed_in(session.staff).get(hall(session)).content.decode()


def test_where_days_are_left_nobody_counts_hours(time_machine):
    session = plenary()
    Round.objects.update(voting_minutes=7 * 24 * 60)
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)

    page = signed_in(session.staff).get(hall(session)).content.decode()

    assert re.findall(r'<strong class="clock">\s*(.*?)\s*</strong>', page) == ["剩余6天"]


def test_who_voted_in_a_void_round_is_told_that_the_ballot_counts_no_more():
    session = plenary()
    session.cast(session.deputies[0], "yyn")
    session.step(Step.VOID, "设备故障")
    deputy = signed_in(session.deputies[0])

    stand = deputy.get(booth(session, "booth_round")).content.decode()
    listed = deputy.get(reverse("voting:booth")).content.decode()

    assert "本轮已作废" in stand
    assert "设备故障" in stand
    assert "由主席团决定" in stand
    for shown in (stand, listed):
        assert "您已投票" not in shown
        assert "您的表决票已在票箱中" not in shown


def test_reminder_reaches_the_ballot_page():
    session = plenary()
    ballot = booth(session, "ballot")
    deputy = signed_in(session.deputies[0])
    before = deputy.get(ballot).content.decode()

    services.remind_deputies(round_=session.round, by=session.chair, at=NOW)

    sent = {"step": "check", "key": str(uuid.uuid4()), **choices(session, "yyn")}
    pages = [before, deputy.get(ballot).content.decode(), deputy.post(ballot, sent).content.decode()]
    assert ["大会正等待您投票" in shown for shown in pages] == [False, True, True]


def test_lines_left_blank_are_cast_as_blank():
    session = plenary()
    deputy = signed_in(session.deputies[0])
    ballot = booth(session, "ballot")
    sent = {key: value for key, value in choices(session, "ybn").items() if value != "b"}

    check = deputy.post(ballot, {"step": "check", "key": str(uuid.uuid4()), **sent})
    deputy.post(ballot, {"step": "cast", **dict(check.context["hidden"])})

    assert [option.number for option in check.context["blank"]] == [2]
    assert in_urn("marks") == ["ybn"]


def test_choices_of_every_ballot_are_sent_at_equal_length():
    session = plenary()
    lengths = set()
    for deputy, letters in zip(session.deputies, ["yyn", "aaa", "nbb"], strict=True):
        client = signed_in(deputy)
        ballot = booth(session, "ballot")
        sent = {name: letter for name, letter in choices(session, letters).items() if letter != "b"}
        hidden = client.post(ballot, {"step": "check", "key": str(uuid.uuid4()), **sent}).context["hidden"]
        lengths.add(sum(len(name) + len(value) for name, value in hidden))

    assert len(lengths) == 1


def test_rotated_ballots_begin_with_different_candidates():
    session = plenary(method={"option_order": "rotated"})
    ballot = booth(session, "ballot")

    firsts = [signed_in(deputy).get(ballot).context["paper"].options[0].number for deputy in session.deputies]

    assert firsts == [2, 3, 1]


def test_who_holds_a_paper_before_the_opening_is_not_told_to_wait_for_the_booth():
    session = plenary(until=RoundState.SIGN_IN)
    deputy = session.deputies[0]
    services.sign_in_deputy(entry=session.entry(deputy), by=session.scrutineer, at=NOW)
    waiting = signed_in(deputy).get(booth(session, "booth_round")).content.decode()
    services.hand_out_paper(entry=session.entry(deputy), by=session.staff, at=NOW)

    shown = signed_in(deputy).get(booth(session, "booth_round")).content.decode()

    waits = "主持人宣布开始投票后"
    assert (waits in waiting, waits in shown) == (True, False)
    assert str(rules.may_cast(deputy, session.round, session.entry(deputy), NOW).reason) in shown
    assert "纸质表决票" in shown


def test_receipt_is_filled_in_as_it_would_be_drawn_and_keeps_nothing_of_anybody(monkeypatch):
    monkeypatch.setattr(shells, "_kept", OrderedDict())
    session = plenary()
    people = [signed_in(deputy) for deputy in session.deputies]
    ballot, names = booth(session, "ballot"), [deputy.name for deputy in session.deputies]
    keys, marks = [str(uuid.uuid4()) for _ in people], {"step": "cast", **choices(session, "yyn")}

    drawn = people[0].post(ballot, {**marks, "key": keys[0]})
    filled = people[1].post(ballot, {**marks, "key": keys[1]})
    kept = repr(shells._kept)
    shells._kept.clear()
    again = people[1].post(ballot, {**marks, "key": keys[1]})

    assert len({code_on(drawn), code_on(filled)}) == 2
    token = re.compile(r'(name="csrfmiddlewaretoken" value=")\w{64}"')
    pages = [token.subn(r'\1"', answer.content.decode()) for answer in (filled, again)]
    assert pages[0] == pages[1]
    page, tokens = pages[0]
    assert tokens == 1
    assert names[1] in page
    assert names[0] not in page
    assert not [word for word in (*names, *keys, code_on(drawn), code_on(filled)) if word in kept]


def test_receipt_escapes_a_name_and_knows_a_round_that_bears_another_title(monkeypatch):
    monkeypatch.setattr(shells, "_kept", OrderedDict())
    sessions = [plenary(), plenary(is_rehearsal=True)]
    pages = []
    for session in sessions:
        deputy = session.deputies[0]
        deputy.name = "<b>&"
        with databases.as_superuser():
            deputy.save(update_fields=["name"])
        sent = {"step": "cast", "key": str(uuid.uuid4()), **choices(session, "yyn")}
        pages.append(signed_in(deputy).post(booth(session, "ballot"), sent).content.decode())

    assert all("&lt;b&gt;&amp;" in page and "<b>&" not in page for page in pages)
    assert ["stamp" in page for page in pages] == [False, True]
