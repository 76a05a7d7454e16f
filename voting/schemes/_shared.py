"""What schemes that keep single ballots do alike."""

import hashlib
import struct
import uuid
from collections.abc import Iterable
from io import BytesIO

from django.db import connection

from voting import selectors, tally
from voting.models import RollEntry, Round
from voting.schemes.protocol import Cast

_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = struct.pack("!h", -1)


def copy_row(table: str, **values: bytes) -> None:
    """Write a row by COPY: its values are data beside the statement and appear in no log or list of statements.

    In binary: where a COPY of text is broken off, the server's log quotes the line.

    table, names of values: our own. values: as PostgreSQL sends them.
    """
    fields = b"".join(struct.pack("!i", len(value)) + value for value in values.values())
    row = _HEAD + struct.pack("!h", len(values)) + fields + _END
    with connection.cursor() as cursor, connection.wrap_database_errors:
        # Not by the ORM: it writes values into the statement, where logs keep them.
        cursor.copy_expert(f"COPY {table} ({', '.join(values)}) FROM STDIN (FORMAT binary)", BytesIO(row))


def key_bytes(key: int) -> bytes:
    """Return a bigint as PostgreSQL sends it."""
    return struct.pack("!q", key)


def put_into_urn(entry: RollEntry, cast: Cast, key: str) -> None:
    """Write a ballot of a secret vote into the urn, beside nobody."""
    copy_row(
        "voting_urnballot",
        id=uuid.uuid4().bytes,
        round_id=key_bytes(entry.round_id),
        marks=cast.content.encode(),
        receipt=cast.receipt.encode(),
        repeat_digest=repeat_digest(entry, key).encode(),
    )


def repeat_digest(entry: RollEntry, key: str) -> str:
    """Return what recognises a cast sent again. The key is stored nowhere, so the digest leads back to nobody."""
    return hashlib.sha256(f"{entry.round_id}:{entry.deputy_id}:{key}".encode()).hexdigest()


def tally_of(round_: Round, marks: Iterable[str]) -> tally.Tally[int]:
    """Count ballots by the rules of their round; marks: one letter per option, in order of option number."""
    options = selectors.option_ids(round_)
    ballots = (tally.decode(options, letters) for letters in marks)
    return tally.tally(selectors.rules_of(round_), options, ballots, selectors.assembly(round_))
