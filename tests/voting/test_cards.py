"""Personal cards: issued, printed once, used once; and the machines of the hall that take them."""

import dataclasses
import json
import re

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from livelihood.audit.models import Entry
from livelihood.kernel.errors import InvalidInput, NotAllowed
from livelihood.kernel.numbers import normalise_code
from livelihood.web import confined
from tests import databases
from tests.factories.frame import NOW, signed_in
from tests.factories.voting import Plenary, plenary
from voting import selectors, services
from voting.models import Credential, Round
from voting.services import _shared as shared
from voting.states import RoundState, SignInWay, Step
from voting.views import kiosk

pytestmark = pytest.mark.django_db


def desk(session: Plenary, name: str, **more: object) -> str:
    cycle = session.cycle
    parts = {"area": cycle.area.slug, "year": cycle.year, "number": session.round.number, **more}
    return reverse(f"voting:{name}", kwargs=parts)


def issue(session: Plenary) -> dict[int, str]:
    cards = services.issue_credentials(round_=session.round, by=session.staff, at=NOW)
    return {card.number: card.code for card in cards}


def machine(session: Plenary) -> Client:
    """Return a browser that congress staff made a kiosk."""
    client = signed_in(session.staff)
    response = client.post(desk(session, "kiosk_open"))
    assert (response.status_code, response["Location"]) == (302, "/booth/kiosk/")
    return client


def booth(session: Plenary) -> str:
    return reverse("voting:booth_round", kwargs={"round_id": session.round.pk})


def at_machine(client: Client, code: str) -> str:
    """Scan a card; return where it leads."""
    response = client.post("/booth/kiosk/", {"code": code})
    assert response.status_code == 302
    return str(response["Location"])


def test_only_a_hash_of_a_code_is_kept_and_the_journal_has_none():
    session = plenary(until=RoundState.ROLL_LOCKED)

    codes = issue(session)

    assert sorted(codes) == [1, 2, 3]
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", code) for code in codes.values())
    kept = json.dumps(
        [list(Credential.objects.values_list("code_hash", flat=True)), list(Entry.objects.values("detail"))]
    )
    for code in codes.values():
        assert code not in kept
        assert normalise_code(code) not in kept
    assert Entry.objects.get(act="credentials.issued").detail["cards"] == 3


def test_a_new_card_makes_the_former_worthless_and_one_is_used_once():
    session = plenary(until=RoundState.SIGN_IN)
    codes = issue(session)
    fresh = services.issue_credential(entry=session.entry(session.deputies[0]), by=session.staff, at=NOW)

    with pytest.raises(services.WrongCode):
        services.use_credential(code=codes[1], at=NOW)
    services.use_credential(code=fresh.code.lower().replace("-", " "), at=NOW, in_hall_of=session.cycle.pk)
    with pytest.raises(NotAllowed):
        services.use_credential(code=fresh.code, at=NOW)

    entry = session.entry(session.deputies[0])
    assert (entry.signed_in_way, entry.signed_in_by) == (SignInWay.CARD, session.deputies[0])
    assert Entry.objects.filter(act="credential.used").count() == 1


def test_a_card_of_somebody_who_holds_a_paper_opens_nothing():
    session = plenary()
    codes, deputy = issue(session), session.deputies[0]
    services.hand_out_paper(entry=session.entry(deputy), by=session.staff, at=NOW)

    with pytest.raises(NotAllowed, match="纸质表决票"):
        services.use_credential(code=codes[1], at=NOW)

    assert not Entry.objects.filter(act="credential.used").exists()


def test_a_card_that_is_replaced_while_it_is_scanned_opens_nothing(monkeypatch):
    session = plenary(until=RoundState.SIGN_IN)
    codes, entry, share = issue(session), session.entry(session.deputies[0]), shared.share_round

    def replaced_meanwhile(round_: Round) -> Round:
        monkeypatch.setattr(shared, "share_round", share)
        services.issue_credential(entry=entry, by=session.staff, at=NOW)
        return share(round_)

    monkeypatch.setattr(shared, "share_round", replaced_meanwhile)

    with pytest.raises(services.WrongCode, match="新卡"):
        services.use_credential(code=codes[1], at=NOW)

    assert not Entry.objects.filter(act="credential.used").exists()


