"""The blank ballot: what it says by the rules, in which order, for whom; and that no sheet can be told from another."""

import io
import re

import pytest
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader

from livelihood.accounts.roles import Role
from tests.factories.frame import NOW, official, signed_in
from tests.factories.voting import Plenary, plenary
from voting import selectors, services, sheets
from voting.models import Round
from voting.states import OptionOrder, RoundState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


def round_of(session: Plenary) -> Round:
    return Round.objects.select_related("cycle__area", "method").get(pk=session.round.pk)


def address(session: Plenary, name: str = "blank_ballot_pdf") -> str:
    cycle = session.cycle
    return reverse(
        f"voting:{name}", kwargs={"area": cycle.area.slug, "year": cycle.year, "number": session.round.number}
    )


def numbers(session: Plenary) -> list[list[int]]:
    ballot = sheets.blank_ballot(round_of(session))
    return [[int(number) for number, _title, _facts in order] for order in ballot.orders]


def texts(session: Plenary) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(sheets.blank_ballot_file(round_of(session)))).pages]


def test_ballot_says_what_is_chosen_how_and_from_whom():
    session = plenary(until=RoundState.RULES_LOCKED)
    area = session.cycle.area

    with override("zh-hans"):
        ballot = sheets.blank_ballot(round_of(session))

    assert (ballot.title, ballot.round_title) == ("表决票", "民生实事项目票决")
    assert (ballot.place, ballot.stamp, ballot.seal) == (f"{area.name_zh} 2025", "", "盖章处")
    assert ballot.instructions == [
        "从3个候选项目中票决2个。",
        "每个项目只在三个圆圈中的一个作标记。",
        "未作标记的项目按弃权计算。",
        "最多赞成2项。",
        "超过此数的，整张表决票无效。",
        "请勿在表决票上书写姓名或其他内容。",
    ]
    assert [*ballot.headings, *ballot.marks] == ["序号", "候选项目", "赞成", "反对", "弃权"]
    lead = session.options[0].lead_organisation.name_zh
    assert ballot.orders == [
        [(str(n), f"项目{n}", f"城东街道第{n}社区 · {100 * n}万元 · {lead}") for n in (1, 2, 3)],
    ]


@pytest.mark.parametrize(
    ("method", "asked"),
    [
        (
            {"form": "at_most", "most_approvals": 2},
            ["Tick the boxes of at most 2 candidates.", "With more than that the whole ballot is invalid."],
        ),
        (
            {"form": "exactly", "most_approvals": 2, "over_vote": "approvals_void"},
            [
                "Tick the boxes of exactly 2 candidates; a ballot with fewer is invalid.",
                "With more than that they all count as abstentions.",
            ],
        ),
        (
            {"most_approvals": None, "blank": "not_counted"},
            ["Mark one of the three circles on each line.", "A line without a mark counts for nothing."],
        ),
        (
            {"most_approvals": 2, "blank": "ballot_invalid", "over_vote": "approvals_void"},
            [
                "Mark one of the three circles on each line.",
                "A line without a mark makes the whole ballot invalid.",
                "Approve at most 2.",
                "With more than that they all count as abstentions.",
            ],
        ),
    ],
)
def test_instructions_follow_the_rules(method, asked):
    ballot = sheets.blank_ballot(round_of(plenary(method=method, until=RoundState.RULES_LOCKED)))

    first, last = "2 to be chosen from 3 candidates.", "Write nothing else on this paper, and no name."
    assert ballot.instructions == [first, *asked, last]
    assert (ballot.is_tick, len(ballot.marks)) == ((True, 1) if "form" in method else (False, 3))


def test_order_is_that_of_the_list_or_of_the_lot():
    listed, drawn = (
        plenary(candidates=12, seats=10, method={"option_order": order}, until=RoundState.RULES_LOCKED)
        for order in (OptionOrder.LIST, OptionOrder.LOT)
    )

    lot = selectors.drawn(drawn.options, round_of(drawn).method.lot_seed)
    assert numbers(listed) == [list(range(1, 13))]
    assert numbers(drawn) == [[option.number for option in lot]]


