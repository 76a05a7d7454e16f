"""Contacts and telephone numbers stand in the database encrypted, and go over to another key when it is set."""

from io import StringIO

import pytest
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from livelihood.accounts.models import Authenticator, User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.kernel.sealing import key_name
from livelihood.portal.keys import key_uses
from livelihood.privacy.checks import keys_are_others
from proposals import selectors
from proposals.models import SuggestionContact
from tests.factories.frame import NOW, CityFactory, UserFactory, official
from tests.factories.proposals import AcceptedFactory, ContactFactory, NeedFactory, NeedLinkFactory
from tests.privacy.rows import import_file

pytestmark = pytest.mark.django_db

NEW = "the-new-key-of-the-data-zyxwvutsrqponmlkjihgfedcba98"
PERSON = {"mail": "zhang@office.example", "phone": "0571-88880000"}
NOTHING_LEFT = "Everything is kept under the present key, or under one that is not set."
CITIZEN = {"name": "张三", "phone": "13800001111", "email": "zhang@example.org"}


def dumped(*tables: str) -> str:
    """Return all that a copy of some tables holds."""
    with connection.cursor() as cursor:
        rows = []
        for table in tables:
            cursor.execute(f"SELECT {table}::text FROM {table}")  # noqa: S608 -- our own names
            rows += [text for (text,) in cursor]
    return "\n".join(rows)


