"""Changing the secret key step by step, as docs/operations.md says: what was handed out goes on opening."""

import re
from dataclasses import dataclass
from io import StringIO

import pytest
import time_machine
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from livelihood.kernel.sealing import key_name
from proposals.models import Suggestion
from tests.factories.frame import NOW, CycleFactory, UserFactory
from tests.factories.surveys import SurveyFactory, invite
from tests.factories.voting import plenary
from tests.proposals.pages import answers, at
from voting import services as voting
from voting.services.credentials import WrongCode
from voting.states import RoundState

pytestmark = pytest.mark.django_db

OLD = "the-old-key-0123456789abcdefghijklmnopqrstuvwxyz"
NEW = "the-new-key-zyxwvutsrqponmlkjihgfedcba9876543210"
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


@dataclass(frozen=True)
class Opened:
    """Which of the things that were handed out open."""

    receipt: bool
    again: bool
    card: bool
    invitation: bool
    sign_in: bool


def is_asked(invitation: str) -> bool:
    """Say whether an invitation leads to its question."""
    page = Client().post(reverse("surveys:answer_code"), {"code": invitation})
    return 'name="grade"' in page.content.decode()


class HandedOut:
    """A receipt, cards, invitations and a sign-in, all under the key that is set."""

    def __init__(self) -> None:
        self.cycle = CycleFactory()
        self.form = answers(self.cycle, step="send")
        self.receipt = CODE.findall(self._send())[0]
        self.number = Suggestion.objects.get().number
        session = plenary(until=RoundState.SIGN_IN)
        cards = voting.issue_credentials(round_=session.round, by=session.staff, at=NOW)
        self.cards = [card.code for card in cards]
        self.invitation = invite(SurveyFactory(), 5)[0]
        self.client = Client()
        self.client.force_login(UserFactory())

    def opened(self) -> Opened:
        """Try each of them; a card is used up by it."""
        page = Client().post(at("track", self.cycle), {"number": self.number, "code": self.receipt})
        try:
            voting.use_credential(code=self.cards.pop(), at=NOW)
        except WrongCode:
            card = False
        else:
            card = True
        return Opened(
            receipt=page.status_code == 200 and self.number in page.content.decode(),
            again=self.receipt in self._send(),
            card=card,
            invitation='name="grade"'
            in Client().post(reverse("surveys:answer_code"), {"code": self.invitation}).content.decode(),
            sign_in=self.client.get(reverse("portal:my_work")).status_code == 200,
        )

    def _send(self) -> str:
        return Client().post(at("suggest", self.cycle), self.form).content.decode()


@pytest.fixture
def handed_out(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    with time_machine.travel(NOW, tick=False):
        yield HandedOut()


def told() -> list[str]:
    """Return what the command says, but of keys that seal (tests/privacy/test_sealed.py)."""
    out = StringIO()
    call_command("check_secrets", stdout=out)
    return [line for line in out.getvalue().splitlines() if "DATA_KEYS" not in line]


WHOLE = "1 receipts of suggestions, 3 cards not used yet, 5 invitations not answered yet, 1 sign-ins"
LEFT = "1 receipts of suggestions, 2 cards not used yet, 5 invitations not answered yet"
ALL, NONE = Opened(True, True, True, True, True), Opened(False, False, False, False, False)
LASTING = "Everything that was handed out, and everything that is kept encrypted, has its key."


def test_the_key_is_changed_as_the_manual_says(settings, handed_out):
    assert told() == [f"{key_name(OLD)} (SECRET_KEY): {WHOLE}", LASTING]

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert told() == [
        f"{key_name(NEW)} (SECRET_KEY): nothing",
        f"{key_name(OLD)} (SECRET_KEY_FALLBACKS, place 1): {WHOLE}",
        LASTING,
    ]
    assert handed_out.opened() == ALL
    assert told() == [
        f"{key_name(NEW)} (SECRET_KEY): 1 sign-ins",
        f"{key_name(OLD)} (SECRET_KEY_FALLBACKS, place 1): {LEFT}",
        LASTING,
    ]

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(CommandError) as refusal:
        told()
    assert str(refusal.value).splitlines() == [
        "These open nothing, because their key is not set:",
        f"{key_name(OLD)} (not set): 1 receipts of suggestions, 2 cards not used yet, 5 invitations not answered yet",
    ]

    settings.SECRET_KEY_FALLBACKS = [OLD]
    assert handed_out.opened() == ALL


def test_without_the_former_key_nothing_opens_and_nothing_breaks(settings, handed_out):
    settings.SECRET_KEY = NEW

    assert handed_out.opened() == NONE
    assert Suggestion.objects.count() == 1


def test_what_is_handed_out_later_needs_the_new_key_alone(settings, handed_out):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    invitation, *_ = invite(SurveyFactory(), 5)

    settings.SECRET_KEY_FALLBACKS = []

    assert is_asked(invitation)


def test_the_command_tells_nothing_of_a_key(settings, handed_out):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]

    text = "\n".join(told())

    for key in (OLD, NEW):
        for start in range(len(key) - 5):
            assert key[start : start + 6] not in text


def test_sign_ins_that_no_key_opens_hinder_nothing(settings, handed_out):
    settings.SECRET_KEY = NEW
    with pytest.raises(CommandError) as refusal:
        told()

    assert "sign-ins" not in str(refusal.value)


@pytest.mark.parametrize("word", ["check_secrets", "SECRET_KEY_FALLBACKS", "openssl rand -base64 48"])
def test_the_manual_names_what_was_done_here(word):
    manual = (configured.BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    chapter = manual[manual.index("\n## Changing the key\n") + 1 :].partition("\n## ")[0]

    assert word in chapter
