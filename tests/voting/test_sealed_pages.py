"""The pages of the key: each scrutineer draws and tries a half on her own device, and puts it in after closing."""

import re
import uuid

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from tests.factories.frame import NOW, official, signed_in
from tests.factories.voting import Plenary, plenary
from tests.voting.sealing import SEALED, sealed_in_browser
from voting import record, services
from voting.models import KeyHalf, RoundResult
from voting.schemes import sealed
from voting.states import RoundState, Step

pytestmark = pytest.mark.django_db

HALF = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){6}")


def page(session: Plenary, name: str, **more: object) -> str:
    return session.round.address(f"voting:{name}", **more)


def draw(desk, session: Plenary, number: int) -> str:
    """Draw a half as the pages lead there, and return what is shown."""
    listed = desk.get(page(session, "halves")).content.decode()
    address = page(session, "half_draw", half=number)
    assert address in listed
    asked = desk.get(address).content.decode()
    assert not HALF.search(asked)
    (seen,) = re.findall(r'name="seen" value="([0-9a-f]*)"', asked)
    shown = desk.post(address, {"seen": seen})
    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    (typed,) = set(HALF.findall(shown.content.decode()))
    return typed


def test_the_key_from_drawing_to_the_count_on_two_devices():
    session = plenary(method=SEALED, until=RoundState.SIGN_IN)
    for deputy in session.deputies:
        services.sign_in_deputy(entry=session.entry(deputy), by=session.scrutineer, at=NOW)
    people = [session.scrutineer, official(Role.SCRUTINEER, session.cycle.area)]
    desks, chair = [signed_in(person) for person in people], signed_in(session.chair)
    address = page(session, "halves")
    assert page(session, "halves") in chair.get(page(session, "round")).content.decode()

    halves = [draw(desk, session, number) for number, desk in enumerate(desks, start=1)]
    assert chair.post(page(session, "round_act", act="propose-open")).status_code == 403
    wrong = desks[0].post(address, {"code": halves[1]})
    assert wrong.status_code == 422
    assert halves[1] not in str(list(Entry.objects.values_list("detail", flat=True)))
    for desk, half in zip(desks, halves, strict=True):
        assert desk.post(address, {"code": half.lower().replace("-", " ")})["Location"] == address
    assert KeyHalf.objects.filter(tried_at__isnull=False).count() == 2
    for desk, act in ((chair, "propose-open"), (desks[0], "confirm-open")):
        asked = desk.get(page(session, "round_act", act=act)).content.decode()
        assert _("The ballots are sealed: do both scrutineers have their half on them?") in asked
        if act == "propose-open":
            desk.post(page(session, "round_act", act=act))
    services.open_round(round_=session.round, by=session.scrutineer, at=NOW)
    for deputy in session.deputies:
        session.cast(deputy, "yyn")
    session.step(Step.CLOSE)

    listed = desks[0].get(address).content.decode()
    assert record.in_groups(record.hash_of(sealed.fingerprints(session.round))) in listed
    assert _(
        "Two scrutineers must first open the ballots: each puts in the half of the key that was written down."
    ) in (chair.get(page(session, "round")).content.decode())
    for desk, half in zip(desks, halves, strict=True):
        answer = desk.post(address, {"code": half})
        assert (answer.status_code, answer["Location"]) == (302, address)
    assert _("The ballots are open; they can be counted.") in desks[0].get(address).content.decode()
    chair.post(page(session, "round_act", act="count"))
    assert RoundResult.objects.get().valid == 3


def test_nobody_but_a_scrutineer_is_offered_a_half_or_a_field_for_it():
    session = plenary(method=SEALED, until=RoundState.ROLL_LOCKED)

    for person in (session.staff, session.chair):
        desk = signed_in(person)
        listed = desk.get(page(session, "halves")).content.decode()
        assert page(session, "half_draw", half=1) not in listed
        assert 'name="code"' not in listed
        assert desk.post(page(session, "half_draw", half=1)).status_code == 403
        assert desk.post(page(session, "halves"), {"code": "x"}).status_code in (403, 422)
    assert not KeyHalf.objects.exists()
    assert signed_in(session.scrutineer).get(page(session, "half_draw", half=3)).status_code == 404


def test_a_round_that_is_not_sealed_says_that_it_needs_no_key():
    session = plenary()
    desk = signed_in(session.scrutineer)

    assert page(session, "halves") not in desk.get(page(session, "round")).content.decode()
    assert _("The ballots of this round are not sealed: it needs no key.") in (
        desk.get(page(session, "halves")).content.decode()
    )


def test_the_ballot_page_of_a_sealed_round_has_the_keys_and_the_receipt_waits_for_the_browser():
    session = plenary(method=SEALED)
    deputy, key = signed_in(session.deputies[0]), str(uuid.uuid4())
    address = reverse("voting:ballot", kwargs={"round_id": session.round.pk})
    envelope, receipt = sealed_in_browser(session, "yyn")

    shown = deputy.get(address).content.decode()
    taken = deputy.post(address, {"step": "cast", "key": key, "sealed": envelope})

    keys = list(KeyHalf.objects.order_by("number").values_list("public_key", flat=True))
    assert f'data-seal="{" ".join(keys)}"' in shown
    assert "js/sealed_ballot" in shown
    assert _("Your browser does not seal this ballot") in shown
    assert "<dd data-receipt></dd>" in taken.content.decode()
    assert receipt not in taken.content.decode()
    plain = plenary()
    address = reverse("voting:ballot", kwargs={"round_id": plain.round.pk})
    assert "data-seal" not in signed_in(plain.deputies[0]).get(address).content.decode()
