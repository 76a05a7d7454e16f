"""A sealed ballot in Chromium: marks never leave the browser; without scripts the portal seals what arrives."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Request, expect

from tests.factories.frame import NOW
from tests.factories.voting import Plenary, in_urn, plenary
from tests.voting.sealing import SEALED
from tests.year.browsing import PHONE, Come, Visitor, t
from voting import services
from voting.models import Ballot
from voting.states import Step

pytestmark = pytest.mark.django_db(transaction=True)

CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}\b")


def mark(deputy: Visitor, session: Plenary, letters: str) -> None:
    deputy.fill(**{f"option_{option.pk}": letter for option, letter in zip(session.options, letters, strict=True)})


def button(deputy: Visitor, label: str):
    return deputy.main.get_by_role("button", name=t(label), exact=True)


def test_marks_are_checked_and_sealed_in_the_browser_and_the_code_is_found_after_opening(come: Come):
    session = plenary(deputies=1, method={**SEALED, "option_order": "rotated"})
    deputy, sent = come(session.deputies[0]), list[Request]()
    deputy.page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    deputy.go(reverse("voting:ballot", kwargs={"round_id": session.round.pk}))
    expect(deputy.page.locator("[data-unsealed]")).to_be_hidden()

    mark(deputy, session, "yyy")
    button(deputy, "Check my ballot").click()
    expect(deputy.page.get_by_role("alert")).to_contain_text("3")
    mark(deputy, session, "yna")
    button(deputy, "Check my ballot").click()
    expect(deputy.main.locator("[data-check] section")).to_have_count(3)
    deputy.look()
    button(deputy, "Change something").click()
    expect(deputy.main.locator("form.ballot")).to_be_visible()
    button(deputy, "Check my ballot").click()
    assert sent == []
    services.pause_round(round_=session.round, by=session.chair, at=NOW)
    button(deputy, "Cast my ballot").click()
    expect(deputy.page.get_by_role("alert")).to_have_text(
        t("Nothing was cast. Your choices stay on this page: send them again when voting is open.")
    )
    assert in_urn() == []
    services.resume_round(round_=session.round, by=session.chair, at=NOW)
    button(deputy, "Check my ballot").click()
    button(deputy, "Cast my ballot").click()
    expect(deputy.main.locator("[data-receipt]")).to_have_text(CODE)
    deputy.look()
    (code,) = CODE.findall(deputy.text())

    posted = [request.post_data or "" for request in sent]
    assert len(posted) == 2
    assert not [text for text in posted if "option_" in text or code in text]
    assert len({re.sub("csrf[^&]*", "", text) for text in posted}) == 1  # sent again it is the same envelope
    session.step(Step.CLOSE)
    session.open_ballots()
    assert list(Ballot.objects.values_list("marks", "receipt")) == [("yna", code)]


def test_a_lost_answer_is_said_and_the_ballot_is_taken_once(come: Come):
    session = plenary(method=SEALED)
    deputy = come(session.deputies[0])
    deputy.go(reverse("voting:ballot", kwargs={"round_id": session.round.pk}))
    mark(deputy, session, "nnn")
    button(deputy, "Check my ballot").click()

    def lose_the_answer(route) -> None:
        route.fetch()
        route.abort("connectionreset")

    deputy.page.route("**/ballot/", lose_the_answer)
    button(deputy, "Cast my ballot").click()
    expect(deputy.page.get_by_role("alert")).to_have_text(
        t("No answer came. Cast the ballot once more: it is taken once, however often it is sent.")
    )
    deputy.page.unroute("**/ballot/")
    assert len(in_urn()) == 1
    button(deputy, "Cast my ballot").click()

    expect(deputy.main.locator("[data-receipt]")).to_have_text(CODE)
    assert len(in_urn()) == 1
    deputy.watch.wrong = [wrong for wrong in deputy.watch.wrong if "ERR_" not in wrong]


def test_without_scripts_the_portal_seals_and_says_so(browser: Browser, base_url: str, come: Come):
    session = plenary(deputies=1, method=SEALED)
    deputy = Visitor(browser, base_url, come().watch, PHONE, scripts=False)
    client = Client()
    client.force_login(session.deputies[0])
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    deputy.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base_url}])
    deputy.go(reverse("voting:ballot", kwargs={"round_id": session.round.pk}))
    assert t("Your browser does not seal this ballot") in deputy.text()
    mark(deputy, session, "yna")
    deputy.press(t("Check my ballot"))
    deputy.press(t("Cast my ballot"))
    (code,) = CODE.findall(deputy.text())
    deputy.context.close()

    assert not [marks for marks in in_urn("marks") if len(marks) < 100]
    session.step(Step.CLOSE)
    session.open_ballots()
    assert list(Ballot.objects.values_list("marks", "receipt")) == [("yna", code)]
