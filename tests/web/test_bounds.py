"""What is too large is refused by its head: nothing of it is read, parsed, folded or hashed."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from livelihood.accounts.views import sign_in
from livelihood.web import bounds
from livelihood.web.bounds import DESK_BODY, FILE_BODY, LONGEST_QUERY, PUBLIC_BODY, BoundsMiddleware, most_bytes
from proposals.models import Suggestion
from tests.factories.frame import CycleFactory, UserFactory

pytestmark = pytest.mark.django_db


def views(entries: Any = None) -> Iterator[Any]:
    for entry in get_resolver().url_patterns if entries is None else entries:
        if isinstance(entry, URLResolver):
            yield from views(entry.url_patterns)
        elif isinstance(entry, URLPattern):
            yield entry.callback


def test_a_public_form_takes_little(client: Client):
    cycle = CycleFactory()
    url = f"/en/{cycle.area.slug}/{cycle.year}/suggest/"
    body = f"matter={'a' * PUBLIC_BODY}"

    response = client.generic("POST", url, body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 413
    assert "too large for this page" in response.content.decode()
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize("length", ["99999999999999999999999", "-1", "1e9", "٣"])
def test_a_length_that_is_none_is_refused(rf: RequestFactory, length: str):
    request = rf.post("/en/sign-in/")
    request.META["CONTENT_LENGTH"] = length

    refused = BoundsMiddleware(lambda _request: HttpResponse()).process_view(request, sign_in)

    assert refused is not None
    assert refused.status_code == 413


def test_a_password_of_a_megabyte_is_not_hashed(client: Client):
    UserFactory(username="wang")

    refused = client.post("/sign-in/", {"username": "wang", "password": "x" * 1024 * 1024})
    long = client.post("/sign-in/", {"username": "wang", "password": "x" * 129})

    assert (refused.status_code, long.status_code) == (413, 422)


@pytest.mark.parametrize(("path", "status"), [("/en/search/", 414), ("/api/v1/sites/", 414), ("/en/", 414)])
def test_a_query_is_bounded(client: Client, path: str, status: int):
    response = client.get(path, QUERY_STRING="q=" + quote("\u0315\u0300" * LONGEST_QUERY))

    assert response.status_code == status
    if path.startswith("/api/"):
        assert response.json()["error"]["code"] == "request_too_large"


def test_an_address_and_headers_are_bounded(client: Client):
    assert client.get("/" + "a" * 3000).status_code == 414
    assert client.get("/", headers={"Cookie": "a=" + "b" * 40_000}).status_code == 431


def test_only_uploads_take_files():
    large = {f"{view.__module__}.{view.__name__}" for view in views() if most_bytes(view) == FILE_BODY}

    assert large == {
        "livelihood.imports.views.bringing.of_area",
        "livelihood.imports.views.bringing.of_year",
        "livelihood.portal.years.adoption_correct",
        "livelihood.portal.years.year_adopt",
    }
    assert PUBLIC_BODY < DESK_BODY < FILE_BODY


def test_bounds_lie_within_those_of_nginx(settings):
    template = (settings.BASE_DIR / "deploy" / "nginx.conf.template").read_text()

    assert f"client_max_body_size {DESK_BODY >> 20}m;" in template
    assert f"client_max_body_size {FILE_BODY >> 20}m;" in template
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == bounds.DESK_BODY
