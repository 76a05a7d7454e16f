"""The tally sheet and the notice: exact words and figures, on the page and as PDF; a rehearsal is stamped."""

from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader

from livelihood.audit.models import Entry
from livelihood.kernel.errors import InvalidInput, NotAllowed
from tests.factories.frame import NOW, signed_in
from tests.factories.voting import Plenary, plenary
from tests.voting.papers import count, enter_twice, merge, mixed
from voting import exporters, services, sheets
from voting.models import CountingOfficer, Round
from voting.states import Duty, RoundState, Step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


def page(session: Plenary, name: str) -> str:
    cycle = session.cycle
    return reverse(
        f"voting:{name}", kwargs={"area": cycle.area.slug, "year": cycle.year, "number": session.round.number}
    )


def round_of(session: Plenary) -> Round:
    return Round.objects.select_related("cycle__area", "method", "result").get(pk=session.round.pk)


def name_officers(congress: Plenary, **values: object) -> None:
    names = {"chief": "郑重", "scrutineers": ["监一", "监二"], "tellers": ["计一"], **values}
    services.name_officers(round_=congress.round, by=congress.staff, at=NOW, **names)  # type: ignore[arg-type]


@pytest.fixture
def announced() -> Plenary:
    """Give an announced round of twelve deputies: five of six papers came back, five voted in the booth."""
    session = plenary(deputies=12)
    for deputy in session.deputies[:6]:
        services.hand_out_paper(entry=session.entry(deputy), by=session.staff, at=NOW)
    for deputy in session.deputies[6:11]:
        session.cast(deputy, "yyn")
    name_officers(session, session="某市第十六届人民代表大会第二次会议")
    session.step(Step.CLOSE)
    count(session, 5)
    enter_twice(session, "yyn", "yyn", "yny", "bbb", "xxx")
    merge(session)
    services.count_round(round_=session.round, by=session.chair, at=NOW)
    session.step(Step.ANNOUNCE, "第五号")
    return session


def test_sheet_gives_every_figure_count_and_name(announced):
    with override("zh-hans"):
        sheet = sheets.tally_sheet(round_of(announced))

    assert sheet.figures == [
        ("应到代表", "12"), ("实到代表", "12"), ("发出表决票", "12"), ("发出纸质表决票", "6"), ("收回表决票", "10"),
        ("收回纸质表决票", "5"),
        ("有效票", "9"), ("无效票", "1"), ("有效票中的空白票", "1"), ("实到未投票", "2"), ("所需赞成票", "7"),
    ]  # fmt: skip
    assert sheet.rows == [
        ["1", "项目1", "8", "0", "1", "入选"],
        ["2", "项目2", "7", "1", "1", "入选"],
        ["3", "项目3", "1", "7", "1", "未达到法定票数"],
    ]
    assert sheet.officers == [("总监票人", ["郑重"]), ("监票人", ["监一", "监二"]), ("计票人", ["计一"])]
    assert sheet.record_hash.replace(" ", "") == exporters.full_record(round_of(announced))["hash"]
    assert (sheet.title, sheet.stamp, sheet.notes) == ("计票报告单", "", [])


def test_sheet_of_a_round_on_paper_says_so():
    session = plenary(deputies=3)
    session.step(Step.MOVE_TO_PAPER, "设备故障")
    session.step(Step.CLOSE)
    count(session, 3)
    enter_twice(session, "yyn", "yyn", "yyn")
    merge(session)
    services.count_round(round_=session.round, by=session.chair, at=NOW)

    sheet = sheets.tally_sheet(round_of(session))

    assert sheet.notes == ["The whole round was held on paper."]
    assert sheet.figures[2:6] == [
        ("Ballots handed out", "3"), ("Papers handed out", "3"), ("Ballots returned", "3"), ("Papers returned", "3"),
    ]  # fmt: skip


def test_sheet_of_a_void_round_has_its_figures_and_no_counts():
    session = mixed(5, 6)
    session.step(Step.CLOSE)
    count(session, 6)
    session.step(Step.VOID, "收回表决票多于发出表决票")

    sheet = sheets.tally_sheet(round_of(session))

    assert sheet.notes == ["This round is void: 收回表决票多于发出表决票"]
    assert sheet.figures == [
        ("Deputies in term", "11"), ("Deputies present", "11"), ("Ballots handed out", "11"),
        ("Papers handed out", "5"), ("Ballots returned", "12"), ("Papers returned", "6"),
    ]  # fmt: skip
    assert (sheet.rows, sheet.record_hash) == ([], "")
    assert sheets.tally_sheet_file(round_of(session)).startswith(b"%PDF")


