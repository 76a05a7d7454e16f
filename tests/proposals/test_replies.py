"""Answering a suggestion, and what stops an answer that is none."""

import csv
from pathlib import Path

import pytest

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import NotAllowed
from livelihood.kernel.text import BadText
from proposals import services, substance
from proposals.models import Reply
from proposals.services.replies import ReplyStopped
from proposals.states import ReplyFault
from tests.factories.frame import NOW, CycleFactory, OrganisationFactory, official
from tests.factories.proposals import ANSWER, AcceptedFactory, NeedFactory, NeedLinkFactory
from tests.proposals.pages import at

REAL = Path(__file__).parents[3] / "shared" / "data" / "citizen-messages" / "replies_600.csv"
WHY = "该事项按市里统一口径答复。"


@pytest.fixture
def bureau(cycle):
    """Return a department of the year."""
    return OrganisationFactory(area=cycle.area)


@pytest.fixture
def clerk(cycle, bureau):
    """Return somebody who answers for it."""
    return official(Role.DEPARTMENT, cycle.area, bureau)


@pytest.fixture
def answer(bureau, clerk):
    """Return a function that answers in its name."""

    def answer(suggestion, text, **more):
        return services.reply_to_suggestion(
            suggestion=suggestion, organisation=bureau, text=text, by=clerk, at=NOW, **more
        )

    return answer


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.CLOSED])
def test_a_department_answers_in_its_own_name_until_the_year_is_closed(db, journal, phase):
    suggestion = AcceptedFactory(cycle=CycleFactory(phase=phase))
    bureau = OrganisationFactory(area=suggestion.cycle.area)
    clerk = official(Role.DEPARTMENT, suggestion.cycle.area, bureau)

    reply = services.reply_to_suggestion(suggestion=suggestion, organisation=bureau, text=ANSWER, by=clerk, at=NOW)

    assert (reply.suggestion, reply.organisation, reply.text) == (suggestion, bureau, ANSWER)
    assert journal() == [("suggestion.replied", clerk.pk, {"reply": reply.pk, "organisation": bureau.pk})]


def test_an_answer_is_refused_for_another_organisation(cycle, clerk, journal):
    with pytest.raises(NotAllowed):
        services.reply_to_suggestion(
            suggestion=AcceptedFactory(cycle=cycle),
            organisation=OrganisationFactory(area=cycle.area),
            text=ANSWER,
            by=clerk,
            at=NOW,
        )

    assert not Reply.objects.exists()
    assert journal() == []


@pytest.mark.parametrize("text", ["", "   \n", "字" * 5001])
def test_an_empty_or_endless_answer_is_refused(cycle, answer, journal, text):
    with pytest.raises(BadText):
        answer(AcceptedFactory(cycle=cycle), text)

    assert not Reply.objects.exists()
    assert journal() == []


BARE = [
    "感谢您的建议，已收悉。", "收到", "网友：您好！留言已收悉", "您好，您所反映的问题，已转交相关部门调查处置。",
    "尊敬的市民：您好！您反映的问题已收悉，我们将认真研究。感谢您的关心和支持，祝您生活愉快！",
]  # fmt: skip


@pytest.mark.parametrize("text", BARE)
def test_a_bare_acknowledgement_is_not_sent_whatever_somebody_says(cycle, answer, journal, text):
    with pytest.raises(ReplyStopped) as refusal:
        answer(AcceptedFactory(cycle=cycle), text, why_insisted=WHY)

    assert (refusal.value.faults, refusal.value.field) == ((ReplyFault.BARE,), "text")
    assert not Reply.objects.exists()
    assert journal() == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("您好，电梯问题已转街道办事处。谢谢！", [ReplyFault.SHORT]),
        ("不属于我单位职责范围。", [ReplyFault.SHORT, ReplyFault.BESIDE]),
        ("该路段的红绿灯已于三月安装完毕，现已启用。", [ReplyFault.BESIDE]),
        (ANSWER, []),
        ("按规定，六层以上的樓房可申請加裝，資金由街道補助，請向社區報名。", []),
    ],
)
def test_a_reply_says_something_of_its_own_and_names_the_matter(cycle, answer, text, found):
    suggestion = AcceptedFactory(cycle=cycle)
    if not found:
        assert answer(suggestion, text).why_insisted == ""
        return

    with pytest.raises(ReplyStopped) as refusal:
        answer(suggestion, text)

    assert list(refusal.value.faults) == found
    assert not Reply.objects.exists()


