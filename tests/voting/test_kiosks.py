"""Machines of the hall: each is bound to its browser and its hall, listed, watched and revoked."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from livelihood.audit.models import Entry
from tests import databases
from tests.factories.frame import NOW, signed_in
from tests.factories.voting import Plenary, in_urn, plenary
from tests.voting.test_cards import at_machine, desk, issue, key_on, machine, marks_of
from voting import selectors
from voting.models import Kiosk
from voting.states import RoundState
from voting.views.kiosk import KIOSK

pytestmark = pytest.mark.django_db


def ballot(session: Plenary) -> str:
    return reverse("voting:ballot", kwargs={"round_id": session.round.pk})


def cast_at(client: Client, session: Plenary, code: str) -> int:
    """Come in at a machine by a card and cast a ballot; return how it is answered."""
    at_machine(client, code)
    key = key_on(client.get(ballot(session)))
    return client.post(ballot(session), {"step": "cast", "key": key, **marks_of(session, "yyn")}).status_code


def test_a_copy_of_a_machine_and_the_machine_cannot_both_go_on():
    session = plenary(deputies=4)
    codes, hall = issue(session), machine(session)
    copy = Client()
    copy.cookies[KIOSK] = hall.cookies[KIOSK].value

    at_machine(hall, codes[1])
    assert copy.get("/booth/kiosk/").status_code == 200  # as where the machine's last answer was lost
    at_machine(hall, codes[2])
    assert "通知监票人" not in hall.get("/booth/kiosk/").content.decode()
    refused = copy.post("/booth/kiosk/", {"code": codes[3]})

    assert (refused.status_code, "通知监票人" in refused.content.decode()) == (403, True)
    assert Kiosk.objects.get().copied_at is not None
    page = signed_in(session.scrutineer).get(desk(session, "kiosks")).content.decode()
    assert ("另一浏览器" in page, 'class="notice notice-need"' in page) == (True, True)
    assert "通知监票人" in hall.get("/booth/kiosk/").content.decode()
    at_machine(hall, codes[3])


def test_a_machine_that_is_revoked_takes_no_card_and_no_ballot():
    session = plenary()
    codes, hall = issue(session), machine(session)
    at_machine(hall, codes[1])
    key = key_on(hall.get(ballot(session)))
    kiosk = Kiosk.objects.get()

    assert signed_in(session.deputies[0]).post(desk(session, "kiosk_revoke", kiosk_id=kiosk.pk)).status_code == 403
    done = signed_in(session.scrutineer).post(desk(session, "kiosk_revoke", kiosk_id=kiosk.pk))
    late = hall.post(ballot(session), {"step": "cast", "key": key, **marks_of(session, "yyn")})

    assert (done.status_code, late.status_code, in_urn()) == (302, 403, [])
    assert hall.post("/booth/kiosk/", {"code": codes[2]}).status_code == 403
    kiosk.refresh_from_db()
    assert kiosk.revoked_by == session.scrutineer
    assert list(Entry.objects.filter(act__startswith="kiosk.").order_by("pk").values_list("act", flat=True)) == [
        "kiosk.opened", "kiosk.revoked",
    ]  # fmt: skip
    with databases.as_superuser(), pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        Kiosk.objects.update(revoked_at=None, revoked_by=None)
    with databases.as_superuser(), pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        Kiosk.objects.all().delete()


def test_those_who_run_the_session_see_what_each_machine_took_in_which_minute():
    session = plenary(deputies=5)
    codes, hall = issue(session), machine(session)
    with time_machine.travel(NOW, tick=False) as clock:
        for number in (1, 2, 3):
            assert cast_at(hall, session, codes[number]) == 200
        clock.shift(timedelta(minutes=2))
        assert cast_at(hall, session, codes[4]) == 200
    session.cast(session.deputies[4], "nnn")

    (at_hall, elsewhere) = selectors.pace(session.round)

    assert (at_hall.name, at_hall.casts, at_hall.is_quick) == ("1号机", 4, True)
    assert [number for _minute, number in at_hall.minutes] == [3, 1]
    assert (elsewhere.casts, elsewhere.is_quick) == (1, False)
    pages = {
        person: signed_in(person).get(desk(session, "kiosks")).content.decode()
        for person in (session.staff, session.chair, session.scrutineer)
    }
    assert all("各机每分钟收到的票数" in page and "1号机" in page for page in pages.values())
    assert not any(deputy.name in page for page in pages.values() for deputy in session.deputies)


def test_the_pace_is_shown_from_the_opening_on_and_only_to_those_who_run_the_session():
    session = plenary(until=RoundState.SIGN_IN)

    assert "各机每分钟收到的票数" not in signed_in(session.chair).get(desk(session, "kiosks")).content.decode()