def test_rotated_ballots_begin_once_with_each_candidate_as_those_of_the_booth_do():
    session = plenary(method={"option_order": OptionOrder.ROTATED}, until=RoundState.ROLL_LOCKED)

    assert numbers(session) == [[1, 2, 3], [2, 3, 1], [3, 1, 2]]
    assert sorted(
        [option.number for option in selectors.ballot_options(round_of(session), session.entry(deputy))]
        for deputy in session.deputies
    ) == numbers(session)
    printed = [re.findall(r"项目\s*(\d)", text) for text in texts(session)]
    assert printed == [["1", "2", "3"], ["2", "3", "1"], ["3", "1", "2"]]


def test_every_sheet_is_the_same_whenever_it_is_printed():
    session = plenary(until=RoundState.ROLL_LOCKED)
    first, (text,) = sheets.blank_ballot_file(round_of(session)), texts(session)

    session.round.refresh_from_db()
    services.open_sign_in(round_=session.round, by=session.staff, at=NOW)
    services.sign_in_deputy(entry=session.entry(session.deputies[0]), by=session.staff, at=NOW)

    assert sheets.blank_ballot_file(round_of(session)) == first
    assert not any(deputy.name in text for deputy in session.deputies)


def test_long_list_goes_on_overleaf_and_says_so():
    session = plenary(candidates=30, seats=24, until=RoundState.RULES_LOCKED)

    front, back = texts(session)

    assert "The list goes on overleaf." in front
    assert "The list goes on overleaf." not in back
    assert ("Place of the seal" in front, "Place of the seal" in back) == (True, False)


@pytest.mark.parametrize("is_rehearsal", [True, False])
def test_ballot_of_a_rehearsal_is_stamped(is_rehearsal):
    session = plenary(is_rehearsal=is_rehearsal, until=RoundState.RULES_LOCKED)

    assert sheets.blank_ballot(round_of(session)).stamp == ("Rehearsal" if is_rehearsal else "")
    assert ["Rehearsal" in text for text in texts(session)] == [is_rehearsal]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_staff_print_it_from_the_page_of_papers_once_rules_are_locked(language):
    session = plenary(until=RoundState.RULES_LOCKED)
    desk = signed_in(session.staff)
    with override(language):
        papers, url = address(session, "papers"), address(session)

        shown, pdf = desk.get(papers), desk.get(url)

        assert papers in desk.get(address(session, "round")).content.decode()
    assert f'href="{url}"' in shown.content.decode()
    assert (pdf.headers["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert pdf.headers["Content-Disposition"] == 'inline; filename="ballot-2025-1.pdf"'
    assert "no-store" in pdf.headers["Cache-Control"]
    for role in (Role.CHAIR, Role.SCRUTINEER, Role.AUDITOR, Role.DEPUTY):
        assert signed_in(official(role, session.cycle.area)).get(url).status_code == 403


def test_there_is_none_before_the_rules_are_locked_none_once_counted_and_none_of_a_vote_by_name():
    draft, counted = plenary(until=RoundState.DRAFT), plenary()
    named = plenary(method={"scheme": "named"}, until=RoundState.RULES_LOCKED)
    counted.finish()

    reasons = {}
    for name, session in (("draft", draft), ("counted", counted), ("named", named)):
        desk = signed_in(session.staff)
        assert desk.get(address(session)).status_code == 403
        shown = desk.get(address(session, "papers"))
        reasons[name] = str(shown.context["may_print"].reason)
        assert reasons[name] in shown.content.decode()
        assert f'href="{address(session)}"' not in shown.content.decode()

    assert reasons == {
        "draft": "Lock the rules first: the ballot says what they ask.",
        "counted": "This step is not possible in the present state.",
        "named": "A vote by name is not held on paper: papers carry no name.",
    }


@pytest.mark.parametrize("candidates", [3, 12])
def test_ballot_asks_as_much_for_few_candidates_as_for_many(candidates, django_assert_num_queries):
    round_ = round_of(plenary(candidates=candidates, until=RoundState.RULES_LOCKED))

    with django_assert_num_queries(1):
        sheets.blank_ballot(round_)
