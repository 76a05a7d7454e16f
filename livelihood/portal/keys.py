"""Which secret key opens what was handed out or is kept encrypted: asked before a former key is let go."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.db.models import Count, Func, QuerySet
from django.db.models.functions import Left
from django.utils import timezone

from livelihood.accounts.models import RecoveryCode, SignInCode
from livelihood.kernel.sealed import name_of_key, sealed_fields
from livelihood.kernel.sealing import KEY_NAME_LENGTH, key_name, key_names
from projects.surveys.models import Invitation
from projects.surveys.states import SurveyState
from proposals.models import Suggestion
from voting.models import Credential
from voting.states import RoundState

SIGN_INS = "sign-ins"
NOBODY = ""
"""Stands for a sign-in that no key opens."""

OVER = (RoundState.CLOSED, RoundState.COUNTED, RoundState.ANNOUNCED, RoundState.VOIDED)


@dataclass(frozen=True, slots=True)
class KeyUse:
    """What depends on one key. place: its setting; empty for a key that is not set, whose codes open nothing.

    uses: what is still good → how many of it.
    """

    name: str
    place: str
    uses: dict[str, int]


def key_uses() -> list[KeyUse]:
    """Return the keys that are set, in order, and then those that are not and are missed."""
    signing_keys = {
        key_name(key): f"SECRET_KEY_FALLBACKS, place {number}" if number else "SECRET_KEY"
        for number, key in reversed(list(enumerate(_keys())))
    }
    sealing_keys = {name: f"DATA_KEYS, place {number}" for number, name in enumerate(key_names(), start=1)}
    places = dict(reversed(signing_keys.items())) | sealing_keys
    counts = {what: count() for what, count in COUNTED.items()} | _sealed()
    names = [*places, *sorted({name for count in counts.values() for name in count} - set(places))]
    return [
        KeyUse(name, places.get(name, ""), {what: count[name] for what, count in counts.items() if count[name]})
        for name in names
    ]


def _suggestions() -> Counter[str]:
    return _by_key(Suggestion.objects.all())


def _cards() -> Counter[str]:
    return _by_key(Credential.objects.filter(used_at=None).exclude(entry__round__state__in=OVER))


def _invitations() -> Counter[str]:
    return _by_key(Invitation.objects.filter(is_used=False, draw__survey__state=SurveyState.OPEN))


def _codes() -> Counter[str]:
    return _by_key(SignInCode.objects.filter(used_at=None, expires_at__gt=timezone.now()))


def _recovery_codes() -> Counter[str]:
    return _by_key(RecoveryCode.objects.filter(used_at=None))


def _sealed() -> dict[str, Counter[str]]:
    """Count by column what is kept encrypted."""
    return {
        f"{model._meta.label}.{name}": _by_key(QuerySet(model), name_of_key(model, name))
        for model, names in sealed_fields().items()
        for name in names
    }


def _by_key(rows: QuerySet, name: Func | None = None) -> Counter[str]:
    named = rows.order_by().values_list(name or Left("code_hash", KEY_NAME_LENGTH)).annotate(Count("pk"))
    return Counter({key: count for key, count in named if key})


def _sign_ins() -> Counter[str]:
    """Count the sessions that have not ended by the key that signs them."""
    found: Counter[str] = Counter()
    rows = Session.objects.filter(expire_date__gt=timezone.now()).values_list("session_data", flat=True)
    for data in rows.iterator():
        found[next((key_name(key) for key in _keys() if _signs(key, data)), NOBODY)] += 1
    return found


def _signs(key: str | bytes, data: str) -> bool:
    store = SessionStore()
    try:
        signing.loads(data, key=key, salt=store.key_salt, serializer=store.serializer, fallback_keys=[])
    except signing.BadSignature:
        return False
    return True


def _keys() -> list[str | bytes]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


COUNTED: dict[str, Callable[[], Counter[str]]] = {
    "receipts of suggestions": _suggestions,
    "cards not used yet": _cards,
    "invitations not answered yet": _invitations,
    "one-time codes not used yet": _codes,
    "recovery codes not used yet": _recovery_codes,
    SIGN_INS: _sign_ins,
}
