"""A form of the desk is done once: sent at the same moment, shown again, opened anew."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib import messages
from django.contrib.messages.storage.session import SessionStorage
from django.db import connections
from django.http import HttpResponseRedirect
from django.test import Client, RequestFactory
from django.utils import timezone

from livelihood.accounts.models import SentForm
from livelihood.accounts.once import ALREADY, once
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.states import Phase
from livelihood.web.sessions import SessionStore
from proposals.models import Need
from tests.factories.frame import AspectFactory, CycleFactory, UserFactory, official


@pytest.fixture
def desk(transactional_db: None) -> tuple[Client, str, dict[str, str]]:
    """Somebody before the form of a need, as its page has drawn it."""
    cycle = CycleFactory(phase=Phase.SOLICIT)
    aspect = AspectFactory(cycle=cycle)
    client = Client(enforce_csrf_checks=True)
    client.force_login(official(Role.LIVELIHOOD_OFFICE, cycle.area))
    url = cycle.address("proposals:need_open")
    token = client.get(url).context["csrf_token"]
    form = {"title": "Lifts", "summary": "Lifts for old houses", "aspect": aspect.number, "area": cycle.area.code}
    return client, url, {name: str(value) for name, value in form.items()} | {"csrfmiddlewaretoken": str(token)}


def test_of_many_clicks_at_once_one_makes_a_need(desk):
    client, url, form = desk
    cookies = client.cookies

    def click(_number: int) -> str:
        try:
            one = Client(enforce_csrf_checks=True)
            one.cookies = cookies
            return one.generic("POST", url, urlencode(form), content_type="application/x-www-form-urlencoded")[
                "Location"
            ]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as clicks:
        led = set(clicks.map(click, range(12)))

    (need,) = Need.objects.all()
    assert led == {need.cycle.address("proposals:desk_need", number=need.number)}
    assert Entry.objects.filter(subject_type="proposals.need").count() == 1


def test_a_form_that_is_shown_again_may_be_sent_again(desk):
    client, url, form = desk

    assert client.post(url, form | {"title": ""}).status_code == 422
    assert client.post(url, form | {"title": ""}).status_code == 422
    assert not SentForm.objects.exists()
    assert client.post(url, form).status_code == 302
    assert Need.objects.count() == 1


def test_a_page_that_is_opened_anew_makes_another(desk):
    client, url, form = desk

    client.post(url, form)
    token = str(client.get(url).context["csrf_token"])
    client.post(url, form | {"csrfmiddlewaretoken": token})

    assert Need.objects.count() == 2


def test_what_was_sent_is_forgotten_after_a_day(desk):
    client, url, form = desk
    SentForm.objects.create(key="old", kept_at=timezone.now() - timedelta(days=1))
    SentForm.objects.create(key="young", kept_at=timezone.now() - timedelta(hours=23))

    client.post(url, form)

    assert SentForm.objects.filter(pk__in=["old", "young"]).values_list("pk", flat=True).get() == "young"
    assert SentForm.objects.count() == 2


def test_what_was_said_of_it_is_said_to_who_comes_second(db):
    """Both have read their session before either is done, and the second is stored last."""
    first, second = (RequestFactory().post("/", {"csrfmiddlewaretoken": "same"}) for _ in range(2))
    store = SessionStore()
    store.create()
    user = UserFactory()

    @once
    def view(request):
        messages.success(request, "69 answered")
        return HttpResponseRedirect("/done/")

    for request in (first, second):
        request.user, request.session = user, SessionStore(store.session_key)
        request.session.get("read")
        request._messages = SessionStorage(request)  # type: ignore[attr-defined]
    for request in (first, second):
        answer = view(request)
        request._messages.update(answer)  # type: ignore[attr-defined]
        if request.session.modified:
            request.session.save()
        assert answer["Location"] == "/done/"

    later = RequestFactory().get("/done/")
    later.session = SessionStore(store.session_key)
    assert [message.message for message in SessionStorage(later)] == ["69 answered", str(ALREADY)]
