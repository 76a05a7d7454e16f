"""Reading what is set: from one query, known to the process, never staler than the page that shows it."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from livelihood.accounts.models import User
from livelihood.imprint import selectors
from livelihood.imprint.declared import SETTINGS, SettingGroup, SettingKind, shipped
from livelihood.imprint.models import SettingVersion
from livelihood.imprint.pictures import drawn_anew
from tests.factories.frame import NOW, CycleFactory, PhasePeriodFactory
from tests.imprint.conftest import Write
from tests.imprint.test_pictures import file_of
from tests.proposals.pages import answers

pytestmark = pytest.mark.django_db


def test_as_shipped_it_has_a_name_pages_and_purposes_and_nothing_invented():
    imprint = selectors.imprint()

    assert str(imprint["name"]) == "民生实事"
    assert (imprint.office, imprint.filings, imprint.error_page) == ([], [], "")
    assert (imprint.own_mark, imprint.palettes) == (None, None)
    assert [page.url for page in imprint.pages] == [
        f"/pages/{key}/" for key in ("about", "help", "accessibility", "terms", "privacy")
    ]
    assert all(len(str(fact.value)) > 20 for fact in imprint.purposes)


def test_nothing_that_is_computed_has_the_name_of_a_setting():
    """A template would be given the setting."""
    assert set(SETTINGS) & set(dir(selectors.Imprint)) == set()


def test_every_page_is_shipped_in_both_languages_with_chinese_in_one_only():
    for key, setting in SETTINGS.items():
        if setting.kind == SettingKind.PAGE:
            chinese, english = shipped(key, "zh"), shipped(key, "en")
            assert len(chinese) > 100 < len(english)
            assert chinese.count("##") == english.count("##")
            assert english.isascii() or not any("\u3400" < letter < "\u9fff" for letter in english)
    assert shipped("../about", "zh") == ""


def test_every_number_leads_to_the_authority_that_gave_it(write: Write):
    write("icp", "浙ICP备05000000号-1")
    write("security_filing", "浙公网安备 33022602000123号")
    write("site_code", "3302260001")
    write("organ_mark", "C2D2CE348F05C630E05310291AAC136A")

    *facts, errors = [(fact.value, fact.url) for fact in selectors.imprint().filings]

    assert facts == [
        ("浙ICP备05000000号-1", "https://beian.miit.gov.cn/"),
        ("浙公网安备 33022602000123号", "https://beian.mps.gov.cn/#/query/webSearch?code=33022602000123"),
        ("3302260001", ""),
        (
            "党政机关网站标识",
            "https://bszs.conac.cn/sitename?method=show&id=C2D2CE348F05C630E05310291AAC136A",
        ),
    ]
    assert errors == ("网站找错", selectors.imprint().error_page)


@pytest.mark.parametrize(
    ("number", "value", "icon"),
    [
        ("security_filing", "浙公网安备33022602000123号", "security_filing_icon"),
        ("organ_mark", "C2D2CE348F05C630E05310291AAC136A", "organ_mark_icon"),
        ("error_report", "https://ms.example.gov.cn/errors", "error_report_icon"),
    ],
)
def test_an_icon_stands_before_what_it_belongs_to_and_never_alone(write: Write, number: str, value: str, icon: str):
    version = write(icon, picture=drawn_anew(file_of((20, 20)), least=SETTINGS[icon].least))
    assert selectors.imprint().filings == []

    write(number, value)
    assert [fact.icon for fact in selectors.imprint().filings] == [version]

    write(icon)
    assert [fact.icon for fact in selectors.imprint().filings] == [None]


def test_every_icon_belongs_to_a_number_or_a_link():
    icons = {key: setting for key, setting in SETTINGS.items() if setting.icon_of}

    assert {f"{setting.icon_of}_icon": setting.icon_of in SETTINGS for setting in icons.values()} == dict.fromkeys(
        icons, True
    )
    assert {setting.kind for setting in icons.values()} == {SettingKind.PICTURE}


def test_errors_are_reported_by_the_number_of_the_site_or_where_the_office_says(write: Write, settings):
    settings.SITE_URL = "https://ms.example.gov.cn"
    write("site_code", "3302260001")
    expected = "https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=3302260001&url=https%3A%2F%2Fms.example.gov.cn"
    assert selectors.imprint().error_page == expected

    write("error_report", "https://ms.example.gov.cn/errors")

    assert selectors.imprint().error_page == "https://ms.example.gov.cn/errors"


def colours() -> list[str]:
    return [palette.action for palette in selectors.imprint().palettes or ()]


def test_one_colour_makes_both_kinds_of_page_and_two_are_taken_as_they_are(write: Write):
    write("colour", "#c00000")
    assert colours() == ["#c00000", "#f7a598"]

    write("colour_dark", "#ffb0b0")
    assert colours() == ["#c00000", "#ffb0b0"]

    write("colour", "")
    assert colours() == ["#14523f", "#ffb0b0"]


def test_words_and_titles_follow_the_reader_and_fall_back_to_chinese(write: Write):
    write("sponsor", "宁海县人民政府")
    write("about", "正文", title_zh="关于我们")
    with translation.override("en"):
        assert selectors.imprint()["sponsor"] == "宁海县人民政府"
        assert str(selectors.imprint().title("about")) == "关于我们"
        assert str(selectors.imprint().title("help")) == "Help"
    assert selectors.page_text("about", "en") == selectors.PageText("关于我们", "正文", "zh-Hans")
    assert selectors.page_text("help", "en").language == "en"
    assert selectors.page_text("nothing", "en") is None


def test_what_is_missing_is_said_until_it_is_given(write: Write):
    duties = [setting.key for setting in SETTINGS.values() if setting.is_duty and setting.kind != SettingKind.PAGE]
    assert [setting.key for setting in selectors.missing()] == duties

    write("sponsor", "宁海县人民政府")

    assert [setting.key for setting in selectors.missing()] == duties[1:]


def test_the_list_costs_one_query_whatever_was_written(write: Write, django_assert_num_queries):
    for number in range(3):
        write("sponsor", f"第{number}个")
        write("name", f"第{number}个")

    with django_assert_num_queries(1):
        groups = selectors.lines()

    assert [group for group, _lines in groups] == list(SettingGroup)


# What a process knows


def rename(by: User, text: str) -> None:
    """Write past the service, as another process does."""
    number = selectors.newest_number("name") + 1
    SettingVersion.objects.create(key="name", number=number, text_zh=text, written_at=NOW, written_by=by)


def test_it_is_read_once_for_a_snapshot_and_anew_for_the_next(administrator: User, django_assert_num_queries):
    rename(administrator, "甲")
    with django_assert_num_queries(1):
        names = [str(selectors.imprint(snapshot)["name"]) for snapshot in ("1:1:", "1:1:", None)]
    assert names == ["甲", "甲", "甲"]

    rename(administrator, "乙")

    assert str(selectors.imprint(None)["name"]) == "甲"
    assert str(selectors.imprint("2:2:")["name"]) == "乙"
    assert str(selectors.imprint(None)["name"]) == "乙"


def test_who_has_written_sees_it_at_once(write: Write):
    stamp = selectors.imprint().stamp

    write("name", "甲")

    assert str(selectors.imprint()["name"]) == "甲"
    assert selectors.imprint().stamp > stamp


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_kept_is_drawn_anew_after_another_process_has_written(client: Client, administrator: User):
    """Neither an older imprint nor a 304 for the older page; and nobody asks for it as long as nothing changes."""
    cycle = CycleFactory()
    path = cycle.address("portal:cycle")
    first = client.get(path)
    assert "宁海民生" not in first.content.decode()

    rename(administrator, "宁海民生")
    second = client.get(path, headers={"if-none-match": first["ETag"]})

    assert (second.status_code, second["ETag"] != first["ETag"]) == (200, True)
    assert "宁海民生" in second.content.decode()
    assert client.get(path, headers={"if-none-match": second["ETag"]}).status_code == 304


@pytest.mark.django_db(transaction=True)
def test_a_page_costs_one_query_more_only_after_something_was_written(client: Client, administrator: User):
    def cost() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/search/?q=x").status_code == 200
        return [query["sql"] for query in queries if "imprint_settingversion" in query["sql"]]

    rename(administrator, "宁海民生")

    assert len(cost()) == 1
    # Whoever else writes into a database of the same server makes a new snapshot, so it may cost it once more.
    assert any(cost() == [] for _ in range(20))


@pytest.mark.django_db(transaction=True)
def test_a_receipt_that_is_only_filled_in_shows_the_new_imprint(client: Client, write: Write):
    """Receipts are drawn once in a process (livelihood.web.shells), and again under another imprint."""
    cycle = CycleFactory()
    PhasePeriodFactory(cycle=cycle, starts_on=date(2020, 1, 1), ends_on=date(2999, 1, 1))

    def receipt(key: str) -> str:
        sent = answers(cycle, idempotency_key=key * 20, step="send")
        return client.post(cycle.address("proposals:suggest"), sent).content.decode()

    first, again = receipt("k"), receipt("m")
    write("sponsor", "宁海县人民政府")

    assert ["宁海县人民政府" in page for page in (first, again, receipt("n"))] == [False, False, True]
