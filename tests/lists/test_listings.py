"""What the lists hold: exact rows, guarded against formulas, without what is nobody's business."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from livelihood.accounts.roles import Role
from livelihood.audit.services import record
from livelihood.cycles.importers import AREAS, ORGANISATIONS
from livelihood.cycles.models import Cycle, OrganisationAlias
from livelihood.cycles.states import Level, Phase
from livelihood.kernel.listings import listings
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.lists import selectors, services
from livelihood.lists.states import ListFormat
from proposals import services as proposals
from proposals.models import Suggestion
from proposals.states import CandidateState, Channel, NeedOutcome, SuggestionState
from tests.factories.frame import (
    NOW,
    CountyFactory,
    CycleFactory,
    MandateFactory,
    OrganisationFactory,
    UserFactory,
    official,
)
from tests.factories.proposals import (
    AcceptedFactory,
    CandidateFactory,
    ContactFactory,
    CostLineFactory,
    NeedFactory,
    SheetFactory,
    SuggestionFactory,
)
from tests.journal import TriedAct
from voting.acts import VotingAct

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> Cycle:
    return CycleFactory(phase=Phase.SOLICIT)


def table(cycle, listing, role=None, query="", language=""):
    """Return the rows of a list, as somebody of a role takes it."""
    return list(csv.DictReader(io.StringIO(content(cycle, listing, role, language, query).decode("utf-8-sig"))))


def content(cycle, listing, role=None, language="", query=""):
    """Return a list as CSV."""
    client = Client()
    if role is not None:
        client.force_login(official(role, cycle.area))
    where = cycle.area.slug if listings()[listing].of_area else f"{cycle.area.slug}/{cycle.year}"
    address = f"{language}/{'desk/' if role else ''}{where}/lists/{listing}/?export=csv{query}"
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.getvalue()


def test_needs_stand_in_the_order_of_their_page_and_no_title_is_a_formula(cycle):
    NeedFactory(cycle=cycle, number=1, title="=1+1", support=1)
    NeedFactory(cycle=cycle, number=2, title="加装电梯", support=5)

    rows = table(cycle, "needs")

    assert [(row["序号"], row["需求"], row["建议"]) for row in rows] == [("2", "加装电梯", "5"), ("1", "'=1+1", "1")]
    assert rows[0]["地区代码"] == cycle.area.code


def test_the_desk_takes_needs_with_their_drafts_and_who_opened_them(cycle):
    need = NeedFactory(cycle=cycle, number=1, opened_by=UserFactory(name="王小明"))
    NeedFactory(cycle=cycle, number=2, support=3)
    CandidateFactory(cycle=cycle, number=4).needs.add(need)
    CandidateFactory(cycle=cycle, number=3, state=CandidateState.PROPOSED).needs.add(need)

    public, desk = table(cycle, "needs"), table(cycle, "needs-of-desk", Role.DEPARTMENT)

    assert [(row["序号"], row["候选项目"], row["建立人"]) for row in desk][1:] == [("1", "3、4", "王小明")]
    assert [row["序号"] for row in desk] == [row["序号"] for row in public] == ["2", "1"]
    assert not {"候选项目", "建立人"} & public[0].keys()


def test_a_list_is_what_its_filters_say(cycle):
    NeedFactory(cycle=cycle, number=1)
    NeedFactory(
        cycle=cycle, number=2, outcome=NeedOutcome.NOT_ADOPTED, reason="无地", decided_at=NOW, decided_by=UserFactory()
    )

    rows = table(cycle, "needs", query="&state=not_adopted")

    assert [(row["序号"], row["理由"]) for row in rows] == [("2", "无地")]


def test_a_list_speaks_the_language_of_its_address(cycle):
    NeedFactory(cycle=cycle, number=7)

    (chinese,), (english,) = table(cycle, "needs"), table(cycle, "needs", language="/en")

    assert (chinese["需求"], english["Need"], english["State"]) == ("需求7", "需求7", "Under examination")


def test_suggestions_of_the_desk_hold_no_contact_and_no_word_that_was_not_checked(cycle):
    raw = SuggestionFactory(
        cycle=cycle, title="请致电13800138000", matter="我的邮箱是someone@example.org", wish="加装电梯"
    )
    ContactFactory(suggestion=raw, name="王小明", phone="13900001111")
    AcceptedFactory(cycle=cycle, title="原话", matter="原话", wish="原话", public_title="公开标题")

    rows = table(cycle, "suggestions-of-desk", Role.LIVELIHOOD_OFFICE)

    text = str(rows)
    assert [word for word in ("13800138000", "someone@", "王小明", "13900001111", "原话") if word in text] == []
    found = {row["编号"]: (row["状态"], row["希望得到答复"]) for row in rows}
    assert found[raw.number] == (str(SuggestionState.RECEIVED.label), "是")
    assert {row["标题"] for row in rows} >= {"公开标题"}


def test_public_suggestions_are_the_accepted_ones_in_their_checked_wording(cycle):
    SuggestionFactory(cycle=cycle)
    accepted = AcceptedFactory(cycle=cycle, title="原话", public_title="公开标题")

    rows = table(cycle, "suggestions")

    assert [(row["编号"], row["标题"]) for row in rows] == [(accepted.number, "公开标题")]
    assert "原话" not in str(rows)


def test_candidates_that_are_drafts_are_for_the_desk_alone(cycle):
    CandidateFactory(cycle=cycle, number=1)
    sheet = SheetFactory(candidate__cycle=cycle, candidate__number=2, candidate__state=CandidateState.PROPOSED)
    CostLineFactory(sheet=sheet)

    public, desk = table(cycle, "candidates"), table(cycle, "candidates-of-desk", Role.DEPARTMENT)

    assert [(row["序号"], row["投资（万元）"], row["每年受益人数"]) for row in public] == [("2", "800.0000", "12000")]
    assert [(row["序号"], row["投资（万元）"], row["法律政策依据"]) for row in desk] == [
        ("1", "", ""),
        ("2", "800.0000", "《无障碍环境建设法》"),
    ]


def test_figures_of_suggestions_are_those_of_the_page(cycle):
    SuggestionFactory.create_batch(2, cycle=cycle)
    SuggestionFactory(cycle=cycle, channel=Channel.LETTER, entered_by=UserFactory())

    rows = [tuple(row.values()) for row in table(cycle, "suggestion-figures")]

    assert rows[0] == ("合计", "", "3", "0", "0", "0", "0")
    assert [row[1:3] for row in rows if row[0] == "按渠道"] == [
        (str(Channel.WEB.label), "2"),
        (str(Channel.LETTER.label), "1"),
    ]


def test_people_are_handed_out_without_secrets(cycle):
    mandate = MandateFactory(
        area=cycle.area,
        role=Role.DEPUTY,
        user__name="王小明",
        user__mail="wang@example.org",
        user__phone="0571-88888888",
        user__password="argon2$secret",
    )
    UserFactory(area=cycle.area, name="李无职")

    rows = table(cycle, "people", Role.ADMINISTRATOR, query="&role=deputy")
    idle = table(cycle, "people-without-mandate", Role.ADMINISTRATOR)

    assert [tuple(row.values()) for row in rows] == [
        (
            mandate.user.username, "王小明", str(Role.DEPUTY.label), cycle.area.code, "", str(mandate.starts_on), "",
            "0571-88888888", "wang@example.org",
        )
    ]  # fmt: skip
    assert [row["姓名"] for row in idle] == ["李无职"]
    assert "secret" not in str(rows)


def test_the_journal_of_a_year_names_who_did_what(cycle):
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)
    suggestion = AcceptedFactory(cycle=cycle)
    need = NeedFactory(cycle=cycle)
    proposals.link_suggestion(suggestion=suggestion, need=need, by=office, at=NOW)
    proposals.unlink_suggestion(suggestion=suggestion, need=need, by=office, at=NOW)
    record(VotingAct.DEPUTY_SIGNED_IN, cycle, by=office, at=NOW, cycle_id=cycle.pk)

    rows = table(cycle, "journal", Role.LIVELIHOOD_OFFICE)
    with_deputies = table(cycle, "journal-with-deputies", Role.AUDITOR)
    chosen = table(cycle, "journal-with-deputies", Role.AUDITOR, query="&act=suggestion.linked&by=nobody")

    acts = [("suggestion.unlinked", office.name), ("suggestion.linked", office.name)]
    assert [(row["操作代码"], row["操作人"]) for row in rows] == acts
    assert [row["操作代码"] for row in with_deputies] == [
        "list.taken", str(VotingAct.DEPUTY_SIGNED_IN), *(act for act, _who in acts),
    ]  # fmt: skip
    assert chosen == []


def test_the_journal_of_an_area_is_what_belongs_to_no_year(cycle):
    record(TriedAct.CYCLE_TRIED, cycle, by=None, at=NOW, cycle_id=cycle.pk)
    unit = OrganisationFactory(area=cycle.area, name_zh="市教育局")
    record(TriedAct.CYCLE_RETRIED, unit, by=None, at=NOW, old={"phone": "1"}, new={"phone": "2"}, count=3)

    rows = table(cycle, "journal-of-area", Role.AUDITOR)

    assert [(row["操作代码"], row["操作人"]) for row in rows] == [(str(TriedAct.CYCLE_RETRIED), "")]
    said = [(row["对象"], row["对象代码"], row["详情"]) for row in rows]
    assert said == [("单位 市教育局", f"cycles.organisation:{unit.pk}", "电话：1 → 2；数量：3")]
    assert json.loads(rows[0]["详情原文"]) == {"old": {"phone": "1"}, "new": {"phone": "2"}, "count": 3}


@pytest.mark.parametrize("language", ["", "/en"])
def test_areas_and_organisations_are_read_again_as_they_are(cycle, language):
    county = CountyFactory(parent=cycle.area, longitude=Decimal("120.123456"), latitude=Decimal("30.123456"))
    office = OrganisationFactory(area=county, parent=OrganisationFactory(area=cycle.area), contact="王小明")
    OrganisationAlias.objects.create(organisation=office, name="民生办")
    OrganisationAlias.objects.create(organisation=office, name="实事办")

    areas, organisations = (
        read_sheet(io.BytesIO(content(cycle, kind.name, Role.ADMINISTRATOR, language)), kind)
        for kind in (AREAS, ORGANISATIONS)
    )

    assert (areas.errors, organisations.errors) == ([], [])
    (area,) = (row.values for row in areas.rows)
    assert {name: area.get(name) for name in ("code", "name_zh", "level", "parent", "longitude", "latitude")} == {
        "code": county.code, "name_zh": county.name_zh, "level": Level.COUNTY, "parent": cycle.area.code,
        "longitude": county.longitude, "latitude": county.latitude,
    }  # fmt: skip
    found = {row.values["name_zh"]: row.values for row in organisations.rows}[office.name_zh]
    assert {name: found.get(name) for name in ("area", "kind", "parent", "contact", "aliases")} == {
        "area": county.code, "kind": office.kind, "parent": office.parent.name_zh, "contact": "王小明",
        "aliases": ("实事办", "民生办"),
    }  # fmt: skip


def test_a_public_file_is_given_no_longer_when_a_wording_in_it_was_taken_back(cycle):
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)
    suggestion = AcceptedFactory(cycle=cycle, public_title="打给王小明")
    listing = listings()["suggestions"]
    rows = Suggestion.objects.for_cycle(cycle).published().order_by("pk")
    file = services.ask_for_file(listing=listing, place=cycle, rows=rows, file_format=ListFormat.CSV, by=None, at=NOW)
    services.run_write_file(file.job_id, at=NOW)
    assert "打给王小明" in (selectors.content_of(file, NOW) or b"").decode()

    words: dict[str, Any] = {
        "public_title": "加装电梯",
        "public_matter": "六层老楼没有电梯，老人下不了楼。",
        "public_wish": "请加装电梯。",
    }
    proposals.reword_suggestion(suggestion=suggestion, **words, by=office, at=NOW)

    assert selectors.content_of(file, NOW) is None
