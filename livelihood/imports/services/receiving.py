"""A file is taken in, said how to read, or dropped."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Area, Cycle
from livelihood.imports import rules, selectors
from livelihood.imports.acts import ImportAct
from livelihood.imports.models import Import
from livelihood.imports.services.locking import lock_import, reopen
from livelihood.imports.states import IMPORT_MOVES, ImportSection
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.moves import check_move
from livelihood.kernel.scanning import require_harmless
from livelihood.kernel.sheets.handling import Frame, handlers
from livelihood.kernel.sheets.points import Datum
from livelihood.kernel.text import clean_text
from livelihood.kernel.uploads import TABLES, check_file
from livelihood.kernel.verdict import require

NAME_LENGTH = 200
"""Characters of a file's name; further ones are left out."""


@transaction.atomic
def receive_import(
    *,
    kind: str,
    area: Area,
    cycle: Cycle | None,
    file: BinaryIO,
    file_name: str,
    by: User,
    at: datetime,
    target: str = "",
) -> Import:
    """Take a file in; nothing is read of it but what it is. What its headings mean is remembered from before.

    Once it is read it takes the place of what the same office has brought for the same before, and not decided.

    kind: name of a kind of sheet that has a handler.

    :raises NotAllowed: by rule.
    :raises InvalidInput: there is no such kind, or no such target.
    :raises FileRefused: too large, no table, or malicious.
    :raises ScannerAway: nobody could say whether it is.
    """
    handler = handlers().get(kind)
    if handler is None or handler.hangs_on_year != (cycle is not None):
        raise InvalidInput(_("Choose what the sheet holds."), field="what")
    require(handler.may_bring(by, area, cycle, at))
    targets = handler.targets(Frame(area, cycle, by, at))
    if target not in ([""] if targets is None else [value for value, _label in targets]):
        raise InvalidInput(_("Choose what the sheet holds."), field="what")
    check_file(file, allowed=TABLES, max_bytes=handler.limits.bytes)
    require_harmless(file)
    content = file.read()
    organisation = selectors.organisation_in(by, area, at)
    before = selectors.remembered(kind, area, organisation)
    batch = Import.objects.create(
        kind=kind,
        area=area,
        cycle=cycle,
        organisation_id=organisation,
        target=target,
        file_name=clean_text(file_name[:NAME_LENGTH], max_length=NAME_LENGTH, multiline=False, field="file"),
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        mapping=before.mapping,
        meanings=before.meanings,
        datum=before.datum,
        remembered_from_id=before.source,
        received_at=at,
        received_by=by,
    )
    record(ImportAct.RECEIVED, batch, by=by, at=at, digest=batch.digest, kind=kind)
    return batch


@transaction.atomic
def map_import(
    *,
    batch: Import,
    sheet: str,
    mapping: Mapping[str, str],
    meanings: Mapping[str, Mapping[str, str]],
    datum: str,
    by: User,
    at: datetime,
) -> Import:
    """Say how a file is to be read: which sheet, what its headings and words mean, and on what its coordinates lie.

    sheet: by name; "" for the one that fits best. mapping: heading → column of the kind, or "" for none.
    meanings: column of few values → what stands there → value. datum: "" for what the heading says.

    :raises NotAllowed: by rule.
    :raises IllegalMove: it is written, dropped or taken back.
    :raises InvalidInput: there is no such column, value or datum, or one column has two headings.
    """
    batch = lock_import(batch, waits=False)
    require(rules.may_decide_import(by, batch, at))
    kind = rules.handler_of(batch).kind
    columns = [name for name in mapping.values() if name]
    if not kind.by_name.keys() >= set(columns) or datum not in {"", *Datum}:
        raise InvalidInput(_("Choose one of the columns that are offered."))
    if len(set(columns)) < len(columns):
        raise InvalidInput(_("Two headings mean the same column. Choose another one for one of them."))
    if any(set(words.values()) - selectors.labels_of(kind, column).keys() for column, words in meanings.items()):
        raise InvalidInput(_("Choose one of the values that are offered."))
    read = batch.reading.get("sheet", "")
    if (sheet or read) != (batch.sheet or read):  # its rows are others
        batch.answers = {}
        batch.pages.filter(section=ImportSection.ANSWERED).delete()
    batch.sheet, batch.mapping, batch.datum, batch.remembered_from = sheet, dict(mapping), datum, None
    batch.meanings = {name: {fold(word): value for word, value in words.items()} for name, words in meanings.items()}
    reopen(batch, "map")
    return batch


@transaction.atomic
def recheck_import(*, batch: Import, by: User, at: datetime) -> Import:
    """Have a previewed file compared anew with what is stored now.

    :raises NotAllowed: by rule.
    :raises IllegalMove: it is not previewed.
    """
    batch = lock_import(batch, waits=False)
    require(rules.may_decide_import(by, batch, at))
    reopen(batch, "recheck")
    return batch


@transaction.atomic
def drop_import(*, batch: Import, by: User, at: datetime) -> Import:
    """Drop a file without writing it; it is removed.

    :raises NotAllowed: by rule.
    :raises IllegalMove: it was decided already.
    """
    batch = lock_import(batch, waits=False)
    require(rules.may_decide_import(by, batch, at))
    state = check_move(IMPORT_MOVES, batch.state, "drop")
    batch.pages.all().delete()
    batch.marked.update(content=None)
    batch.state, batch.content, batch.prepared, batch.decided_at, batch.decided_by = state, None, None, at, by
    batch.save(update_fields=["state", "content", "prepared", "decided_at", "decided_by"])
    record(ImportAct.DROPPED, batch, by=by, at=at, digest=batch.digest)
    return batch


@transaction.atomic
def note_file_taken(*, batch: Import, by: User, at: datetime) -> None:
    """Note that somebody took a file away, as it came or marked; it may hold how people are reached."""
    record(ImportAct.FILE_TAKEN, batch, by=by, at=at)
