"""One office of several that stand in a cell: who leads, and who helps."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.sheets.points import Remark

_LEADS = "牵头|责任|主办|承办|主管|实施|建设|主体|负责"
_HELPS = "配合|协办|协同|协助|参与|会办|参加|共同责任|责任配合"
_LABELLED = re.compile(
    rf"(?:(?:{_LEADS})(?:责任)?(?:单位|部门)?[:：])?\s*(?P<leads>[^:：]+?)[\s;；,，、。/]*"
    rf"(?P<helps>(?:{_HELPS})(?:责任)?(?:单位|部门)?[:：].+)"
)
"""牵头：甲局 配合：乙局."""
_ALONE = re.compile(rf"(?:{_LEADS})(?:责任)?(?:单位|部门)?[:：]\s*(?P<leads>[^:：]+)")
_MARKED = re.compile(rf"[（(](?:(?P<leads>{_LEADS})|{_HELPS})(?:单位|部门)?[)）]")
"""甲局（牵头）、乙局（配合）."""
_BETWEEN = re.compile(r"[、,，;；/|+&]+|\s+|(?<=[局委办厅府处心道镇乡司院])[和与及]")
_OFFICE = re.compile(
    r".+(?:局|委|委会|办|厅|府|处|街道|乡|镇|公司|中心|院|校|站|会|队|集团|部|署|所|社|馆|厂|园|学|区|村|科|股|室|组|大队|支队|分局)"
    r"(?:[(（][^()（）]*[)）])?$"
)
_MAY_BE_SEVERAL = re.compile(r"[、,，;；/|+&\s:：（(]|[局委办厅府处心道镇乡司院][和与及]")


def settle_offices(values: dict[str, Any], name: str) -> Sequence[Remark]:
    """Take the first of several offices, or the one that leads, and ask whether it is the one that answers."""
    written = values.get(name)
    if not written or not _MAY_BE_SEVERAL.search(written):
        return ()
    first, others = parted(written)
    if first == written:
        return ()
    values[name] = first
    read_as = Remark("read_as", name)
    if not others:
        return [read_as]
    problem = format_lazy(
        _("Here stand several offices. {first} is taken, and not: {others}."), first=first, others=others
    )
    return [read_as, Remark("doubt", name, problem, _("Write the one that answers for it."))]


@lru_cache(maxsize=4_000)
def parted(written: str) -> tuple[str, str]:
    """Return the office that leads, and what stands beside it; the text itself where it is one office alone."""
    if found := _LABELLED.fullmatch(written):
        first, beside = parted(found["leads"].strip())
        return first, "、".join(filter(None, [beside, found["helps"]]))
    if found := _ALONE.fullmatch(written):
        return parted(found["leads"].strip())
    parts = [part for part in _BETWEEN.split(written) if part]
    bare = [_MARKED.sub("", part) for part in parts]
    if not all(map(_OFFICE.fullmatch, bare)):
        return written, ""
    marks = [_MARKED.search(part) for part in parts]
    leads = next((place for place, mark in enumerate(marks) if mark and mark["leads"]), 0)
    return bare[leads], "、".join(part for place, part in enumerate(bare) if place != leads)
