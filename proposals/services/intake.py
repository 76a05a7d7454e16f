"""Receiving a suggestion: quick, once, and with a receipt."""

import secrets
from collections import deque
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import entry_of
from livelihood.cycles.models import Area, Aspect, Cycle
from livelihood.kernel import numbers
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.rows import insertion
from livelihood.kernel.sealing import keyed_hashes
from livelihood.kernel.verdict import require
from proposals import rules
from proposals.acts import ProposalAct
from proposals.models import Suggestion, SuggestionContact
from proposals.selectors import CODE_PURPOSE, canonical, clock_of, text_digest
from proposals.services import _shared as shared
from proposals.states import Channel

TITLE_LENGTH = (4, 60)
MATTER_LENGTH = (10, 2000)
WISH_LENGTH = (4, 1000)
"""Least and most characters. Source: docs/sources.md (suggestion-length)."""
KEY_LENGTHS = range(16, 65)
PHONE_DIGITS = range(7, 21)
WITHOUT_CONSENT = _("A contact is kept only with consent. Tick the box, or leave the contact out.")
OLDEST = timedelta(days=730)
"""What is typed in may have waited in a drawer, but not for more than two rounds of the year."""


DRAWN_AT_ONCE = 16
"""Numbers that a process draws at a time: so far may two suggestions be out of the order in which they came."""
_drawn: deque[int] = deque()


class RepeatedKey(InvalidInput):
    """The key of a form came again with other content."""

    code = "repeated_key"
    message = _("This form was already sent with other content. Open the form again to send a second suggestion.")


