"""Sign-ins: noted for the person, seen and ended by them, ended with a new password and by an administrator."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from livelihood.accounts import selectors, services
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import Leave, Mandate, SignIn, User
from livelihood.accounts.roles import Role
from livelihood.accounts.services.codes import mail_code
from livelihood.accounts.states import Entrance
from livelihood.audit.models import Entry
from livelihood.audit.services import record
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.models import Area
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.portal.journals import done_by_others, journal_of_person
from livelihood.web import confined
from tests.factories.frame import NOW, TODAY, CityFactory, CycleFactory, MandateFactory, UserFactory, official
from tests.factories.voting import plenary
from tests.threads import at_once
from voting import services as voting

pytestmark = pytest.mark.django_db

PASSWORD, OTHER = "a quiet green river 7", "another broad blue lake 8"


@pytest.fixture
def person() -> User:
    person = official(Role.DEPARTMENT, CityFactory(code="330700", slug="here"))
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def browser(person: User, password: str = PASSWORD) -> Client:
    client = Client()
    assert client.post("/sign-in/", {"username": person.username, "password": password}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_a_sign_in_is_noted_without_its_address_and_told_to_the_person(person):
    client = browser(person)

    page = client.get("/en/account/").content.decode()

    row = SignIn.objects.get()
    assert {field.name for field in SignIn._meta.fields} == {"id", "user", "at", "way", "session_key"}
    assert (row.user, row.way, row.session_key) == (person, Entrance.PASSWORD, client.session.session_key)
    assert "this one" in page
    assert "127.0.0.1" not in page
    assert str(client.session.session_key) not in page


def test_one_ends_another_sign_in_of_ones_own_and_nobody_elses(person):
    here, there, stranger = browser(person), browser(person), Client()
    stranger.force_login(UserFactory())
    row = SignIn.objects.get(session_key=there.session.session_key)

    assert stranger.post(f"/account/sign-ins/{row.pk}/end/").status_code == 404
    assert is_in(there)
    here.post(f"/account/sign-ins/{row.pk}/end/")

    assert (is_in(here), is_in(there)) == (True, False)
    assert [row.session_key for row in selectors.sessions_of(person, timezone.now())] == [here.session.session_key]


def test_one_ends_all_others_and_goes_on_under_a_new_key(person):
    here, there = browser(person), browser(person)
    before = here.session.session_key

    here.post("/account/sign-ins/end/")

    assert (is_in(here), is_in(there)) == (True, False)
    assert here.session.session_key != before
    assert [row.session_key for row in selectors.sessions_of(person, timezone.now())] == [here.session.session_key]
    assert Session.objects.count() == 1


def test_a_new_password_ends_every_other_sign_in_and_every_code(person):
    admin = official(Role.ADMINISTRATOR, person.mandates.get().area)
    here, there = browser(person), browser(person)
    slip = mail_code(user=person, by=admin, at=timezone.now())

    response = here.post("/account/password/", {"present": PASSWORD, "password": OTHER, "again": OTHER})

    assert response.headers["Location"] == "/account/"
    assert (is_in(here), is_in(there)) == (True, False)
    with pytest.raises(services.NoSuchCode):
        services.use_code(code=slip.code, password=PASSWORD, at=timezone.now())
    browser(person, OTHER)
    assert Entry.objects.filter(act="user.password_changed").get().actor_id == person.pk


@pytest.mark.parametrize(
    ("present", "password", "again"),
    [(OTHER, OTHER, OTHER), (PASSWORD, OTHER, PASSWORD), (PASSWORD, PASSWORD, PASSWORD), (PASSWORD, "short", "short")],
)
def test_a_password_that_is_refused_changes_nothing(person, present, password, again):
    here, there = browser(person), browser(person)

    response = here.post("/account/password/", {"present": present, "password": password, "again": again})

    assert response.status_code == 422
    person.refresh_from_db()
    assert (person.check_password(PASSWORD), is_in(here), is_in(there)) == (True, True, True)
    assert not Entry.objects.exclude(act=AccountAct.SIGNED_IN).exists()


def test_who_sits_at_an_open_machine_tries_five_passwords_and_not_the_right_one_after_them(person):
    here = browser(person)
    wrong = {"present": "not the one", "password": OTHER, "again": OTHER}

    answers = [here.post("/account/password/", wrong).status_code for _ in range(5)]
    right = here.post("/account/password/", wrong | {"present": PASSWORD})

    assert (answers, right.status_code) == ([422] * 5, 429)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_an_administrator_ends_all_sign_ins_of_a_person_those_by_card_too(person, rf):
    session = plenary(candidates=2, deputies=1)
    deputy = session.deputies[0]
    admin = official(Role.ADMINISTRATOR, session.round.cycle.area)
    (card,) = voting.issue_credentials(round_=session.round, by=session.staff, at=NOW)
    by_card = Client()
    by_card.post("/booth/enter/", {"code": card.code})
    assert confined.PLACE in by_card.session
    booth = f"/booth/rounds/{session.round.pk}/"
    assert by_card.get(booth).status_code == 200

    services.end_sessions(user=deputy, by=admin, at=NOW)

    assert by_card.get(booth).status_code == 302
    entry = Entry.objects.filter(act="user.sessions_ended").get()
    assert (entry.actor_id, entry.subject_id) == (admin.pk, str(deputy.pk))
    with pytest.raises(NotAllowed):
        services.end_sessions(user=deputy, by=person, at=NOW)


def test_closing_ends_sign_ins_mandates_and_stand_ins_and_keeps_what_was_done(person):
    mandate = person.mandates.get()
    admin, other = official(Role.ADMINISTRATOR, mandate.area), UserFactory()
    stand_in = services.name_stand_in(
        mandate=mandate, user=other, starts_on=TODAY, ends_on=TODAY + timedelta(days=9), reason="出差", by=admin, at=NOW
    )
    client = browser(person)

    services.close_account(user=person, reason="调离", by=admin, at=NOW)

    assert not is_in(client)
    assert Client().post("/sign-in/", {"username": person.username, "password": PASSWORD}).status_code == 422
    assert {row.pk: row.ends_on for row in Mandate.objects.exclude(user=admin)} == {
        mandate.pk: TODAY,
        stand_in.pk: TODAY,
    }
    assert Entry.objects.get(act="user.closed").detail == {"reason": "调离"}
    assert User.objects.get(pk=person.pk).closed_by == admin
    with pytest.raises(Conflict):
        services.close_account(user=person, reason="调离", by=admin, at=NOW)
    with pytest.raises(Conflict):
        services.give_mandate(
            user=User.objects.get(pk=person.pk), role=Role.AUDITOR, area=mandate.area, starts_on=TODAY, by=admin, at=NOW
        )


def test_a_closed_account_opens_again_by_a_code_and_without_its_password(person):
    admin = official(Role.ADMINISTRATOR, person.mandates.get().area)
    services.close_account(user=person, reason="误操作", by=admin, at=NOW)

    services.reopen_account(user=person, by=admin, at=NOW)

    person.refresh_from_db()
    assert (person.is_active, person.has_usable_password()) == (True, False)
    with pytest.raises(Conflict):
        services.reopen_account(user=person, by=admin, at=NOW)
    (slip,) = services.issue_codes(people=[person], by=admin, at=NOW)
    services.use_code(code=slip.code, password=OTHER, at=NOW)


def test_what_others_did_to_an_account_is_told_on_my_work_and_on_its_page(person):
    area = person.mandates.get().area
    admin = official(Role.ADMINISTRATOR, area)
    admin.name = "管理员甲"
    admin.save(update_fields=["name"])
    services.give_mandate(user=person, role=Role.CPPCC_MEMBER, area=area, starts_on=TODAY, by=admin, at=timezone.now())
    client = browser(person)
    assert (
        "lately changed" not in client.get("/en/desk/").content.decode()
    )  # what was before the first sign-in is no news

    services.give_mandate(
        user=person, role=Role.SUPERVISION_OFFICE, area=area, starts_on=TODAY, by=admin, at=timezone.now()
    )

    assert "lately changed" in client.get("/en/desk/").content.decode()
    page = client.get("/en/account/").content.decode()
    assert "Mandate given · 管理员甲" in " ".join(page.split())


def test_name_and_mail_are_put_right_and_what_is_no_address_is_refused(person):
    admin = official(Role.ADMINISTRATOR, person.mandates.get().area)

    for _time in range(2):  # the second is none
        services.change_people(
            changes=[services.PersonChange(person, "林", "lin@example.gov.cn", "0574-1")], by=admin, at=NOW
        )
    for mail in ("lin@", f"{'x' * 60}@{'y.' * 100}example.gov.cn"):
        with pytest.raises(InvalidInput):
            services.change_people(changes=[services.PersonChange(person, "林", mail)], by=admin, at=NOW)

    person.refresh_from_db()
    assert (person.name, person.mail, person.phone) == ("林", "lin@example.gov.cn", "0574-1")
    assert [entry.detail for entry in Entry.objects.all()] == [{"fields": ["name", "mail", "phone"]}]


def test_auditors_read_what_a_person_did_in_every_year(person):
    area = person.mandates.get().area
    auditor, admin = official(Role.AUDITOR, area), official(Role.ADMINISTRATOR, area)
    new = services.create_user(username="new", name="新人", area=area, by=admin, at=NOW)
    client = Client()
    client.force_login(auditor)

    done = client.get(f"/en/desk/here/people/{admin.pk}/journal/").content.decode()
    suffered = client.get(f"/en/desk/here/people/{new.pk}/journal/").content.decode()
    nothing = client.get(f"/en/desk/here/people/{person.pk}/journal/").content.decode()

    assert ['data-label="Act">Account created<' in page for page in (done, suffered, nothing)] == [True, True, False]


def test_what_somebody_does_in_an_area_is_read_by_those_of_that_area(person):
    here, there = person.mandates.get().area, CityFactory(code="330800", slug="there")
    cycles = [CycleFactory(area=area, phase=Phase.SOLICIT) for area in (here, there)]
    for cycle in cycles:
        record(CycleAct.CYCLE_DATED, cycle, by=person, at=NOW, cycle_id=cycle.pk)
    MandateFactory(user=person, area=there)
    readers = [official(Role.AUDITOR, here), official(Role.AUDITOR, there), official(Role.AUDITOR, here.parent)]

    read = [
        {
            year
            for entries in journal_of_person(person, reader, NOW)
            for year in entries.values_list("cycle_id", flat=True)
        }
        for reader in readers
    ]

    assert read == [{cycles[0].pk}, {cycles[1].pk}, {cycle.pk for cycle in cycles}]


def test_leave_is_shown_to_the_person_and_takes_their_mandates_away_for_a_while(person):
    MandateFactory(user=person, area=CityFactory(), role=Role.AUDITOR)
    boss = UserFactory()
    for mandate in person.mandates.all():
        MandateFactory(user=boss, area=mandate.area, role=Role.ADMINISTRATOR)
    today = timezone.localdate()
    client = browser(person)
    assert len(selectors.held_mandates(User.objects.get(pk=person.pk), timezone.now())) == 2

    leave = services.give_leave(user=person, starts_on=today, ends_on=None, reason="病假", by=boss, at=timezone.now())

    assert selectors.held_mandates(User.objects.get(pk=person.pk), timezone.now()) == ()
    many = [User.objects.get(pk=person.pk)]
    selectors.learn_mandates(many, timezone.now())
    assert selectors.held_mandates(many[0], timezone.now()) == ()
    page = client.get("/en/account/").content.decode()
    assert ("You are on leave" in page, "病假" in page, "病假" in client.get("/en/desk/").content.decode()) == (
        True, True, False,
    )  # fmt: skip
    with pytest.raises(Conflict):
        services.give_leave(user=person, starts_on=today, ends_on=today, reason="病假", by=boss, at=timezone.now())
    backwards = {"starts_on": today, "ends_on": today - timedelta(days=1)}
    with pytest.raises(InvalidInput):
        services.give_leave(user=person, **backwards, reason="病假", by=boss, at=timezone.now())
    assert Leave.objects.get(user=person) == leave
    services.end_leave(leave=leave, last_day=today, by=boss, at=timezone.now())
    tomorrow = timezone.now() + timedelta(days=1)
    assert len(selectors.held_mandates(User.objects.get(pk=person.pk), tomorrow)) == 2
    with pytest.raises(InvalidInput):
        services.end_leave(leave=leave, last_day=today - timedelta(days=2), by=boss, at=timezone.now())


def test_a_leave_that_was_noted_by_mistake_never_was(person):
    boss = official(Role.ADMINISTRATOR, person.mandates.get().area)
    today, now = timezone.localdate(), timezone.now()
    leave = services.give_leave(user=person, starts_on=today, ends_on=None, reason="记错", by=boss, at=now)

    leave = services.end_leave(leave=leave, last_day=today - timedelta(days=1), by=boss, at=now)

    assert leave.never_was
    assert len(selectors.held_mandates(User.objects.get(pk=person.pk), now)) == 1
    yesterday = today - timedelta(days=1)
    services.give_leave(user=person, starts_on=yesterday, ends_on=today, reason="病假", by=boss, at=now)


def test_a_stand_in_holds_the_mandate_for_their_days_and_no_longer_than_its_holder(person):
    mandate = person.mandates.get()
    admin, other = official(Role.ADMINISTRATOR, mandate.area), UserFactory(username="zhao")
    name: dict[str, Any] = {"mandate": mandate, "user": other, "reason": "出差", "by": admin, "at": NOW}
    days: dict[str, Any] = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=9)}

    stand_in = services.name_stand_in(**name, **days)

    for passed, held in ((-1, 0), (0, 1), (9, 1), (10, 0)):
        at = NOW + timedelta(days=passed)
        assert len(selectors.held_mandates(User.objects.get(pk=other.pk), at)) == held
    client = Client()
    client.force_login(admin)
    page = " ".join(client.get("/en/desk/here/people/").content.decode().split())
    assert f"stands in for {person.name}: 出差" in page
    with pytest.raises(Conflict):
        services.name_stand_in(**name, **days)
    with pytest.raises(NotAllowed):
        services.name_stand_in(**name | {"mandate": stand_in, "user": UserFactory()}, **days)
    services.end_mandate(mandate=mandate, last_day=TODAY + timedelta(days=2), by=admin, at=NOW)
    stand_in.refresh_from_db()
    assert stand_in.ends_on == TODAY + timedelta(days=2)


@pytest.mark.parametrize("how", ["ended", "closed"])
def test_a_stand_in_who_was_to_begin_later_holds_nothing_when_the_holder_has_gone(person, how):
    mandate = person.mandates.get()
    admin, other = official(Role.ADMINISTRATOR, mandate.area), UserFactory(username="zhao")
    later = TODAY + timedelta(days=5)
    services.name_stand_in(mandate=mandate, user=other, starts_on=later, ends_on=later, reason="出差", by=admin, at=NOW)
    at = NOW + timedelta(days=5)
    assert len(selectors.held_mandates(User.objects.get(pk=other.pk), at)) == 1

    if how == "ended":
        services.end_mandate(mandate=mandate, last_day=TODAY, by=admin, at=NOW)
    else:
        services.close_account(user=person, reason="调离", by=admin, at=NOW)

    assert selectors.held_mandates(User.objects.get(pk=other.pk), at) == ()


@pytest.mark.django_db(transaction=True)
def test_a_mandate_given_twice_at_once_is_given_once(person):
    mandate = person.mandates.get()
    admin = official(Role.ADMINISTRATOR, mandate.area)

    def give() -> Mandate:
        return services.give_mandate(
            user=person, role=Role.AUDITOR, area=mandate.area, starts_on=TODAY, by=admin, at=NOW
        )

    answers = at_once(give, give, give)

    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Conflict", "Mandate"]


@pytest.mark.parametrize("role", [Role.DEPUTY, Role.CPPCC_MEMBER, Role.CHAIR, Role.SCRUTINEER])
def test_nobody_stands_in_for_who_was_elected(role):
    city = CityFactory()
    mandate = official(role, city).mandates.get()
    before = Mandate.objects.count()

    with pytest.raises(NotAllowed):
        services.name_stand_in(
            mandate=mandate, user=UserFactory(), starts_on=TODAY, ends_on=TODAY, reason="出差",
            by=official(Role.ADMINISTRATOR, city), at=NOW,
        )  # fmt: skip

    assert Mandate.objects.count() == before + 1


@pytest.mark.parametrize(
    ("who", "starts_on", "ends_on"),
    [
        ("other", TODAY + timedelta(days=1), TODAY),
        ("other", TODAY - timedelta(days=9_999), TODAY),
        ("self", TODAY, TODAY),
    ],
)
def test_days_out_of_order_and_oneself_are_no_stand_in(person, who, starts_on, ends_on):
    mandate = person.mandates.get()
    admin = official(Role.ADMINISTRATOR, mandate.area)

    with pytest.raises(InvalidInput):
        services.name_stand_in(
            mandate=mandate, user=person if who == "self" else UserFactory(), starts_on=starts_on, ends_on=ends_on,
            reason="出差", by=admin, at=NOW,
        )  # fmt: skip

    assert not Mandate.objects.exclude(stands_in_for=None).exists()


def resident() -> User:
    """Return somebody who belongs to an area, and has a password."""
    person = UserFactory(area=CityFactory(code="330700", slug="here"))
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def journal(person: User) -> list[tuple[str, int | None, dict[str, Any]]]:
    """Return what the journal holds of sign-ins, oldest first; the area and the person behind each."""
    acts = [AccountAct.SIGNED_IN, AccountAct.SIGN_IN_REFUSED, AccountAct.SIGN_IN_CLOSED]
    rows = Entry.objects.filter(act__in=acts, area_id=person.area_id).order_by("pk")
    return [(row.act, row.actor_id, row.detail) for row in rows]


def test_a_sign_in_is_journaled_by_its_row_and_told_of_nobody_once_the_row_is_forgotten():
    person = resident()
    browser(person)
    auditor = official(Role.AUDITOR, Area.objects.get(slug="here"))
    reader = Client()
    reader.force_login(auditor)
    row = SignIn.objects.get()

    assert journal(person) == [("user.signed_in", None, {"way": "password"})]
    entry = Entry.objects.get(act=AccountAct.SIGNED_IN)
    assert (entry.subject_type, entry.subject_id) == ("accounts.signin", str(row.pk))
    for path in (f"/desk/here/people/{person.pk}/journal/", "/desk/here/journal/"):
        (shown,) = [one for one in reader.get(path).context["rows"] if one.act == "user.signed_in"]
        assert (shown.words, shown.actor) == ("登录", person.name)
        assert [(fact.label, fact.value) for fact in shown.facts] == [("登录方式", "密码")]
    file = reader.get("/desk/here/lists/journal-of-area/?export=csv").getvalue().decode()
    assert f"user.signed_in,登录,accounts.signin:{row.pk},{person.name}," in file

    row.delete()

    assert [one.act for one in reader.get(f"/desk/here/people/{person.pk}/journal/").context["rows"]] == []
    (shown,) = [one for one in reader.get("/desk/here/journal/").context["rows"] if one.act == "user.signed_in"]
    assert shown.actor == ""
    assert person.name not in reader.get("/desk/here/lists/journal-of-area/?export=csv").getvalue().decode()


def test_refused_sign_ins_are_journaled_once_a_while_for_each_account_and_never_by_a_name_that_is_nobodys(
    client,
):
    person = resident()
    with time_machine.travel(NOW, tick=False) as clock:
        answers = [
            client.post("/sign-in/", {"username": name, "password": "wrong"}).status_code
            for name in [person.username.upper()] * 7 + ["nobody"] * 2
        ]
        assert journal(person) == [("user.sign_in_refused", None, {}), ("user.sign_in_closed", None, {})]
        clock.shift(timedelta(minutes=16))
        client.post("/sign-in/", {"username": person.username, "password": "wrong"})

    assert answers == [422] * 5 + [429] * 2 + [422] * 2
    assert [act for act, _by, _detail in journal(person)].count("user.sign_in_refused") == 2
    assert "nobody" not in str(list(Entry.objects.values()))
    assert "127.0.0.1" not in str(list(Entry.objects.values()))
    browser(person)
    assert done_by_others(person, timezone.now()) == 0
