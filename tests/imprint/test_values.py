"""What may stand in a setting: taken as it is meant, or refused at its field with what to do."""

from dataclasses import replace

import pytest
from django.utils import translation

from livelihood.imprint.declared import SETTINGS, SettingKind
from livelihood.imprint.values import Content, checked
from livelihood.kernel.errors import InvalidInput


def refused(key: str, content: Content) -> tuple[str | None, str]:
    with translation.override("en"), pytest.raises(InvalidInput) as refusal:
        checked(SETTINGS[key], content)
    with translation.override("en"):
        return refusal.value.field, str(refusal.value)


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        ("sponsor", " 宁海县\n人民政府 ", "宁海县 人民政府"),
        ("name", "<b>宁海</b>", "<b>宁海</b>"),
        ("icp", "浙ICP备05000000号-1", "浙ICP备05000000号-1"),
        ("icp", "京ICP证030173号", "京ICP证030173号"),
        *(("icp", f"{province}ICP备2021012345号-12A", f"{province}ICP备2021012345号-12A") for province in "黔滇蜀陇藏"),
        *(("security_filing", f"{p}公网安备 52010302000123号", f"{p}公网安备 52010302000123号") for p in "贵川滇云甘"),
        ("security_filing", "浙公网安备 33022602000123号", "浙公网安备 33022602000123号"),
        ("security_filing", "浙公网安备33022602000123号", "浙公网安备33022602000123号"),
        ("security_filing", "浙公网安备３３０２２６０２０００１２３号", "浙公网安备33022602000123号"),
        ("name", "雷山\u202e县\n民生\u2066", "雷山县 民生"),
        ("error_report", "https://a.example/\u202ex", "https://a.example/x"),
        ("site_code", "3302260001", "3302260001"),
        ("site_code", "bm05000001", "bm05000001"),
        ("organ_mark", "C2D2CE348F05C630E05310291AAC136A", "C2D2CE348F05C630E05310291AAC136A"),
        ("error_report", "https://zfwzgl.www.gov.cn/exposure/jiucuo.html", "https://zfwzgl.www.gov.cn/exposure/jiucuo.html"),
        ("colour", "#C00000", "#c00000"),
        ("colour_dark", "#85cdb0", "#85cdb0"),
        ("purpose_survey", "一。\r\n\r\n\r\n\r\n二。", "一。\n\n二。"),
    ],
)  # fmt: skip
def test_what_is_meant_is_kept(key: str, given: str, kept: str):
    assert checked(SETTINGS[key], Content(given)).text_zh == kept


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("icp", "贵ICP备05000123号"),
        ("icp", "浙ICP备号"), ("icp", "ICP备05000000号"), ("icp", "浙ICP备05000000号-1 "[:-1] + "x"),
        ("security_filing", "浙公网安备3302260200012号"),
        ("site_code", "330226001"), ("site_code", "bm0500001"), ("organ_mark", "C2D2"),
    ],
)  # fmt: skip
def test_a_number_of_another_form_is_refused_with_an_example(key: str, given: str):
    field, words = refused(key, Content(given))

    assert (field, SETTINGS[key].example in words) == ("text_zh", True)


@pytest.mark.parametrize(
    "given",
    [
        "javascript:alert(1)",
        "http://example.org/",
        "//evil.example",
        "/about",
        "ftp://a.cn/",
        "https://",
        "https://a b.cn/",
        "http://[",
        "https://u@a.cn/",
    ],
)
def test_an_address_that_leads_elsewhere_than_to_a_site_is_refused(given: str):
    assert refused("error_report", Content(given)) == ("text_zh", "Give a whole address that begins with https://")


@pytest.mark.parametrize("given", ["red", "#fff", "c00000", "#c0000g", "url(x)", "#c00000;}"])
def test_what_is_no_colour_is_refused(given: str):
    assert refused("colour", Content(given))[1] == "Write the colour as # and six digits, for instance #14523f"


def test_a_colour_that_is_hard_to_read_is_refused_with_the_nearest_that_is_not():
    words = refused("colour", Content("#FF6600"))[1]
    assert words == "#ff6600 is hard to read: its contrast is below 4.5. The nearest colour that passes is #b74700"
    assert checked(SETTINGS["colour"], Content("#b74700")).text_zh == "#b74700"

    words = refused("colour_dark", Content("#14523f"))[1]
    assert words.endswith("#66a18a")
    assert checked(SETTINGS["colour_dark"], Content("#66a18a")).text_zh == "#66a18a"


def test_english_alone_is_refused():
    assert refused("sponsor", Content("", "Ninghai"))[0] == "text_zh"
    assert refused("about", Content("正文", title_en="About"))[0] == "title_zh"


@pytest.mark.parametrize("name", ["text_zh", "text_en", "title_zh", "title_en"])
def test_what_is_too_long_is_refused_at_its_field(name: str):
    content = replace(Content("字", title_zh="字"), **{name: "字" * 50_000})  # type: ignore[arg-type]  # all texts

    assert refused("about", content)[0] == name


def test_examples_pass_their_own_checks_and_links_their_own_kind():
    for setting in SETTINGS.values():
        if setting.example:
            assert checked(setting, Content(setting.example)).text_zh == setting.example
        assert bool(setting.pattern) == bool(setting.example) or setting.kind == SettingKind.COLOUR