def test_a_card_proves_who_somebody_is_and_not_where():
    session = plenary(until=RoundState.SIGN_IN)
    codes = issue(session)

    services.use_credential(code=codes[1], at=NOW)
    services.use_credential(code=codes[2], at=NOW, in_hall_of=session.cycle.pk + 1)
    services.use_credential(code=codes[3], at=NOW, in_hall_of=session.cycle.pk)

    assert list(session.round.roll.order_by("number").values_list("signed_in_way", flat=True)) == ["", "", "card"]


def test_a_machine_of_the_hall_serves_every_round_of_its_year_and_no_other():
    session, other = plenary(until=RoundState.SIGN_IN), plenary(until=RoundState.SIGN_IN)
    kiosk_of_the_hall = machine(session)
    session.step(Step.VOID, "名册有误")
    repeat = services.vote_again(round_=session.round, by=session.staff, at=NOW)
    again = dataclasses.replace(session, round=repeat)
    services.lock_rules(round_=repeat, by=session.staff, at=NOW)
    again.lock_roll()
    services.open_sign_in(round_=repeat, by=session.staff, at=NOW)
    for held in (again, other):
        at_machine(kiosk_of_the_hall, issue(held)[1])

    assert again.entry(session.deputies[0]).signed_in_way == SignInWay.CARD
    assert other.entry(other.deputies[0]).signed_in_way == ""


def test_cards_are_issued_anew_to_those_who_have_not_used_theirs():
    session = plenary(deputies=4)
    codes = issue(session)
    services.use_credential(code=codes[1], at=NOW)
    session.cast(session.deputies[1], "yyn")

    again = issue(session)

    assert sorted(again) == [3, 4]
    assert selectors.cards_of(session.round) == {"issued": 4, "used": 1}
    with pytest.raises(InvalidInput):
        services.issue_credentials(round_=session.round, delegation="没有的团", by=session.staff, at=NOW)


def test_after_the_ballot_is_cast_no_card_is_issued_nor_used():
    session = plenary()
    codes = issue(session)
    voter = session.deputies[0]
    session.cast(voter, "yyn")
    before = Credential.objects.get(entry=session.entry(voter))

    with pytest.raises(NotAllowed):
        services.issue_credential(entry=session.entry(voter), by=session.staff, at=NOW)
    with pytest.raises(NotAllowed):
        services.use_credential(code=codes[1], at=NOW)
    with databases.as_superuser(), pytest.raises(DatabaseError), transaction.atomic():
        Credential.objects.filter(pk=before.pk).update(used_at=NOW)

    after = Credential.objects.get(pk=before.pk)
    assert (after.code_hash, after.used_at) == (before.code_hash, None)
    assert not Entry.objects.filter(act="credential.used").exists()


def test_the_desk_prints_the_cards_once():
    session = plenary(until=RoundState.ROLL_LOCKED)
    client = signed_in(session.staff)

    page = client.post(desk(session, "cards"), {"delegation": "第一代表团"})

    codes = re.findall(r'class="card-code">([0-9A-Z-]{14})<', page.content.decode())
    assert (page.status_code, len(set(codes)), page.content.decode().count("qr-code")) == (200, 3, 3)
    assert "no-store" in page["Cache-Control"]
    assert Credential.objects.count() == 3
    again = client.get(desk(session, "cards")).content.decode()
    assert not any(code in again for code in codes)
    one = client.post(desk(session, "card", line=2)).content.decode()
    assert len(re.findall(r'class="card-code">', one)) == 1


def test_a_card_opens_the_booth_of_its_round_and_nothing_else():
    session = plenary(until=RoundState.SIGN_IN)
    codes, deputy = issue(session), session.deputies[0]
    client = Client()

    assert client.get("/booth/enter/").status_code == 200
    assert not Entry.objects.filter(act="credential.used").exists()
    entered = client.post("/booth/enter/", {"code": f"https://portal.example/booth/enter/#{codes[1]}"})

    assert (entered.status_code, entered["Location"]) == (302, booth(session))
    page = client.get(booth(session))
    assert (page.status_code, page.context["entry"].deputy) == (200, deputy)
    assert "Refresh" not in page.headers
    for url in ("/booth/", reverse("portal:my_work"), "/en/booth/", booth(session).replace(str(session.round.pk), "0")):
        assert client.get(url).status_code == 403
    assert client.get(f"/en{booth(session)}").status_code == 200
    assert client.post(booth(session), {"hall_code": "x"}).status_code == 422
    session.round.refresh_from_db()
    client.post(booth(session), {"hall_code": session.round.hall_code})
    assert session.entry(deputy).signed_in_way == SignInWay.CARD