def test_sheet_is_read_at_the_desk_once_counted_or_void():
    session = plenary()
    desk = signed_in(session.staff)

    assert [desk.get(page(session, name)).status_code for name in ("round_sheet", "round_sheet_pdf")] == [403, 403]
    session.step(Step.CLOSE)
    assert desk.get(page(session, "round_sheet")).status_code == 403
    session.step(Step.VOID, "设备故障")

    shown, pdf = (desk.get(page(session, name)) for name in ("round_sheet", "round_sheet_pdf"))
    assert "设备故障" in shown.content.decode()
    assert (pdf.headers["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert signed_in(session.deputies[0]).get(page(session, "round_sheet")).status_code == 403


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_papers_are_the_same_bytes_each_time(announced, language):
    with override(language):
        for make in (sheets.tally_sheet_file, sheets.notice_file):
            first = make(round_of(announced))
            assert first == make(round_of(announced))
            assert first.startswith(b"%PDF")


def test_rare_names_stand_on_the_signed_sheet():
    session = plenary()
    names = {"scrutineers": ["\U000212fe明", "ཚེ་རིང་"], "tellers": ["ئابدۇللا", "ꀉꆂ"]}
    name_officers(session, chief="王\U00020bb7", **names)
    session.finish()

    text = PdfReader(BytesIO(sheets.tally_sheet_file(round_of(session)))).pages[0].extract_text()

    assert [one for one in "王\U00020bb7\U000212fe明ཚརངꀉꆂ" if one not in text] == []


def test_a_sheet_with_a_name_that_no_font_draws_is_refused_and_names_it():
    session = plenary()
    name_officers(session, chief="王\U00020001")
    session.finish()

    shown, pdf = (signed_in(session.staff).get(page(session, name)) for name in ("round_sheet", "round_sheet_pdf"))

    assert (shown.status_code, "王\U00020001" in shown.content.decode()) == (200, True)
    assert (pdf.status_code, pdf.headers["Content-Type"]) == (422, "text/html; charset=utf-8")
    assert "\U00020001 (U+20001)" in pdf.content.decode()


def test_rehearsal_is_stamped_and_never_posted():
    session = plenary(is_rehearsal=True)
    for deputy in session.deputies:
        session.cast(deputy, "yyn")
    session.finish()

    with override("zh-hans"):
        stamped = sheets.tally_sheet(round_of(session))

    assert stamped.stamp == "演练"
    assert [Client().get(page(session, name)).status_code for name in ("notice", "notice_pdf")] == [404, 404]
    assert "Rehearsal" in signed_in(session.staff).get(page(session, "round_sheet")).content.decode()


def test_notice_is_posted_when_announced_and_not_before():
    session = plenary()
    for deputy in session.deputies:
        session.cast(deputy, "yyn")
    session.step(Step.CLOSE)
    services.count_round(round_=session.round, by=session.chair, at=NOW)

    assert [Client().get(page(session, name)).status_code for name in ("notice", "notice_pdf")] == [404, 404]
    session.step(Step.ANNOUNCE)

    shown, pdf = (Client().get(page(session, name)) for name in ("notice", "notice_pdf"))
    assert [shown.status_code, pdf.status_code, pdf.content[:5]] == [200, 200, b"%PDF-"]
    assert not shown.cookies


def test_notice_has_the_form_of_the_congress(announced):
    with override("zh-hans"):
        notice = sheets.notice(round_of(announced))

    area = announced.cycle.area.name_zh
    year = announced.cycle.year
    assert notice.title == f"{area}人民代表大会公告"
    assert notice.number == "第五号"
    assert notice.text == (
        "2024年11月1日，某市第十六届人民代表大会第二次会议以无记名投票方式，从3个候选项目中票决产生"
        f"{area}{year}年度民生实事项目2个："
    )
    assert notice.projects == ["1. 项目1", "2. 项目2"]
    assert (notice.closing, notice.signed) == ("特此公告。", "某市第十六届人民代表大会第二次会议主席团")
    assert notice.day == "2024年11月1日"


def test_notice_of_a_vote_that_chose_nothing_says_so():
    session = plenary()
    for deputy in session.deputies:
        session.cast(deputy, "nnn")
    session.finish()

    notice = sheets.notice(round_of(session))

    assert notice.projects == []
    assert notice.text.endswith("none was chosen.")


def test_notices_of_a_tie_and_of_its_run_off_say_what_is_decided_in_all():
    session = plenary(deputies=4, method={"threshold_numerator": 1, "is_strict": False})
    for deputy, letters in zip(session.deputies, ["yyn", "yny", "yyn", "yny"], strict=True):
        session.cast(deputy, letters)
    session.finish()
    run_off = services.start_run_off(round_=session.round, by=session.staff, at=NOW)
    second = Plenary(run_off, session.staff, session.chair, session.scrutineer, session.deputies)
    second.open()
    for deputy in session.deputies[:3]:
        second.cast(deputy, "yn")
    second.finish()

    with override("zh-hans"):
        tie, end = sheets.notice(round_of(session)), sheets.notice(round_of(second))

    assert (tie.projects, tie.whole) == (["1. 项目1"], [])
    assert tie.remarks == ["下列项目得票相等：项目2；项目3；余下名额：1；由再次投票决定。"]
    assert (end.projects, end.remarks) == (["1. 项目2"], [])
    assert end.whole_text.endswith(f"{session.cycle.year}年度民生实事项目共2个：")
    assert end.whole == ["1. 项目1", "2. 项目2"]


def test_officers_are_named_by_staff_all_at_once_until_the_round_is_finished():
    session = plenary()
    name_officers(session)
    name_officers(session, tellers=["计二", "计三"])
    rows = [
        ("chief_scrutineer", "郑重"),
        ("scrutineer", "监一"),
        ("scrutineer", "监二"),
        ("teller", "计二"),
        ("teller", "计三"),
    ]
    assert list(CountingOfficer.objects.order_by("pk").values_list("duty", "name")) == rows

    mistakes: list[dict[str, object]] = [{"tellers": []}, {"scrutineers": []}, {"tellers": ["监一"]}, {"chief": " "}]
    for wrong in mistakes:
        with pytest.raises(InvalidInput):
            name_officers(session, **wrong)
    with pytest.raises(NotAllowed):
        services.name_officers(
            round_=session.round, chief="郑重", scrutineers=["监"], tellers=["计"], by=session.chair, at=NOW
        )
    session.step(Step.VOID, "设备故障")
    with pytest.raises(NotAllowed):
        name_officers(session)

    assert list(CountingOfficer.objects.order_by("pk").values_list("duty", "name")) == rows
    journal = Entry.objects.filter(act="round.officers_named").order_by("pk").values_list("detail", flat=True)
    assert list(journal) == [{"scrutineers": 2, "tellers": 1}, {"scrutineers": 2, "tellers": 2}]


def test_officers_form_proposes_people_of_the_portal_and_keeps_what_was_named():
    session = plenary()
    desk = signed_in(session.staff)

    proposed = desk.get(page(session, "officers")).context["form"].initial
    sent = {"chief": "郑重", "scrutineers": "监一\r\n\r\n监二 ", "tellers": "计一", "session": "第二次会议"}
    answer = desk.post(page(session, "officers"), sent)
    kept = desk.get(page(session, "officers")).context["form"].initial
    wrong = desk.post(page(session, "officers"), {**sent, "tellers": "监一"})

    assert (proposed["chief"], proposed["tellers"]) == (session.scrutineer.name, session.staff.name)
    assert answer.status_code == 302
    assert {name: kept[name] for name in sent} == {
        "chief": "郑重",
        "scrutineers": "监一\n监二",
        "tellers": "计一",
        "session": "第二次会议",
    }
    assert wrong.status_code == 422
    assert CountingOfficer.objects.get(duty=Duty.TELLER).name == "计一"
    assert session.round.state == RoundState.OPEN


def test_sheet_is_built_with_as_many_queries_for_few_ballots_as_for_many(announced, django_assert_num_queries):
    round_ = round_of(announced)

    with django_assert_num_queries(7):
        sheets.tally_sheet(round_)


def test_templates_of_papers_are_there():
    assert {path.name for path in Path(sheets.FOLDER).iterdir()} == {"ballot.typ", "notice.typ", "tally.typ"}