def stored(table: str, columns: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY id DESC LIMIT 1")  # noqa: S608 -- as above
        return list(cursor.fetchone())


def test_a_copy_of_the_tables_holds_no_contact():
    contact, user = ContactFactory(**CITIZEN), UserFactory(**PERSON)
    Authenticator.objects.create(user=user, secret="JBSWY3DPEHPK3PXP", added_at=NOW, last_step=0)

    copy = dumped("proposals_suggestioncontact", "accounts_user", "accounts_authenticator")

    said = [*CITIZEN.values(), *PERSON.values(), "88880000", "JBSWY3DPEHPK3PXP"]
    assert [text for text in said if text in copy] == []
    found = SuggestionContact.objects.get(pk=contact.pk)
    assert {name: getattr(found, name) for name in CITIZEN} == CITIZEN
    assert {name: getattr(User.objects.get(pk=user.pk), name) for name in PERSON} == PERSON
    assert user.authenticator.secret == "JBSWY3DPEHPK3PXP"


def test_what_is_not_given_is_told_from_what_is_sealed():
    ContactFactory(phone="13800001111")

    name, phone, email, person = stored("proposals_suggestioncontact", "name, phone, email, person")

    assert (name, email, len(person)) == ("", "", 64)
    assert phone != ""
    assert SuggestionContact.objects.filter(email="").count() == 1


def test_the_database_takes_nothing_that_is_not_sealed():
    user = UserFactory(**PERSON)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET phone = '13800001111' WHERE id = %s", [user.pk])

    assert User.objects.get(pk=user.pk).phone == PERSON["phone"]


@pytest.mark.parametrize("query", [{"phone": "13800001111"}, {"phone__startswith": "138"}, {"phone__in": ["1"]}])
def test_what_is_sealed_cannot_be_looked_for(query):
    with pytest.raises(FieldError):
        User.objects.filter(**query)


def test_one_person_is_told_by_the_number_however_it_is_spelt():
    need = NeedFactory()
    for phone in ("13800001111", "138 0000-1111", "13900002222"):
        contact = ContactFactory(phone=phone, suggestion=AcceptedFactory(cycle=need.cycle))
        NeedLinkFactory(need=need, suggestion=contact.suggestion)

    assert selectors.support_of_need(need) == selectors.Support(suggestions=3, persons=2)


@pytest.fixture
def locked(settings, client: Client):
    """An administrator's page of a person whose telephone number was sealed under a key that is not set."""
    area = CityFactory()
    someone = UserFactory(area=area, **PERSON)
    client.force_login(official(Role.ADMINISTRATOR, area))
    settings.DATA_KEYS = [NEW]
    return client, reverse("accounts:person", args=[area.slug, someone.pk])


def test_without_its_key_a_page_says_so_and_others_go_on(locked):
    client, address = locked

    page = client.get(address, headers={"accept-language": "en"})

    assert (page.status_code, "加密" in page.content.decode()) == (503, True)
    assert client.get(reverse("portal:my_work")).status_code == 200


def test_a_contact_that_cannot_be_opened_was_not_read(settings, client):
    contact = ContactFactory(suggestion=AcceptedFactory())
    cycle = contact.suggestion.cycle
    client.force_login(official(Role.LIVELIHOOD_OFFICE, cycle.area))
    settings.DATA_KEYS = [NEW]
    entries = Entry.objects.count()
    address = reverse(
        "proposals:suggestion_contact",
        kwargs={"area": cycle.area.slug, "year": cycle.year, "number": contact.suggestion.number},
    )

    page = client.post(address)

    assert (page.status_code, Entry.objects.count()) == (503, entries)


def told(command: str) -> list[str]:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue().splitlines()


def uses() -> dict[str, dict[str, int]]:
    """Return by the name of a key which columns are kept under it."""
    return {use.name: {what: count for what, count in use.uses.items() if "." in what} for use in key_uses()}


def test_keys_are_changed_as_the_manual_says(settings):
    ContactFactory(**CITIZEN)
    user = UserFactory(**PERSON)
    (person,) = stored("proposals_suggestioncontact", "person")
    (old,) = settings.DATA_KEYS
    settings.DATA_KEYS = [NEW, old]
    kept = {"accounts.User.mail": 1, "accounts.User.phone": 1}
    kept |= {f"proposals.SuggestionContact.{name}": 1 for name in CITIZEN}
    places = {use.name: use.place for use in key_uses()}

    assert (places[key_name(NEW)], places[key_name(old)]) == ("DATA_KEYS, place 1", "DATA_KEYS, place 2")
    assert (uses()[key_name(NEW)], uses()[key_name(old)]) == ({}, kept)
    assert told("rotate_keys") == ["accounts.User: 1 rows", "proposals.SuggestionContact: 1 rows"]
    assert (uses()[key_name(NEW)], uses()[key_name(old)]) == (kept, {})
    settings.DATA_KEYS = [NEW]

    assert told("rotate_keys") == [NOTHING_LEFT]
    found = SuggestionContact.objects.get()
    assert {name: getattr(found, name) for name in CITIZEN} == CITIZEN
    assert User.objects.get(pk=user.pk).phone == PERSON["phone"]
    keys = stored("proposals_suggestioncontact", "left(person, 8), left(name, 8)")
    assert (keys, person[:8]) == ([key_name(NEW)] * 2, key_name(old))


def test_a_file_that_was_brought_goes_over_with_its_lines_and_stays_what_it_was(settings):
    batch = import_file(NOW)  # written: nothing of it may change any more
    (old,) = settings.DATA_KEYS
    copy = dumped("imports_import", "imports_importpage")
    assert [content for content in (b"PK", b"x") if f"x{content.hex()}" in copy] == []
    settings.DATA_KEYS = [NEW, old]

    assert told("rotate_keys") == ["imports.Import: 1 rows", "imports.ImportPage: 1 rows"]

    settings.DATA_KEYS = [NEW]
    batch = type(batch).objects.get(pk=batch.pk)
    assert (batch.content, batch.prepared, batch.pages.get().lines) == (b"PK", None, b"x")
    with pytest.raises(IntegrityError), transaction.atomic():
        type(batch).objects.filter(pk=batch.pk).update(content=b"KP")


def test_what_no_key_opens_is_told_and_stays(settings):
    UserFactory(**PERSON)
    (old,) = settings.DATA_KEYS
    settings.DATA_KEYS = [NEW]

    assert told("rotate_keys") == [NOTHING_LEFT]
    with pytest.raises(CommandError) as refusal:
        told("check_secrets")

    assert str(refusal.value).splitlines()[1:] == [
        f"{key_name(old)} (not set): 1 accounts.User.mail, 1 accounts.User.phone"
    ]
    settings.DATA_KEYS = [old]
    assert User.objects.latest("pk").phone == PERSON["phone"]


def test_a_key_that_signs_seals_nothing(settings):
    assert keys_are_others() == []

    settings.DATA_KEYS = [NEW, settings.SECRET_KEY]

    assert [error.id for error in keys_are_others()] == ["privacy.E001"]