def test_whoever_insists_says_why_and_the_journal_keeps_it(cycle, answer, bureau, clerk, journal):
    suggestion = AcceptedFactory(cycle=cycle)
    with pytest.raises(BadText):
        answer(suggestion, "不属于我单位职责范围。", why_insisted="没办法")
    assert not Reply.objects.exists()

    reply = answer(suggestion, "不属于我单位职责范围。", why_insisted=WHY)

    assert reply.why_insisted == WHY
    noted = {"reply": reply.pk, "organisation": bureau.pk, "faults": ["short", "beside"], "why_insisted": WHY}
    assert journal() == [("suggestion.replied", clerk.pk, noted)]


def test_the_same_words_answer_three_other_suggestions_of_a_year_and_no_more(cycle, answer):
    """Number, title and who answers are filled in by a template and make no difference."""
    said = "您好！您的建议“{0.public_title}”（{0.number}）收悉，加装电梯由街道统筹，明年办理。"
    first, *others = AcceptedFactory.create_batch(5, cycle=cycle)
    elsewhere = AcceptedFactory(cycle=CycleFactory())
    bureau = OrganisationFactory(area=elsewhere.cycle.area)
    services.reply_to_suggestion(
        suggestion=elsewhere, organisation=bureau, text=said.format(elsewhere), at=NOW,
        by=official(Role.DEPARTMENT, elsewhere.cycle.area, bureau),
    )  # fmt: skip
    answer(first, said.format(first))
    answer(first, said.format(first))
    for other in others[:2]:
        answer(other, said.format(other))
    with pytest.raises(ReplyStopped) as refusal:
        answer(others[2], said.format(others[2]))

    assert refusal.value.faults == (ReplyFault.ALIKE,)
    assert answer(others[3], said.format(others[3]) + "您所在楼栋已列入首批名单。").why_insisted == ""


def test_all_who_stand_behind_one_need_may_read_the_same(cycle, answer):
    need = NeedFactory(cycle=cycle, title="老旧小区加装电梯")
    behind = [link.suggestion for link in NeedLinkFactory.create_batch(6, need=need)]

    for suggestion in behind:
        answer(suggestion, ANSWER)

    assert Reply.objects.count() == 6


def test_a_stopped_reply_asks_for_the_reason_on_the_page_and_keeps_what_was_typed(client, cycle, office):
    suggestion = AcceptedFactory(cycle=cycle)
    address = at("reply", cycle, number=suggestion.number)
    sent = {"organisation": office.mandates.get().organisation_id, "text": "不属于我单位职责范围。"}
    assert 'type="hidden" name="why_insisted"' in client.get(
        at("desk_suggestion", cycle, number=suggestion.number)
    ).content.decode().replace("\n", " ")

    stopped = client.post(address, sent)

    page = stopped.content.decode()
    assert stopped.status_code == 422
    assert "没有提到所建议的事" in page
    assert 'type="text" name="why_insisted"' in page
    assert "不属于我单位职责范围。" in page
    assert client.post(address, sent | {"why_insisted": WHY}).status_code == 302
    assert Reply.objects.get().why_insisted == WHY


@pytest.mark.skipif(not REAL.exists(), reason="the sample of real replies is not on this machine")
def test_of_600_real_replies_as_many_are_stopped_as_measured():
    """What the sources say of the guard (docs/sources.md, reply-guard) is what it does."""
    with REAL.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    found, keys = [], []
    for row in rows:
        keys.append(substance.text_key(row["reply"], [row["title"]]))
        found.append(
            substance.faults(
                row["reply"], given=[row["title"]], matters=[row["title"], row["body"]], alike=keys.count(keys[-1]) - 1
            )
        )

    counted = {fault: sum(fault in faults for faults in found) for fault in ReplyFault}
    assert (len(rows), sum(map(bool, found))) == (600, 64)
    assert counted == {ReplyFault.BARE: 14, ReplyFault.SHORT: 22, ReplyFault.ALIKE: 0, ReplyFault.BESIDE: 37}