class LostKey(InvalidInput):
    """The form came again after the secret key of its receipt was let go."""

    code = "lost_key"
    message = _("This form has arrived before. Its receipt cannot be shown again; open the form anew to send another.")


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach who sent a suggestion. Empty where no answer is wanted.

    notice: version of the purpose to which they agreed (livelihood.imprint, 0: as shipped); None: they did not.
    agreed_at: when, of one that is kept.
    """

    name: str = ""
    phone: str = ""
    email: str = ""
    notice: int | None = None
    agreed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SuggestionReceipt:
    """What the sender keeps. `code` opens the status page together with the number; it is stored nowhere.

    text_digest: SHA-256 of the text as received and of text_salt, which was drawn for it.
    due_on: the day by which it is answered.
    """

    suggestion_id: int
    number: str
    code: str
    text_digest: str
    text_salt: str
    received_at: datetime
    due_on: date


def submit_suggestion(
    *,
    cycle: Cycle,
    title: str,
    matter: str,
    wish: str,
    aspect: Aspect | None,
    area: Area,
    idempotency_key: str,
    by: User | None,
    at: datetime,
    address: str = "",
    contact: Contact | None = None,
    channel: Channel = Channel.WEB,
    received_on: date | None = None,
    edition: UUID | None = None,
) -> SuggestionReceipt:
    """Receive one suggestion and hand out its number and secret code. All is written by one statement.

    aspect: None where the sender is not sure.
    area: the place it is about: the cycle's area or one below it.
    idempotency_key: drawn by the form; the same key with the same content gives the same receipt and writes nothing.
    by: None for what comes through the portal, the official who types it in for every other channel.
    contact: only with the separate consent of who gave it (个人信息保护法, article 14).
    received_on: the day it came in by another channel, if that was not today.
    edition: of the areas and years that cycle, aspect and area were read from, if that was not just now.

    :raises NotAllowed: suggestions are not collected now, `by` may not enter them, or it came after the last day.
    :raises BadText: a text is too short or too long.
    :raises InvalidInput: a day to come or long past, an aspect of another year, an area elsewhere, a contact that
        cannot be reached or was given without consent, no key.
    :raises RepeatedKey: the key was used for other content.
    :raises LostKey: the receipt was made under a secret key that is not set any more.
    :raises Conflict: areas and years are no longer as they were in that edition.
    """
    require(rules.may_suggest(by, cycle, channel, at))
    received_at = _received(received_on, at)
    if channel != Channel.WEB:
        require(rules.may_come(cycle, channel, received_at))
    suggestion = Suggestion(
        cycle=cycle,
        channel=channel,
        title=shared.text("title", title, TITLE_LENGTH, multiline=False),
        matter=shared.text("matter", matter, MATTER_LENGTH),
        wish=shared.text("wish", wish, WISH_LENGTH),
        aspect=_aspect(aspect, cycle),
        area=_area(area, cycle),
        address=shared.text("address", address, (0, 200), multiline=False),
        idempotency_key=_key(idempotency_key),
        received_at=received_at,
        entered_by=by,
    )
    suggestion.due_on = clock_of(cycle.area, edition).due_on(at)
    contact = clean_contact(contact or Contact())
    suggestion.has_contact = contact != Contact()
    if suggestion.has_contact and contact.notice is None:
        raise InvalidInput(WITHOUT_CONSENT, field="consent")
    suggestion.text_salt = new_salt()
    suggestion.text_digest = text_digest(suggestion)
    bodies = _bodies(suggestion, contact, received_on)
    suggestion.body_digest = bodies[0]
    code = _code(suggestion.idempotency_key, settings.SECRET_KEY)
    suggestion.code_hash = numbers.hash_code(code, purpose=CODE_PURPOSE)
    suggestion.pk = _next_id()
    suggestion.number = numbers.make_reference(year=cycle.year, serial=suggestion.pk)
    entry = entry_of(
        ProposalAct.SUGGESTION_RECEIVED,
        suggestion,
        by=by,
        at=at,
        channel=str(channel),
        text_digest=suggestion.text_digest,
    )
    rest: list[Model] = [entry]
    if contact.notice is not None:
        kept = {"name": contact.name, "phone": contact.phone, "email": contact.email, "notice": contact.notice}
        rest.append(SuggestionContact(suggestion=suggestion, agreed_at=at, **kept))
    if not _write(suggestion, rest, edition):
        return _first_receipt(suggestion, bodies)
    return _receipt(suggestion, code)


def new_salt() -> str:
    """Draw what makes the fingerprint of a text one that nobody finds by trying texts: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def _write(suggestion: Suggestion, rest: list[Model], edition: UUID | None) -> bool:
    """Write a suggestion and, with it, its contact and its entry; say whether it was written.

    It is not if its key is known, or if areas and years have left the edition. A second send at the same moment waits
    until the first has committed.
    """
    row, values = insertion(suggestion)
    if edition is not None:
        row += " WHERE EXISTS (SELECT FROM cycles_edition WHERE stamp = %s)"
        values.append(edition)
    parts = [f"written AS ({row} ON CONFLICT (idempotency_key) DO NOTHING RETURNING id)"]
    for number, other in enumerate(rest):
        row, others = insertion(other)
        parts.append(f"part_{number} AS ({row} FROM written)")
        values += others
    with connection.cursor() as cursor:
        # Not by the ORM: it would send six statements between BEGIN and COMMIT, and each citizen waits for all of them.
        cursor.execute(f"WITH {', '.join(parts)} SELECT count(*) FROM written", values)  # noqa: S608 -- our own names
        return bool(cursor.fetchone()[0])


def _bodies(suggestion: Suggestion, contact: Contact, received_on: date | None) -> list[str]:
    """Return the hash of all that was sent, under each key: against a plain one, telephone numbers could be tried."""
    parts = [
        suggestion.title,
        suggestion.matter,
        suggestion.wish,
        suggestion.cycle_id,
        suggestion.channel,
        suggestion.aspect_id,
        suggestion.area_id,
        suggestion.address,
        *astuple(contact),
        *([received_on.isoformat()] if received_on else []),
    ]
    return keyed_hashes(canonical(parts), purpose="proposals.body")


def _receipt(suggestion: Suggestion, code: str) -> SuggestionReceipt:
    return SuggestionReceipt(
        suggestion_id=suggestion.pk,
        number=suggestion.number,
        code=code,
        text_digest=suggestion.text_digest,
        text_salt=suggestion.text_salt,
        received_at=suggestion.received_at,
        due_on=suggestion.due_on,
    )


