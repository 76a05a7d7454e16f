"""The roll from a file: read, checked against accounts and mandates, compared with the roll as it is."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.importers import NAME, USERNAME
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import has, learn_mandates
from livelihood.kernel.errors import Text
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets import cells, codes, quantities
from livelihood.kernel.sheets.cells import YES_NO_WORDS, YesNo
from livelihood.kernel.sheets.declaration import Column, Kind, declare
from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.kernel.sheets.results import Row, RowError
from livelihood.kernel.uploads import FileRefused
from voting.models import RollEntry, Round

NUMBER = Column(
    "number",
    _("No."),
    quantities.integer(minimum=1, maximum=9999),
    required=False,
    each_row=True,
    aliases="No 序 次序 排序 号次",
)
COLUMNS = (
    NUMBER,
    USERNAME,
    NAME,
    Column(
        "delegation",
        _("Delegation"),
        cells.text(60),
        required=False,
        aliases="代表团 所属代表团 代表小组 团别",
        like="(所在|所属|参加)?(代表|选举)?(团|代表团|代表组|代表小组|团组|小组|选举单位)(名称|组|别)?",
    ),
    Column(
        "may_vote_remotely",
        _("May vote from outside"),
        cells.choice(YesNo, aliases=YES_NO_WORDS),
        required=False,
        aliases="场外投票 可场外投票 是否可在场外投票 远程投票",
        like="(是否|可否|能否|可以|可|允许)*在?(场外|远程|异地|线上|网络|视频)(参会|参加|投票|表决)+",
    ),
    Column(
        "card",
        _("Card number"),
        codes.key(60),
        required=False,
        each_row=True,
        aliases="代表证号 代表证编号 代表证号码 代表证 证件号 证号",
        like="(代表|委员|出席证?|会议)+(证|证件)?(编号|号|号码|代码)|证件编号",
    ),
)


def _key(values: Mapping[str, Any]) -> Hashable | None:
    who = values.get("username") or values.get("card")
    return fold(who) if who else None


ROLL = declare(Kind("roll", _("Roll"), COLUMNS, identified_by=(("username", "card", "name"),), key=_key))

LIMITS = Limits(bytes=2 * 1024 * 1024, unpacked=40 * 1024 * 1024, rows=10_000, seconds=10)
"""No congress has more deputies; a roll is read while the person waits."""


@dataclass(frozen=True, slots=True)
class RollLine:
    """One deputy as the roll file names them; number counts from 1 in file order where the file has none."""

    number: int
    deputy_id: int
    name: str
    delegation: str
    may_vote_remotely: bool = False


@dataclass(frozen=True, slots=True)
class RollChange:
    """What a file says otherwise than the present roll. row: in the file; name: of the deputy; column: its heading."""

    row: int
    name: str
    column: Text
    old: Text
    new: Text


@dataclass(frozen=True, slots=True)
class RollPreview:
    """What a roll file would do. lines: the whole new roll; empty while anything is wrong.

    new, changed, unchanged, wrong, missing: deputies; missing ones are on the roll and not in the file, and leave it.
    """

    lines: list[RollLine]
    new: int
    changed: int
    unchanged: int
    wrong: int
    missing: int
    changes: list[RollChange]
    errors: list[RowError]
    notes: list[Text]


def read_roll(file: BinaryIO, round_: Round, at: datetime) -> RollPreview:
    """Read a roll file and say what it would do; nothing is written.

    :raises FileRefused: not a table, too large, columns missing, or nobody in it.
    """
    parsed = read_sheet(file, ROLL, limits=LIMITS)
    if "username" not in parsed.columns:
        raise FileRefused(format_lazy(_("A column is missing: {heading}."), heading=USERNAME.heading))
    users = _accounts(parsed.rows)
    learn_mandates(users.values(), at)
    problems = (_problem(row, users.get(row.values["username"]), round_, at) for row in parsed.rows)
    errors = [*parsed.errors, *_wrong_numbers(parsed.rows), *_repeated(parsed.rows, users)]
    errors += [problem for problem in problems if problem]
    wrong = {(error.sheet, error.row) for error in errors}
    right = [row for row in parsed.rows if (row.sheet, row.number) not in wrong]
    lines = [(row, _line(row, users[row.values["username"]], place)) for place, row in enumerate(right, start=1)]
    new, changed, changes, missing = _compare(lines, round_)
    return RollPreview(
        lines=[] if errors else [line for _row, line in lines],
        new=new,
        changed=changed,
        unchanged=len(lines) - new - changed,
        wrong=len(wrong),
        missing=missing,
        changes=changes,
        errors=sorted(errors, key=lambda error: (error.sheet, error.row)),
        notes=parsed.said,
    )


def _accounts(rows: list[Row]) -> Mapping[str, User]:
    """Return the accounts in the file by user name as written there."""
    names = {row.values["username"] for row in rows if row.values["username"]}
    known = {user.username: user for user in User.objects.filter(username__in=names)}
    return {name: user for name in names if (user := known.get(fold(name)))}


def _repeated(rows: list[Row], users: Mapping[str, User]) -> list[RowError]:
    """Report each row whose account stands in another already, spelt otherwise."""
    errors: list[RowError] = []
    first: dict[int, Row] = {}
    for row in rows:
        user = users.get(row.values["username"])
        if user is not None and first.setdefault(user.pk, row) is not row:
            problem = format_lazy(_("This person stands already in row {row}."), row=first[user.pk].number)
            errors.append(row.error(USERNAME, problem, _("Leave one of the rows out.")))
    return errors


def _problem(row: Row, user: User | None, round_: Round, at: datetime) -> RowError | None:
    """Say what only accounts and mandates can know to be wrong."""
    if user is None and not row.values["username"]:
        return row.error(USERNAME, _("This cell is empty."), _("Fill it in."))
    if user is None:
        return row.error(USERNAME, _("There is no account with this user name."), _("Have it added first."))
    if fold(user.name) != fold(row.values["name"]):
        remedy = _("Correct the name or the user name; one of them belongs to somebody else.")
        return row.error(NAME, _("The account with this user name has another name."), remedy)
    if not has(user, Permission.VOTE, round_.cycle.area, at):
        remedy = _("Have the mandate added, or remove the row.")
        return row.error(NAME, _("This person is not a deputy of this area now."), remedy)
    return None


def _line(row: Row, user: User, place: int) -> RollLine:
    values = row.values
    return RollLine(
        number=values.get("number") or place,
        deputy_id=user.pk,
        name=user.name,
        delegation=values.get("delegation") or "",
        may_vote_remotely=values.get("may_vote_remotely") == YesNo.YES,
    )


def _wrong_numbers(rows: list[Row]) -> list[RowError]:
    """Report each row that repeats a number, or has none where others have."""
    remedy = _("Number every row once, or leave the whole column out.")
    errors: list[RowError] = []
    first: dict[int, Row] = {}
    for row in rows:
        number = row.values.get("number")
        if number is None:
            errors.append(row.error(NUMBER, _("Other rows are numbered, this one is not."), remedy))
        elif first.setdefault(number, row) is not row:
            problem = format_lazy(_("This number stands already in row {row}."), row=first[number].number)
            errors.append(row.error(NUMBER, problem, remedy))
    return errors if first else []


def _compare(lines: list[tuple[Row, RollLine]], round_: Round) -> tuple[int, int, list[RollChange], int]:
    """Compare a new roll with the present one: new, changed, what changes, and how many leave it."""
    present = {entry.deputy_id: entry for entry in RollEntry.objects.filter(round=round_)}
    labels = {column.name: column.heading for column in COLUMNS}
    changes: list[RollChange] = []
    new = changed = 0
    for row, line in lines:
        entry = present.pop(line.deputy_id, None)
        if entry is None:
            new += 1
            continue
        differing = [
            name
            for name in ("number", "name", "delegation", "may_vote_remotely")
            if getattr(entry, name) != getattr(line, name)
        ]
        changed += bool(differing)
        changes += [
            RollChange(
                row=row.number,
                name=line.name,
                column=labels[name],
                old=_shown(getattr(entry, name)),
                new=_shown(getattr(line, name)),
            )
            for name in differing
        ]
    return new, changed, changes, len(present)


def _shown(value: object) -> Text:
    if isinstance(value, bool):
        return YesNo.YES.label if value else YesNo.NO.label
    return str(value)
