"""What browsers, monitors, search engines and readers of feeds expect of every site."""

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from livelihood.cycles.states import Phase
from tests.factories.frame import CountyFactory, CycleFactory, PhasePeriodFactory

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PAGE = "/zhejiang/2027/"


@pytest.fixture
def year():
    return CycleFactory(area__slug="zhejiang", area__code="330000", year=2027, phase=Phase.SOLICIT)


def views(resolver: URLResolver):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from views(pattern)


def test_every_page_says_which_methods_it_answers():
    silent = [
        pattern.name
        for pattern in views(get_resolver())
        if not hasattr(pattern.callback, "methods") and not hasattr(pattern.callback, "cls")
    ]

    assert silent == []  # those with `cls` are of REST framework, which answers 405 by itself


@pytest.mark.parametrize("path", ["/", PAGE, "/en/zhejiang/2027/", "/api/v1/cycles/", "/nowhere/", "/robots.txt"])
def test_head_is_get_without_the_body(client, year, path):
    whole, head = client.get(path), client.head(path)

    assert head.status_code == whole.status_code
    assert head.content == b""
    assert int(head["Content-Length"]) == len(whole.content)
    assert head.get("ETag") == whole.get("ETag")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("post", PAGE, "GET, HEAD"),
        ("put", "/zhejiang/2027/track/", "GET, HEAD, POST"),
        ("get", "/sign-out/", "POST"),
        ("post", "/desk/", "GET, HEAD"),
        ("delete", "/", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_refused_with_those_that_are_answered(client, year, method, path, allowed):
    client.handler.enforce_csrf_checks = True

    response = getattr(client, method)(path)

    assert (response.status_code, response["Allow"]) == (405, allowed)
    assert "登录状态" not in response.content.decode()


def test_the_api_refuses_a_wrong_method_in_its_own_words(client):
    response = client.post("/api/v1/cycles/", {})

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response.json()["error"]["code"] == "method_not_allowed"


def test_options_names_the_methods(client):
    response = client.options("/")

    assert (response.status_code, response["Allow"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("path", ["/", PAGE, "/en/zhejiang/2027/", "/sitemap.xml", "/feed.xml"])
def test_a_public_page_is_sent_again_only_when_it_has_changed(client, year, path):
    first = client.get(path)

    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    weak = client.get(path, headers={"If-None-Match": f"W/{first['ETag']}"})
    other = client.get(path, headers={"If-None-Match": '"another"'})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == first["Cache-Control"]
    assert (weak.status_code, other.status_code) == (304, 200)


def test_a_page_that_changes_gets_another_name(client, year):
    before = client.get(PAGE)["ETag"]
    year.phase = Phase.PLAN
    year.save(update_fields=["phase"])

    after = client.get(PAGE, headers={"If-None-Match": before})

    assert after.status_code == 200
    assert after["ETag"] != before


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/zhejiang/02027/", PAGE),
        ("/330000/2027/", PAGE),
        ("/330000/2027/letter/?view=elder", "/zhejiang/2027/letter/?view=elder"),
        ("/en/330000/2027/?q=%E7%94%B5", "/en/zhejiang/2027/?q=%E7%94%B5"),
        ("/zhejiang/2027/needs/007/", "/zhejiang/2027/needs/7/"),
    ],
)
def test_a_page_has_one_address(client, year, path, address):
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (301, address)


def test_the_api_lists_its_endpoints(client):
    listed = client.get("/api/v1/").json()

    assert {"areas", "cycles", "suggestions", "needs", "sites", "rounds"} <= set(listed)
    assert client.get(listed["cycles"]).status_code == 200


def test_robots_keeps_engines_from_desks_and_names_the_list(client, settings):
    settings.SITE_URL = "https://portal.example"

    text = client.get("/robots.txt").content.decode()

    assert text.splitlines()[0] == "User-agent: *"
    assert {"Disallow: /desk/", "Disallow: /en/desk/", "Disallow: /booth/"} <= set(text.splitlines())
    assert text.splitlines()[-1] == "Sitemap: https://portal.example/sitemap.xml"


def test_the_sitemap_lists_the_public_pages_of_each_year_in_both_languages(client, year, settings):
    settings.SITE_URL = "https://portal.example"
    CycleFactory(area=CountyFactory(), year=2026)

    root = ET.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 -- written by ourselves

    listed = [element.text for element in root.iter(f"{SITEMAP}loc")]
    assert {"https://portal.example/zhejiang/2027/", "https://portal.example/en/zhejiang/2027/letter/"} <= set(listed)
    assert len(listed) == len(set(listed))
    for address in listed:
        assert client.get(address.removeprefix("https://portal.example")).status_code == 200


def test_the_number_of_queries_of_sitemap_and_feed_does_not_grow(client, year, django_assert_num_queries):
    for path, queries in (("/sitemap.xml", 1), ("/feed.xml", 4)):
        client.get(path)
        with django_assert_num_queries(queries):
            client.get(path)
    for number in range(3):
        CycleFactory(area=CountyFactory(), year=2020 + number)
    for path, queries in (("/sitemap.xml", 1), ("/feed.xml", 4)):
        with django_assert_num_queries(queries):
            client.get(path)


def test_the_feed_tells_where_each_year_stands_what_began_last_first(client, year, settings):
    settings.SITE_URL = "https://portal.example"
    PhasePeriodFactory(cycle=year, phase=Phase.SOLICIT, starts_on=date(2026, 10, 16), ends_on=date(2026, 11, 30))
    CycleFactory(area=CountyFactory(), year=2026, phase=Phase.DELIVER)

    root = ET.fromstring(client.get("/feed.xml").content)  # noqa: S314 -- written by ourselves

    first, second = root.iter(f"{ATOM}entry")
    # What RFC 4287 demands of a feed and of an entry.
    assert {"id", "title", "updated", "author", "link"} <= {child.tag.removeprefix(ATOM) for child in root}
    for entry in (first, second):
        assert {"id", "title", "updated", "link"} <= {child.tag.removeprefix(ATOM) for child in entry}
    assert first.find(f"{ATOM}link").get("href") == "https://portal.example/zhejiang/2027/"
    assert first.find(f"{ATOM}updated").text == "2026-10-16T00:00:00+08:00"
    assert second.find(f"{ATOM}updated").text == "2026-01-01T00:00:00+08:00"


def test_security_txt_names_a_contact_and_holds_for_less_than_a_year(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@portal.example"

    text = client.get("/.well-known/security.txt").content.decode()

    assert "Contact: mailto:security@portal.example\n" in text
    assert re.search(r"^Expires: \d{4}-\d\d-\d\dT00:00:00Z$", text, re.MULTILINE)


def test_where_nobody_is_named_there_is_no_security_txt(client, settings):
    settings.SECURITY_CONTACT = ""

    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(("path", "kind"), [("/favicon.ico", b"\0\0\1\0"), ("/apple-touch-icon.png", b"\x89PNG")])
def test_the_mark_is_where_browsers_guess_it(client, path, kind):
    response = client.get(path)

    assert response.status_code == 301
    content = b"".join(client.get(response["Location"]).streaming_content)
    assert content.startswith(kind)


def test_a_check_file_is_served_from_its_folder_alone(client, settings, tmp_path):
    settings.CHECK_FILES_FOLDER = tmp_path / "checks"
    settings.CHECK_FILES_FOLDER.mkdir()
    (settings.CHECK_FILES_FOLDER / "WW_verify_a1.txt").write_text("a1b2")
    (tmp_path / "secret.txt").write_text("no")

    served = client.get("/WW_verify_a1.txt")

    assert (served.status_code, served["Content-Type"]) == (200, "text/plain")
    assert b"".join(served.streaming_content) == b"a1b2"
    for path in ("/secret.txt", "/../secret.txt", "/..%2Fsecret.txt", "/WW_verify_a1.py", "/other.txt"):
        assert client.get(path).status_code == 404
