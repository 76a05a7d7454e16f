"""Setting by page: form, preview, history, putting back; and what everybody sees of it."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from livelihood.accounts.models import User
from livelihood.imprint import selectors
from livelihood.imprint.declared import SETTINGS
from livelihood.imprint.models import SettingVersion
from tests.factories.frame import CycleFactory, signed_in
from tests.imprint.conftest import Write
from tests.imprint.test_pictures import file_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(administrator: User) -> Client:
    return signed_in(administrator)


def setting(key: str) -> str:
    return reverse("imprint:setting", kwargs={"key": key})


def head(page: bytes) -> str:
    return page.decode().partition("</header>")[0]


def test_a_setting_is_given_and_stands_on_every_page(desk: Client, client: Client):
    response = desk.post(setting("sponsor"), {"text_zh": "宁海县<人民政府>", "text_en": "Ninghai & County", "seen": 0})

    assert (response.status_code, response["Location"]) == (302, setting("sponsor"))
    assert "宁海县&lt;人民政府&gt;" in client.get("/").content.decode()
    assert "Ninghai &amp; County" in client.get("/en/").content.decode()
    assert "宁海县&lt;人民政府&gt;" in desk.get("/desk/").content.decode()


def test_the_name_stands_in_head_title_and_feed(write: Write, client: Client):
    write("name", "宁海民生", text_en="Ninghai projects")
    cycle = CycleFactory()

    page = client.get(cycle.address("portal:cycle")).content

    assert head(page).count("宁海民生") == 4
    assert "<title>宁海民生</title>" in client.get("/feed.xml").content.decode()
    assert "Ninghai projects" in head(client.get("/en/").content)


def test_the_form_holds_what_stands_and_the_history_everything(desk: Client, write: Write):
    write("sponsor", "第一个")
    write("sponsor", "第二个")

    page = desk.get(setting("sponsor")).content.decode()

    assert 'value="第二个"' in page
    assert re.findall(r"第 (\d+) 版", page) == ["2", "1"]
    assert "第一个" in page


def test_a_form_begins_with_what_was_shipped(desk: Client):
    page = desk.get(setting("privacy")).content.decode()
    assert "个人信息的处理者" in page.partition("</textarea>")[0]
    assert "The handler of personal information" in page

    page = desk.get(setting("purpose_survey")).content.decode()
    assert "不询问姓名、号码和地址" in page.partition("</textarea>")[0]
    assert "No name, number or address" in page


def test_a_version_is_put_back_and_once_only(desk: Client, write: Write):
    for text in ("甲", "乙"):
        write("sponsor", text)
    address = reverse("imprint:version", kwargs={"key": "sponsor", "number": 1})
    assert "甲" in desk.get(address).content.decode()

    response = desk.post(address, {"seen": 2})

    assert response["Location"] == setting("sponsor")
    assert [version.text_zh for version in selectors.versions_of("sponsor")] == ["甲", "乙", "甲"]
    assert "由第 1 版恢复" in desk.get(setting("sponsor")).content.decode()
    assert desk.post(address, {"seen": 2}).status_code == 409
    assert desk.post(address).status_code == 422
    assert SettingVersion.objects.count() == 3


def test_who_comes_second_is_told_by_whom_and_what_was_typed_stays(desk: Client, write: Write):
    version = write("sponsor", "甲")

    response = desk.post(setting("sponsor"), {"text_zh": "乙", "seen": 0})

    assert response.status_code == 422
    form = response.context["form"]
    (told,) = form.non_field_errors()
    assert version.written_by.name in told
    assert "甲" in told
    assert (form["text_zh"].value(), form["seen"].value()) == ("乙", "1")
    assert selectors.newest_number("sponsor") == 1
    assert desk.post(setting("sponsor"), {"text_zh": "乙", "seen": 1}).status_code == 302


@pytest.mark.parametrize("key", ["nothing", "x-y"])
def test_there_is_no_setting_of_another_name(desk: Client, key: str):
    assert desk.get(setting(key)).status_code == 404
    assert desk.get(reverse("imprint:version", kwargs={"key": key, "number": 1})).status_code == 404
    assert desk.get(reverse("imprint:version", kwargs={"key": "sponsor", "number": 1})).status_code == 404


# Preview


def test_a_preview_shows_and_writes_nothing(desk: Client):
    data = {"title_zh": "关于", "text_zh": "## 一\n\n- 甲\n- 乙\n\n<script>x</script>", "seen": 0, "step": "preview"}

    response = desk.post(setting("about"), data)

    page = response.content.decode()
    assert response.status_code == 200
    assert "<h2>一</h2>" in page
    assert "<li>甲</li>" in page
    assert "<script>x" not in page
    assert SettingVersion.objects.count() == 0


def test_a_preview_of_colours_shows_both_kinds_of_page(desk: Client):
    page = desk.post(setting("colour"), {"text_zh": "#c00000", "seen": 0, "step": "preview"}).content.decode()

    assert re.findall(r'aria-label="(#\w+ · [\d.]+ : 1)"', page) == ["#c00000 · 6.2 : 1", "#f7a598 · 9.0 : 1"]


def test_a_preview_says_what_would_be_refused(desk: Client):
    response = desk.post(setting("colour"), {"text_zh": "#ff6600", "seen": 0, "step": "preview"})

    assert response.status_code == 422
    assert "#b74700" in response.content.decode()


def test_a_preview_of_nothing_shows_what_was_shipped(desk: Client):
    page = desk.post(setting("help"), {"text_zh": "", "seen": 0, "step": "preview"}).content.decode()

    assert "这是系统自带的内容" in page


# The mark and the colours


def test_a_mark_is_uploaded_shown_and_taken_away(desk: Client, client: Client):
    file = SimpleUploadedFile("国徽.png", file_of((64, 32)).getvalue())
    assert desk.post(setting("mark"), {"file": file, "seen": 0}).status_code == 302

    page = head(client.get("/").content)
    assert '<link rel="icon" type="image/png" href="/pictures/mark/1.png">' in page
    assert re.search(r'src="/pictures/mark/1\.png"\s+width="64"\s+height="32"', page)
    answer = client.get("/pictures/mark/1.png")
    assert (answer["Content-Type"], Image.open(io.BytesIO(answer.content)).size) == ("image/png", (64, 32))
    assert "data:image/png;base64," in desk.get(setting("mark")).content.decode()

    assert desk.post(setting("mark"), {"seen": 1}).status_code == 302
    assert "img/mark.svg" in head(client.get("/").content)
    assert client.get("/pictures/mark/1.png").status_code == 404


def test_an_icon_is_uploaded_and_stands_at_the_foot_of_every_page(desk: Client, client: Client, write: Write):
    write("security_filing", "浙公网安备33022602000123号")
    file = SimpleUploadedFile("备案图标.png", file_of((20, 20)).getvalue())

    assert desk.post(setting("security_filing_icon"), {"file": file, "seen": 0}).status_code == 302

    foot = client.get("/").content.decode().partition("<footer")[2]
    picture = r'src="/pictures/security_filing_icon/1\.png"\s+width="20"\s+height="20"\s+alt=""'
    assert re.search(picture + r"[^>]*>\s*<a[^>]*>浙公网安备", foot)
    assert client.get("/pictures/security_filing_icon/1.png")["Content-Type"] == "image/png"
    assert client.get("/pictures/mark/1.png").status_code == 404
    assert client.get("/pictures/name/1.png").status_code == 404


def test_a_mark_as_small_as_an_icon_is_refused(desk: Client):
    file = SimpleUploadedFile("mark.png", file_of((20, 20)).getvalue())

    assert desk.post(setting("mark"), {"file": file, "seen": 0}).status_code == 422
    assert SettingVersion.objects.count() == 0


def test_a_mark_that_is_none_is_refused_at_its_field(desk: Client):
    file = SimpleUploadedFile("mark.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")

    response = desk.post(setting("mark"), {"file": file, "seen": 0})

    assert response.status_code == 422
    assert 'href="#id_file"' in response.content.decode()
    assert SettingVersion.objects.count() == 0


def test_colours_come_by_a_stylesheet_and_only_once_they_are_set(write: Write, client: Client):
    assert "theme.css" not in client.get("/").content.decode()
    assert client.get("/theme.css").content == b""

    stamp = write("colour", "#c00000").pk

    assert f'href="/theme.css?v={stamp}"' in client.get("/").content.decode()
    answer = client.get("/theme.css")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    light = ":root{--action:#c00000;--action-strong:#a20000;--action-soft:#f7e0e0;--on-action:#ffffff;}"
    dark = "{--action:#f7a598;--action-strong:#ffbeb4;--action-soft:#363232;--on-action:#0a1412;}"
    assert answer.content.decode().splitlines() == [
        light,
        f'@media (prefers-color-scheme:dark){{:root:not([data-theme="light"]){dark}}}',
        f':root[data-theme="dark"]{dark}',
    ]


# Pages


def test_a_page_is_added_and_read_in_both_languages(desk: Client, client: Client):
    data = {
        "key": "hours",
        "title_zh": "办公时间",
        "text_zh": "# 上午\n\n[说明](https://a.gov.cn)",
        "title_en": "Hours",
    }
    assert "<h2>上午</h2>" in desk.post(reverse("imprint:page_open"), {**data, "step": "preview"}).content.decode()
    assert SettingVersion.objects.count() == 0

    response = desk.post(reverse("imprint:page_open"), data)

    assert response["Location"] == setting("hours")
    page = client.get("/pages/hours/").content.decode()
    assert "<h1>办公时间</h1>" in page
    assert '<a href="https://a.gov.cn">说明</a>' in page
    assert '<article class="prose stack" lang="zh-Hans">' in client.get("/en/pages/hours/").content.decode()
    assert 'href="/pages/hours/"' in client.get("/").content.decode()
    assert "办公时间" in desk.get(reverse("imprint:settings")).content.decode()


def test_a_page_that_cannot_be_added_is_said_at_its_field(desk: Client):
    response = desk.post(reverse("imprint:page_open"), {"key": "about", "title_zh": "甲", "text_zh": "乙"})

    assert response.status_code == 422
    assert 'href="#id_key"' in response.content.decode()
    assert SettingVersion.objects.count() == 0


def test_a_page_that_was_taken_away_is_gone_for_readers_and_can_be_put_back(desk: Client, client: Client):
    desk.post(reverse("imprint:page_open"), {"key": "hours", "title_zh": "办公时间", "text_zh": "上午"})
    desk.post(setting("hours"), {"text_zh": "", "title_zh": "", "seen": 1})

    assert client.get("/pages/hours/").status_code == 404
    assert "/pages/hours/" not in client.get("/").content.decode()
    assert "已取消" in desk.get(reverse("imprint:settings")).content.decode()
    desk.post(reverse("imprint:version", kwargs={"key": "hours", "number": 1}), {"seen": 2})
    assert client.get("/pages/hours/").status_code == 200


@pytest.mark.parametrize("key", [key for key, one in SETTINGS.items() if one.group == "page"])
@pytest.mark.parametrize("language", ["", "/en"])
def test_the_shipped_pages_are_read(client: Client, key: str, language: str):
    page = client.get(f"{language}/pages/{key}/").content.decode()

    assert page.count("<h1>") == 1
    assert ("个人信息" in page) == (key == "privacy" and not language) or key in {"terms", "privacy"}


def test_the_privacy_notice_lists_every_purpose(client: Client):
    page = client.get("/en/pages/privacy/").content.decode()

    with translation.override("en"):
        labels = [str(fact.label) for fact in selectors.imprint().purposes]
    assert re.findall(r"<dt>(.*?)</dt>", page.partition("</main>")[0])[: len(labels)] == labels


def test_my_work_leads_there_whoever_may(desk: Client):
    assert reverse("imprint:settings") in desk.get("/desk/").content.decode()


def test_pages_stand_in_the_list_for_search_engines(client: Client):
    assert "/pages/privacy/" in client.get("/sitemap.xml").content.decode()