def test_many_wrong_cards_from_one_address_close_the_door_to_no_right_one(monkeypatch):
    session = plenary(until=RoundState.SIGN_IN)
    codes, phone, at_the_door = issue(session), Client(), machine(session)
    monkeypatch.setattr(kiosk, "WRONG", dataclasses.replace(kiosk.WRONG, name="test.card", most=2))

    wrong = [phone.post("/booth/enter/", {"code": "0000-0000-0000"}) for _ in range(3)]
    assert not Credential.objects.exclude(used_at=None).exists()
    right = [phone.post("/booth/enter/", {"code": codes[1]}), at_the_door.post("/booth/kiosk/", {"code": codes[2]})]

    assert [answer.status_code for answer in wrong] == [422, 422, 429]
    assert "请向人大工作人员换领新的投票卡，或15分钟后再试。" in wrong[2].content.decode()
    assert 890 < int(wrong[2]["Retry-After"]) <= 900
    assert [answer["Location"] for answer in right] == [booth(session)] * 2
    assert Credential.objects.exclude(used_at=None).count() == 2


def test_a_form_of_another_site_signs_nobody_in():
    session = plenary(until=RoundState.SIGN_IN)
    codes = issue(session)

    answer = Client().post("/booth/enter/", {"code": codes[1]}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert not Credential.objects.exclude(used_at=None).exists()


def test_a_machine_of_the_hall_takes_one_deputy_after_the_other():
    session = plenary(deputies=2, until=RoundState.SIGN_IN)
    codes = issue(session)
    for deputy in session.deputies:
        services.sign_in_deputy(entry=session.entry(deputy), by=session.staff, at=NOW)
    session.step(Step.OPEN)
    services.undo_sign_in(entry=session.entry(session.deputies[1]), by=session.staff, at=NOW)
    client = machine(session)
    ballot = reverse("voting:ballot", kwargs={"round_id": session.round.pk})

    assert client.get("/booth/kiosk/").status_code == 200
    assert at_machine(client, codes[1]) == ballot
    paper = client.get(ballot)
    assert paper["Refresh"] == "300; url=/booth/kiosk/"
    key = re.search(r'name="key" value="([^"]+)"', paper.content.decode())
    assert key is not None
    marks = {f"option_{option.pk}": "y" if option.number < 3 else "n" for option in session.options}
    receipt = client.post(ballot, {"step": "cast", "key": key[1], **marks})
    assert (receipt.status_code, receipt["Refresh"]) == (200, f"{confined.SECONDS_WHEN_DONE}; url=/booth/kiosk/")
    assert "no-store" in receipt["Cache-Control"]
    assert session.entry(session.deputies[0]).has_voted

    start = client.get("/booth/kiosk/")
    assert start["Clear-Site-Data"] == '"cache", "storage"'
    assert session.deputies[0].name not in start.content.decode()
    back = client.get(ballot)
    assert (back.status_code, back["Location"]) == (302, f"/sign-in/?next={ballot}")
    assert at_machine(client, codes[2]) == ballot
    assert session.entry(session.deputies[1]).signed_in_way == SignInWay.CARD
    assert client.get(ballot).context["request"].user == session.deputies[1]


def test_only_staff_make_a_machine_of_the_hall():
    session = plenary()
    codes = issue(session)

    assert signed_in(session.deputies[0]).post(desk(session, "kiosk_open")).status_code == 403
    assert Client().post("/booth/kiosk/", {"code": codes[1]}).status_code == 403
    forged = Client()
    forged.cookies[kiosk.KIOSK] = str(session.cycle.pk)
    assert forged.post("/booth/kiosk/", {"code": codes[1]}).status_code == 403

    assert not Credential.objects.exclude(used_at=None).exists()
    staff = machine(session)
    assert staff.get(desk(session, "roll"))["Location"].startswith("/sign-in/")


def test_the_address_of_a_card_never_reaches_a_log():
    """The code stands behind the # of the address: no browser sends it, so no log of any server can hold it."""
    session = plenary(until=RoundState.ROLL_LOCKED)
    card = services.issue_credential(entry=session.entry(session.deputies[0]), by=session.staff, at=NOW)

    page = signed_in(session.staff).post(desk(session, "card", line=1)).content.decode()

    assert f"{settings.SITE_URL}/booth/enter/" in page
    assert reverse("voting:enter") == "/booth/enter/"
    assert card.code not in page
