"""An answer that is given once stays when its reader changes the language or the view, also without scripts."""

import html
import re

import pytest
import time_machine

from proposals.models import Suggestion
from tests.factories.frame import NOW, CycleFactory
from tests.proposals.pages import answers, at

pytestmark = pytest.mark.django_db


def offered_again(page):
    """Return the forms by which this very answer can be had elsewhere: address → fields."""
    forms = {}
    again = re.compile(r'<form\s+class="again"\s+method="post"\s+action="([^"]*)"\s*>(.*?)</form>', re.DOTALL)
    for address, inside in again.findall(page):
        fields: dict[str, list[str]] = {}
        for name, value in re.findall(r'<input\s+type="hidden"\s+name="([^"]*)"\s+value="([^"]*)"', inside):
            fields.setdefault(html.unescape(name), []).append(html.unescape(value))
        forms[html.unescape(address)] = fields
    return forms


@pytest.fixture
def sent(client, cycle):
    with time_machine.travel(NOW, tick=False):
        yield client.post(at("suggest", cycle), answers(cycle, step="send", title="老楼“没有”<电梯>")).content.decode()


@pytest.mark.parametrize("which", ["language", "view"])
def test_a_receipt_is_the_same_in_the_other_language_and_view(client, cycle, sent, which):
    forms = offered_again(sent)
    english, elder = f"/en{at('suggest', cycle)}", f"{at('suggest', cycle)}?view=elder"
    assert set(forms) == {english, elder, f"{at('suggest', cycle)}?qr=code"}

    address = {"language": english, "view": elder}[which]
    again = client.post(address, forms[address]).content.decode()

    codes = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
    assert codes.findall(again) == codes.findall(sent) != []
    assert Suggestion.objects.count() == 1
    assert ('<html lang="en"' in again) == (which == "language")
    assert ('data-view="elder"' in again) == (which == "view")


def test_following_a_suggestion_goes_on_in_the_other_language(client, cycle, sent):
    code = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", sent)[0]
    number = Suggestion.objects.get().number
    page = client.post(at("track", cycle), {"number": number, "code": code}).content.decode()

    address = f"/en{at('track', cycle)}"
    again = client.post(address, offered_again(page)[address]).content.decode()

    assert number in again
    assert '<html lang="en"' in again


def test_answers_to_an_official_are_not_asked_for_twice(client, cycle, office_of):
    client.force_login(office_of(cycle))

    page = client.post(at("need_open", cycle), {"title": "x"})

    assert page.status_code == 422
    assert offered_again(page.content.decode()) == {}
    assert "hreflang" not in page.content.decode()
    assert "hreflang" in client.get(at("need_open", cycle)).content.decode()


def test_a_page_that_was_opened_links_to_itself(client):
    page = client.get(at("board", CycleFactory())).content.decode()

    assert offered_again(page) == {}
    assert 'hreflang="en"' in page
