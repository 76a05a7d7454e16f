"""The roll as a sheet: its columns, and what a row says of a deputy."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from livelihood.accounts.importers import NAME, NAME_AND_PHONE, PHONE, USERNAME
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets import cells, codes, persons, quantities
from livelihood.kernel.sheets.cells import YES_NO_WORDS, YesNo
from livelihood.kernel.sheets.declaration import Column, Kind, declare
from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.sheets.results import Reading

NUMBER = Column(
    "number",
    _("No."),
    quantities.integer(minimum=1, maximum=9999),
    required=False,
    each_row=True,
    aliases="No 序 次序 排序 号次",
)
_COUNTED = re.compile(r"\s*[（(\[【]\s*(?:共|计|共计)?\s*\d{1,5}\s*[名人位]?(?:代表)?\s*[)）\]】]$")
"""What a delegation is said to count."""
_as_text = cells.text(60)


def _delegation(cell: cells.Cell) -> str:
    """Parse the name of a delegation, without how many they are."""
    return _COUNTED.sub("", _as_text(cell))


COLUMNS = (
    NUMBER,
    USERNAME,
    NAME,
    Column(
        "delegation",
        _("Delegation"),
        _delegation,
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
    PHONE,
    NAME_AND_PHONE,
)
PHONES = _("Telephones are kept of those who get an account by this roll; those of others stay as they are.")


def _key(values: Mapping[str, Any]) -> Hashable | None:
    who = values.get("username") or values.get("card")
    return fold(who) if who else None


def _resolve(reading: Reading, _where: object) -> Reading:
    """Say what becomes of telephones."""
    if reading.columns.keys().isdisjoint({PHONE.name, NAME_AND_PHONE.name}):
        return reading
    return replace(reading, file_notes=[*reading.file_notes, PHONES])


ROLL = declare(
    Kind(
        "roll",
        _("Roll"),
        COLUMNS,
        identified_by=(("username", "card", "name"),),
        called=("name", "username", "card"),
        section=(
            re.compile("(?:代表团:)(?P<delegation>.+)"),
            re.compile("(?P<delegation>.+(?:代表团|代表小组|代表组|团))"),
        ),
        beside=re.compile("列席|旁听|特邀|请假|缺席|未到|工作人员|其他人员|有关|相关|主持|监票|计票|记录"),
        key=_key,
        settle=lambda values, _datum: [*persons.settle_name(values), *persons.settle_phone(values)],
        once=("number",),
        resolve=_resolve,
    )
)

LIMITS = Limits(bytes=2 * 1024 * 1024, unpacked=40 * 1024 * 1024, rows=10_000, seconds=10)
"""No congress has more deputies."""


@dataclass(frozen=True, slots=True)
class RollLine:
    """One deputy as they are to stand on a roll."""

    number: int
    deputy_id: int
    name: str
    delegation: str
    may_vote_remotely: bool = False
