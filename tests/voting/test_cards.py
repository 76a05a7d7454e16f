"""Personal cards: issued, printed once, used once; and the machines of the hall that take them."""

import dataclasses
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from livelihood.accounts.models import SignInCode
from livelihood.accounts.roles import Role
from livelihood.accounts.services import codes as account_codes
from livelihood.accounts.services import people as account_people
from livelihood.audit.models import Entry
from livelihood.kernel.errors import InvalidInput, NotAllowed
from livelihood.kernel.numbers import normalise_code
from livelihood.web import confined
from tests import databases
from tests.factories.frame import NOW, MandateFactory, official, signed_in
from tests.factories.voting import Plenary, code_on, in_urn, plenary
from voting import selectors, services
from voting.models import Credential, Round
from voting.services import _shared as shared
from voting.states import RoundState, SignInWay, Step
from voting.views import kiosk

pytestmark = pytest.mark.django_db


LATER = NOW + timedelta(minutes=5)


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
    response = client.post(desk(session, "kiosk_open"), {"name": "1号机"})
    assert (response.status_code, response["Location"]) == (302, "/booth/kiosk/")
    return client


def booth(session: Plenary) -> str:
    return reverse("voting:booth_round", kwargs={"round_id": session.round.pk})


def key_on(page: Any) -> str:
    """Return the key of a ballot page."""
    found = re.search(r'name="key" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


def marks_of(session: Plenary, letters: str) -> dict[str, str]:
    return {f"option_{option.pk}": mark for option, mark in zip(session.options, letters, strict=True)}


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

    assert session.entry(session.deputies[0]).signed_in_at is None
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


@pytest.mark.parametrize("remote_voting", ["nobody", "everybody"])
def test_a_card_proves_who_somebody_is_and_not_that_they_are_there(remote_voting):
    session = plenary(method={"remote_voting": remote_voting}, until=RoundState.SIGN_IN)
    codes, (first, second, _third) = issue(session), session.deputies
    session.round.refresh_from_db()
    phone, at_the_door = Client(), machine(session)
    code = {"hall_code": session.round.hall_code}

    come = [phone.post("/booth/enter/", {"code": codes[1]}), at_the_door.post("/booth/kiosk/", {"code": codes[2]})]
    tried = [client.post(booth(session), code) for client in (phone, at_the_door)]

    assert [answer["Location"] for answer in come] == [booth(session)] * 2
    assert [answer.status_code for answer in tried] == [422, 422]
    assert all("请人大工作人员或监票人在会场确认您已到会" in answer.content.decode() for answer in tried)
    assert not session.round.roll.exclude(signed_in_at=None).exists()
    services.sign_in_deputy(entry=session.entry(first), by=session.scrutineer, at=NOW)
    assert "您已签到" in phone.get(booth(session)).content.decode()
    assert session.entry(second).signed_in_at is None


def test_nobody_votes_alone_for_somebody_who_is_absent():
    """As congress staff try it who have the cards, the machines, the code of the hall and the roll."""
    session = plenary(deputies=5, until=RoundState.SIGN_IN)
    codes, (absent, *others), staff = issue(session), session.deputies, session.staff
    for deputy in others:
        services.sign_in_deputy(entry=session.entry(deputy), by=session.scrutineer, at=NOW)
    session.step(Step.OPEN)
    client, line = machine(session), session.entry(absent)

    at_machine(client, codes[1])
    assert client.post(booth(session), {"hall_code": session.round.hall_code}).status_code == 422
    with pytest.raises(NotAllowed, match="由另一人"):
        services.sign_in_deputy(entry=line, by=staff, at=NOW)
    assert signed_in(staff).post(desk(session, "sign_in", line=1)).status_code == 403
    with databases.as_superuser(), pytest.raises(DatabaseError, match="takes another person"), transaction.atomic():
        session.round.roll.filter(pk=line.pk).update(signed_in_at=NOW, signed_in_by=staff, signed_in_way="staff")

    assert session.entry(absent).signed_in_at is None
    assert not in_urn()


def test_who_has_signed_a_deputy_in_issues_no_card():
    session = plenary(until=RoundState.SIGN_IN)
    first, *others = session.deputies
    services.sign_in_deputy(entry=session.entry(first), by=session.staff, at=NOW)

    cards = services.issue_credentials(round_=session.round, by=session.staff, at=NOW)
    with pytest.raises(NotAllowed, match="由另一人"):
        services.issue_credential(entry=session.entry(first), by=session.staff, at=NOW)
    with databases.as_superuser(), pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        Credential.objects.create(
            entry=session.entry(first), code_hash="0" * 64, issued_at=NOW, issued_by=session.staff
        )

    assert [card.number for card in cards] == [2, 3]
    colleague = official(Role.CONGRESS_STAFF, session.cycle.area)
    assert services.issue_credential(entry=session.entry(first), by=colleague, at=NOW).number == 1
    with pytest.raises(NotAllowed):
        services.sign_in_deputy(entry=session.entry(others[0]), by=session.staff, at=NOW)
    services.sign_in_deputy(entry=session.entry(others[0]), by=colleague, at=NOW)
    assert session.entry(others[0]).signed_in_way == SignInWay.STAFF


def test_a_new_account_opened_by_a_printed_code_is_confirmed_by_somebody_else():
    session = plenary(deputies=2, until=RoundState.SIGN_IN)
    new, old = session.deputies
    new.set_unusable_password()
    new.save(update_fields=["password"])
    (slip,) = account_codes.issue_codes_to_deputies(people=[new], area=session.cycle.area, by=session.staff, at=LATER)
    account_codes.use_code(code=slip.code, password="yi-ge-xin-de-kou-ling-2025", at=LATER)
    session.round.refresh_from_db()
    ours: dict[str, Any] = {"entry": session.entry(new), "at": LATER}

    for person, code in ((new, session.round.hall_code), (session.staff, "")):
        with pytest.raises(NotAllowed):
            services.sign_in_deputy(**ours, hall_code=code, by=person)

    assert session.entry(new).signed_in_at is None
    services.sign_in_deputy(**ours, by=session.scrutineer)
    services.sign_in_deputy(entry=session.entry(old), hall_code=session.round.hall_code, by=old, at=LATER)
    assert list(session.round.roll.order_by("number").values_list("signed_in_way", flat=True)) == ["staff", "self"]


def test_an_account_opened_by_a_mailed_code_is_confirmed_by_somebody_who_did_not_change_the_address():
    session = plenary(deputies=1, until=RoundState.SIGN_IN)
    (deputy,) = session.deputies
    session.round.refresh_from_db()
    at = session.round.roll_locked_at + timedelta(minutes=1)
    administrator = official(Role.ADMINISTRATOR, session.cycle.area)
    MandateFactory(user=administrator, role=Role.SCRUTINEER, area=session.cycle.area)
    account_people.change_people(
        changes=[account_people.PersonChange(deputy, deputy.name, mail="mine@example.gov.cn")], by=administrator, at=at
    )
    deputy.refresh_from_db()
    SignInCode.objects.create(
        user=deputy, is_mailed=True, code_hash="0" * 64, issued_at=at, expires_at=at + timedelta(hours=1), used_at=at
    )
    ours: dict[str, Any] = {"entry": session.entry(deputy), "at": at}

    for person, code in ((deputy, session.round.hall_code), (administrator, "")):
        with pytest.raises(NotAllowed):
            services.sign_in_deputy(**ours, hall_code=code, by=person)

    assert session.entry(deputy).signed_in_at is None
    services.sign_in_deputy(**ours, by=session.scrutineer)


def test_a_machine_of_the_hall_serves_every_round_of_its_year_and_no_other():
    session, other = plenary(until=RoundState.SIGN_IN), plenary(until=RoundState.SIGN_IN)
    kiosk_of_the_hall = machine(session)
    session.step(Step.VOID, "名册有误")
    repeat = services.vote_again(round_=session.round, by=session.staff, at=NOW)
    again = dataclasses.replace(session, round=repeat)
    services.lock_rules(round_=repeat, by=session.staff, at=NOW)
    again.lock_roll()
    services.open_sign_in(round_=repeat, by=session.staff, at=NOW)

    refused = kiosk_of_the_hall.post("/booth/kiosk/", {"code": issue(other)[1]})
    at_machine(kiosk_of_the_hall, issue(again)[1])

    assert (refused.status_code, "本机不用于" in refused.content.decode()) == (422, True)
    assert [card.entry.round for card in Credential.objects.exclude(used_at=None)] == [repeat]


def test_a_new_card_ends_the_sign_in_of_whoever_stole_the_former():
    session = plenary()
    codes, deputy = issue(session), session.deputies[0]
    ballot = reverse("voting:ballot", kwargs={"round_id": session.round.pk})
    thief, owner = Client(), Client()
    assert thief.post("/booth/enter/", {"code": codes[1]})["Location"] == ballot
    key = key_on(thief.get(ballot))
    fresh = services.issue_credential(entry=session.entry(deputy), by=session.staff, at=NOW)

    stolen = thief.post(ballot, {"step": "cast", "key": key, **marks_of(session, "nnn")})
    pages = [thief.get(url).status_code for url in (ballot, booth(session))]
    assert (stolen.status_code, pages, in_urn()) == (403, [403, 403], [])
    assert "换发新的投票卡" in stolen.content.decode()

    assert owner.post("/booth/enter/", {"code": fresh.code})["Location"] == ballot
    cast = owner.post(ballot, {"step": "cast", "key": key_on(owner.get(ballot)), **marks_of(session, "yyn")})
    assert in_urn("marks", "receipt") == [("yyn", code_on(cast))]


def test_a_new_card_ends_no_sign_in_by_password():
    session = plenary()
    issue(session)
    services.issue_credential(entry=session.entry(session.deputies[0]), by=session.staff, at=NOW)

    assert signed_in(session.deputies[0]).get(booth(session)).status_code == 200
    session.cast(session.deputies[0], "yyn")

    assert in_urn("marks") == ["yyn"]


def test_only_the_database_counts_cards_and_it_counts_every_code():
    session = plenary(deputies=2)
    issue(session)
    services.issue_credential(entry=session.entry(session.deputies[0]), by=session.staff, at=NOW)
    Credential.objects.update(used_at=NOW)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        session.round.roll.update(cards_issued=1)

    assert list(session.round.roll.order_by("number").values_list("cards_issued", flat=True)) == [2, 1]


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
        services.sign_in_deputy(entry=session.entry(deputy), by=session.scrutineer, at=NOW)
    session.step(Step.OPEN)
    client = machine(session)
    ballot = reverse("voting:ballot", kwargs={"round_id": session.round.pk})

    assert client.get("/booth/kiosk/").status_code == 200
    assert at_machine(client, codes[1]) == ballot
    paper = client.get(ballot)
    assert paper["Refresh"] == "300; url=/booth/kiosk/"
    receipt = client.post(ballot, {"step": "cast", "key": key_on(paper), **marks_of(session, "yyn")})
    assert (receipt.status_code, receipt["Refresh"]) == (200, f"{confined.SECONDS_WHEN_DONE}; url=/booth/kiosk/")
    assert "no-store" in receipt["Cache-Control"]
    assert session.entry(session.deputies[0]).has_voted

    start = client.get("/booth/kiosk/")
    assert start["Clear-Site-Data"] == '"cache", "storage"'
    assert session.deputies[0].name not in start.content.decode()
    back = client.get(ballot)
    assert (back.status_code, back["Location"]) == (302, f"/sign-in/?next={ballot}")
    assert at_machine(client, codes[2]) == ballot
    assert client.get(ballot).context["request"].user == session.deputies[1]


def test_only_staff_make_a_machine_of_the_hall():
    session = plenary()
    codes = issue(session)

    assert signed_in(session.deputies[0]).post(desk(session, "kiosk_open"), {"name": "1号机"}).status_code == 403
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
