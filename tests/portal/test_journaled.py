"""Whatever touches an account, or what is kept of somebody, stands in the journal with who and when."""

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from livelihood.accounts import services as accounts
from livelihood.accounts.models import SignIn, User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.proposals import ContactFactory
from tests.privacy.rows import import_file

pytestmark = pytest.mark.django_db

PASSWORD = "a-quiet-green-river"


class Desk:
    """An area with its administrator and its office, who have passwords."""

    def __init__(self) -> None:
        self.cycle = CycleFactory()
        self.area: Area = self.cycle.area
        self.administrator = self.person(official(Role.ADMINISTRATOR, self.area))
        self.office = self.person(official(Role.LIVELIHOOD_OFFICE, self.area))

    def person(self, user: User) -> User:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        return user

    def browser(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client


def sign_in(desk: Desk, password: str = PASSWORD) -> None:
    Client().post("/sign-in/", {"username": desk.office.username, "password": password})


def sign_in_until_closed(desk: Desk) -> None:
    for _ in range(6):
        sign_in(desk, "wrong")


def mandate(desk: Desk) -> None:
    accounts.give_mandate(
        user=desk.office, role=Role.AUDITOR, area=desk.area, organisation=None, starts_on=NOW.date(), ends_on=None,
        by=desk.administrator, at=NOW,
    )  # fmt: skip


def contact(desk: Desk) -> None:
    suggestion = ContactFactory(suggestion__cycle=desk.cycle).suggestion
    names = {"area": desk.area.slug, "year": desk.cycle.year, "number": suggestion.number}
    desk.browser(desk.office).post(reverse("proposals:suggestion_contact", kwargs=names))


def people_as_a_file(desk: Desk) -> None:
    address = reverse("lists:of_area", kwargs={"area": desk.area.slug, "listing": "people"})
    assert desk.browser(desk.administrator).get(f"{address}?export=csv").status_code == 200


def sheet(desk: Desk) -> None:
    batch = import_file(NOW, area=desk.area, person=desk.administrator)
    answer = desk.browser(desk.administrator).get(reverse("imports:file", args=[batch.pk]))
    assert (answer.status_code, answer.getvalue()) == (200, b"PK")


ACTS: dict[str, tuple[Callable[[Desk], None], str, str]] = {
    "user.signed_in": (sign_in, "", "row of the sign-in"),
    "user.sign_in_refused": (lambda desk: sign_in(desk, "wrong"), "", "office"),
    "user.sign_in_closed": (sign_in_until_closed, "", "office"),
    "mandate.given": (mandate, "administrator", ""),
    "suggestion.contact_read": (contact, "office", ""),
    "list.taken": (people_as_a_file, "administrator", "area"),
    "import.file_taken": (sheet, "administrator", ""),
}
"""Act → how it is done, its actor, and upon what. A second factor: tests/accounts/test_factors.py."""


@pytest.mark.parametrize("act", ACTS)
def test_it_stands_in_the_journal_once_with_who_and_when(act: str):
    do, by, subject = ACTS[act]
    with time_machine.travel(NOW, tick=False):
        desk = Desk()
        do(desk)

    (entry,) = Entry.objects.filter(act=act)
    assert (entry.actor_id, entry.at) == (getattr(desk, by).pk if by else None, NOW)
    if subject == "row of the sign-in":
        assert entry.subject_id == str(SignIn.objects.get(user=desk.office).pk)
    elif subject:
        assert entry.subject_id == str(getattr(desk, subject).pk)
