"""The pages of news: read by everybody, previewed before, and gone from sight when withdrawn."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.news.models import NewsItem
from tests.factories.frame import NOW, CityFactory, CycleFactory
from tests.factories.news import NewsFactory

ATOM = "{http://www.w3.org/2005/Atom}"
FORM = {"title": "征集座谈会", "text": "十月二十日下午三点，在**市民中心**二楼。<b>", "cycle": ""}


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_notice_is_previewed_then_published_and_read_everywhere(client, city, office):
    year = CycleFactory(area=city, year=2027)
    client.force_login(office)

    preview = client.post("/desk/here/news/add/", FORM | {"cycle": "2027", "step": "preview"})
    before = NewsItem.objects.count()
    sent = client.post("/desk/here/news/add/", FORM | {"cycle": "2027", "step": "save"})

    assert (preview.status_code, before, sent.status_code, sent.url) == (200, 0, 302, "/desk/here/news/")
    for shown in (preview, client.get(f"/here/news/{NewsItem.objects.get().pk}/")):
        page = shown.content.decode()
        assert "<strong>市民中心</strong>" in page
        assert "&lt;b&gt;" in page
        assert "2027" in text_of(shown)
    item = NewsItem.objects.get()
    assert (item.area, item.cycle) == (city, year)
    for address in ("/here/", "/here/2027/", "/here/news/", "/desk/here/news/"):
        assert "征集座谈会" in text_of(client.get(address)), address


def test_a_preview_of_what_cannot_be_published_says_why(client, city, office):
    client.force_login(office)

    answer = client.post("/desk/here/news/add/", FORM | {"title": "短", "step": "preview"})

    assert answer.status_code == 422
    assert "As it will be read" not in text_of(answer)
    assert not NewsItem.objects.exists()


def test_only_running_years_of_the_area_are_offered(client, city, office):
    for number, phase in enumerate(Phase):
        CycleFactory(area=city, year=2020 + number, phase=phase)
    CycleFactory(area=CityFactory(), year=2030)
    client.force_login(office)

    offered = re.findall(r'<option value="(\d*)"', client.get("/desk/here/news/add/").content.decode())

    closed, draft = list(Phase).index(Phase.CLOSED), list(Phase).index(Phase.DRAFT)
    years = sorted((2020 + number for number in range(len(Phase)) if number not in {closed, draft}), reverse=True)
    assert offered == ["", *map(str, years)]


def test_a_withdrawn_notice_says_when_and_why_and_nothing_else(client, city, office):
    CycleFactory(area=city, year=2027)
    item = NewsFactory(area=city, title="写错的通知", text="错误的时间和地点在这里。")
    client.force_login(office)

    asked = client.get(f"/desk/here/news/{item.pk}/withdraw/")
    done = client.post(f"/desk/here/news/{item.pk}/withdraw/", {"reason": "时间有误，另行通知。"})

    assert (asked.status_code, done.status_code, done.url) == (200, 302, "/desk/here/news/")
    page = text_of(client.get(f"/here/news/{item.pk}/"))
    assert "时间有误，另行通知。" in page
    assert "写错的通知" not in page
    assert "错误的时间" not in page
    for address in ("/here/", "/here/2027/", "/here/news/"):
        assert "写错的通知" not in text_of(client.get(address)), address
    desk = text_of(client.get("/desk/here/news/"))
    assert "写错的通知" in desk
    assert "时间有误，另行通知。" in desk
    assert client.get(f"/desk/here/news/{item.pk}/withdraw/").status_code == 403


def test_an_area_shows_its_own_and_a_year_what_is_about_it(client, city):
    year, other = (CycleFactory(area=city, year=number) for number in (2027, 2026))
    NewsFactory(area=city, title="全市的通知")
    NewsFactory(area=city, cycle=year, title="这一年的通知")
    NewsFactory(area=city, cycle=other, title="另一年的通知")
    NewsFactory(area=CityFactory(code="330800", slug="elsewhere"), title="别处的通知")

    shown = {
        address: {title for title in ("全市", "这一年", "另一年", "别处") if f"{title}的通知" in text}
        for address in ("/here/", "/here/2027/", "/here/news/")
        for text in [text_of(client.get(address))]
    }

    assert shown == {
        "/here/": {"全市", "这一年", "另一年"},
        "/here/2027/": {"全市", "这一年"},
        "/here/news/": {"全市", "这一年", "另一年"},
    }


def test_a_page_shows_the_newest_three(client, city):
    for number in range(4):
        NewsFactory(area=city, title=f"第{number}号通知", published_at=NOW + timedelta(days=number))

    page = text_of(client.get("/here/"))

    assert [number for number in range(4) if f"第{number}号通知" in page] == [1, 2, 3]
    assert page.index("第3号通知") < page.index("第1号通知")


def test_news_of_a_year_that_is_a_draft_again_is_not_read(client, city):
    year = CycleFactory(area=city, year=2027)
    item = NewsFactory(area=city, cycle=year, title="这一年的通知")
    Cycle.objects.update(phase=Phase.DRAFT)

    assert client.get(f"/here/news/{item.pk}/").status_code == 404
    assert "这一年的通知" not in text_of(client.get("/here/"))
    assert "这一年的通知" not in text_of(client.get("/feed.xml"))


def test_the_notice_of_another_area_is_not_found_here(client, city):
    CityFactory(code="330800", slug="elsewhere")
    item = NewsFactory(area=city)

    assert client.get(f"/elsewhere/news/{item.pk}/").status_code == 404


def test_the_feed_tells_news_and_that_it_was_withdrawn(client, city, office, settings):
    settings.SITE_URL = "https://portal.example"
    year = CycleFactory(area=city, year=2027)
    told = NewsFactory(area=city, cycle=year, title="座谈会通知", published_at=NOW + timedelta(days=2))
    gone = NewsFactory(
        area=city, title="写错的通知", published_at=NOW, withdrawn_at=NOW + timedelta(days=1), withdrawn_by=office,
        why_withdrawn="时间有误。",
    )  # fmt: skip

    root = ET.fromstring(client.get("/feed.xml").content)  # noqa: S314 -- written by ourselves

    entries = [
        tuple(entry.find(f"{ATOM}{name}").text for name in ("title", "summary", "id", "updated"))
        for entry in root.iter(f"{ATOM}entry")
    ]
    assert ("此市 2027 · 座谈会通知", "<p>十月二十日下午三点，在市民中心二楼。</p>\n") in [one[:2] for one in entries]
    assert ("此市 · 已撤回的通知", "时间有误。") in [one[:2] for one in entries]
    assert {one[2] for one in entries} >= {f"https://portal.example/here/news/{item.pk}/#news" for item in (told, gone)}
    assert "写错的通知" not in str(entries)


@pytest.mark.parametrize(
    ("address", "queries"), [("/here/news/", 3), ("/here/", 9), ("/here/2027/", 8), ("/feed.xml", 4)]
)
def test_more_news_asks_no_more(client, city, django_assert_num_queries, address, queries):
    year = CycleFactory(area=city, year=2027)
    NewsFactory(area=city, cycle=year)
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)

    NewsFactory.create_batch(2, area=city, cycle=year)

    with django_assert_num_queries(queries):
        client.get(address)


def test_the_desk_of_news_asks_no_more_for_more(client, city, office, django_assert_num_queries):
    client.force_login(office)
    NewsFactory(area=city)
    client.get("/desk/here/news/")
    with django_assert_num_queries(6):
        client.get("/desk/here/news/")

    NewsFactory.create_batch(2, area=city)

    with django_assert_num_queries(6):
        client.get("/desk/here/news/")