def _first_receipt(repeated: Suggestion, bodies: list[str]) -> SuggestionReceipt:
    """Hand out the receipt of the first send again; its code is computed from the key, under the secret of that day."""
    rows = Suggestion.objects.only(
        "number", "code_hash", "text_digest", "text_salt", "body_digest", "received_at", "due_on"
    )
    kept = rows.filter(idempotency_key=repeated.idempotency_key).first()
    if kept is None:
        raise Conflict
    if kept.body_digest not in bodies:
        raise RepeatedKey
    codes = [_code(repeated.idempotency_key, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    for code in codes:
        if numbers.code_matches(code, kept.code_hash, purpose=CODE_PURPOSE):
            return _receipt(kept, code)
    raise LostKey


def _code(key: str, secret: str | bytes) -> str:
    """Return the secret code of a form's key: 60 bits that nobody can compute without the installation's secret."""
    bits = salted_hmac(CODE_PURPOSE, key, secret=secret, algorithm="sha256").digest()
    length = numbers.CODE_GROUP_LENGTH
    code = "".join(numbers.ALPHABET[byte % 32] for byte in bits[: numbers.CODE_GROUPS * length])
    return "-".join(code[start : start + length] for start in range(0, len(code), length))


def _next_id() -> int:
    """Draw a number of the table's sequence; this process draws some at a time and keeps the rest for the next."""
    while True:
        try:
            return _drawn.popleft()
        except IndexError:
            with connection.cursor() as cursor:
                # Not by the ORM: it draws a number with each row, and the reference is made of it before.
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence('proposals_suggestion', 'id')) FROM generate_series(1, %s)",
                    [DRAWN_AT_ONCE],
                )
                _drawn.extend(number for (number,) in cursor)


def _received(received_on: date | None, at: datetime) -> datetime:
    """Return the instant of receipt: `at`, or the beginning of the day on which it came by another channel."""
    if received_on is None or received_on == timezone.localdate(at):
        return at
    if not timedelta(0) < timezone.localdate(at) - received_on <= OLDEST:
        problem = _("It cannot have come on this day: give a day within the last two years, today at the latest.")
        raise InvalidInput(problem, field="received_on")
    return timezone.make_aware(datetime.combine(received_on, time.min))


def _key(value: str) -> str:
    if not (value.isascii() and value.isalnum() and len(value) in KEY_LENGTHS):
        raise InvalidInput(_("The form lacks its key. Open the form again."), field="idempotency_key")
    return value


def _aspect(aspect: Aspect | None, cycle: Cycle) -> Aspect | None:
    if aspect is not None and aspect.cycle_id != cycle.pk:
        raise InvalidInput(_("This aspect belongs to another year. Choose one from the list."), field="aspect")
    return aspect


def _area(area: Area, cycle: Cycle) -> Area:
    if not cycle.area.contains(area):
        raise InvalidInput(_("This place lies outside the area of this year. Choose one from the list."), field="area")
    return area


def clean_contact(contact: Contact) -> Contact:
    """Return a contact as it is kept.

    :raises BadText: a part of it is too long.
    :raises InvalidInput: it holds no telephone number or address by which anybody could be reached.
    """
    cleaned = Contact(
        name=shared.text("contact_name", contact.name, (0, 60), multiline=False),
        phone=shared.text("contact_phone", contact.phone, (0, 30), multiline=False),
        email=shared.text("contact_email", contact.email, (0, 200), multiline=False),
    )
    if cleaned.phone and sum(one.isdigit() for one in cleaned.phone) not in PHONE_DIGITS:
        raise InvalidInput(_("This is not a telephone number. Give at least seven digits."), field="contact_phone")
    if cleaned.email:
        try:
            validate_email(cleaned.email)
        except ValidationError as error:
            raise InvalidInput(error.message, field="contact_email") from error
    if cleaned.name and not (cleaned.phone or cleaned.email):
        problem = _("A name alone cannot be answered. Give a telephone number or an e-mail address too.")
        raise InvalidInput(problem, field="contact_phone")
    return cleaned if cleaned == Contact() else replace(cleaned, notice=contact.notice)
