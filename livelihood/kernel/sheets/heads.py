"""Finds the head of a sheet, of one to three rows, and says which column each heading means."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from django.conf import settings
from django.utils import translation

from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import VISIBLE, fold
from livelihood.kernel.sheets import datums
from livelihood.kernel.sheets.cells import Cell
from livelihood.kernel.sheets.declaration import Column, Kind
from livelihood.kernel.sheets.marks import Merge
from livelihood.kernel.sheets.units import dimension_of, scale_alone, units_in, units_said

HEAD_WITHIN, DEEPEST = 40, 3  # rows in which a head begins, and that it has at most
LONGEST_HEADING = 80  # characters
MARK_OF_DUTY = re.compile(r"[(\[](?:必填|选填|必填项|选填项|required|optional)[)\]]|[*: ]")
NUMBERED = re.compile(r"^(?:\(?[\d一二三四五六七八九十]{1,2}[.、)])")
# What stands behind a heading: its unit, its datum, how it is to be written.
BEHIND = re.compile(
    r"(.{1,60}?)(?:[(\[【{〔「『<《〈](?:单位[::]?)?([^()\[\]【】{}〔〕「」『』<>《》〈〉]{1,20})[)\]】}〕」』>》〉]"
    r"|[/:,]?单位[::](.{1,10})|/(.{1,6}))",
    re.DOTALL,
)
JOINED = re.compile(r"[/、,;·&+]|以?及其?|和|与|兼")
"""What stands between the parts of a heading that speaks of several things."""
ASIDE = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
PUNCTUATION = re.compile(r"[()\[\]【】<>《》、,/·:;.+&_-]|及|和|与")
DONE = re.compile("实际|已完成|完成情况|进展情况|落实情况|执行情况")
"""What a group of headings says of what is done, beside what is planned."""
LIKE = 1_000
"""How uncertain a heading is that only looks like one: less certain than any alias."""
SAYS_NOTHING = {"名称", "名", "全称", "内容"}
"""What stands below a group and means the group."""
VAGUE = {
    *SAYS_NOTHING, "编号", "编码", "代码", "序号", "单位", "部门", "日期", "时间", "时限", "自", "至", "项目", "规模",
    "类型", "类别",
}  # fmt: skip
"""What beside another word of a heading is a part of it."""
HINT = re.compile(r"年|月|日|格式|如|例|必填|选填|编码|代码|位数|选择|填写|保留|小数|度|\d")


class Known(NamedTuple):
    """What a heading means: a column, and how certain it is, 0 being its own heading."""

    column: Column
    rank: int


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over one column. place: from 0; text: as it is written, with its group where it needs it.

    column: None where it is not known, or another column has its name with more right.
    unit: its own. unit_of_group: what its groups say where that may be meant for it.
    datum: what is said of coordinates.
    """

    place: int
    text: str
    column: Column | None
    unit: str = ""
    unit_of_group: str = ""
    datum: datums.NamedDatums = datums.NOTHING


@dataclass(frozen=True, slots=True)
class Head:
    """The rows of the head, from 0 and one after another, and what stands in them.

    repeated: headings that mean what another one means already. in_blocks: because the rows go on beside themselves.
    units_of_none: that stand over several headings, some of them known, and can be meant for none of these.
    """

    first: int
    last: int
    headings: tuple[Heading, ...]
    repeated: tuple[str, ...] = ()
    in_blocks: bool = False
    units_of_none: tuple[str, ...] = ()

    @property
    def known(self) -> list[Heading]:
        """The headings that mean a column of the kind."""
        return [heading for heading in self.headings if heading.column]


@dataclass(frozen=True, slots=True)
class Headings:
    """What a kind calls its columns, word for word and in the form of `heading_key`."""

    kind: Kind
    words: Mapping[str, Known]


@lru_cache(maxsize=4_096)
def looks_like(kind: Kind, text: str) -> Known | None:
    """Return the column of a kind of which a heading is another name by its looks."""
    bare = PUNCTUATION.sub("", heading_key(text))
    found = (column for column in kind.columns if column.like and re.fullmatch(column.like, bare))
    return next((Known(column, LIKE) for column in found), None)


def known_headings(kind: Kind) -> Headings:
    """Return every heading that means a column of this kind."""
    known: dict[str, Known] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for column in kind.columns:
                for rank, written in enumerate((column.heading, *column.aliases.split())):
                    key = heading_key(str(written))
                    if key not in known or known[key].rank > rank:
                        known[key] = Known(column, rank)
    return Headings(kind, known)


@lru_cache(maxsize=4_096)
def heading_key(written: str) -> str:
    """Return what all spellings of a heading share; "" for what is none."""
    return MARK_OF_DUTY.sub("", _folded(written)) if len(written) <= LONGEST_HEADING else ""


def heading_text(cell: Cell) -> str:
    """Return the words of a heading on one line; "" where nothing is to be seen."""
    text = cell if isinstance(cell, str) else str(cell)
    return " ".join(text.split()) if len(text) <= LONGEST_HEADING and VISIBLE.search(text) else ""


def find_head(
    rows: Sequence[Sequence[Cell]], kind: Kind, merges: Sequence[Merge] = (), mapping: Mapping[str, str] | None = None
) -> Head | None:
    """Return the rows in which most headings are known, the fewest and topmost of equals.

    One alone is a head only where the sheet has no other column.

    rows: the first of the sheet. merges: of the sheet, with which the upper rows of a head reach over the lower ones.
    mapping: what somebody has decided: heading → name of a column, or "" for none.
    """
    known, wanted = known_headings(kind), min(2, len(kind.columns))
    texts = [[heading_text(cell) for cell in row] for row in rows[:HEAD_WITHIN]]
    best, best_score = None, (wanted - 1, 0)
    for last in range(len(texts)):
        for first in range(last, max(last - DEEPEST, -1), -1):
            if first < last and any(texts[last][:1]) and not any(texts[last][1:]) and sum(map(bool, texts[first])) > 1:
                break  # the title of a section stands below the head
            paths = _paths(texts[first : last + 1], first, merges)
            head = _head_at((first, last), paths, known, _chosen(kind, mapping or {}))
            told = sum(any((one.unit, one.unit_of_group, *one.datum)) for one in head.known)
            score = len(head.known), 0 if first < last and _is_line(texts[first]) else told
            if score[0] >= wanted and score > best_score:
                best, best_score = head, score
    return best or _alone(texts, known, _chosen(kind, mapping or {}))


def _alone(texts: list[list[str]], known: Headings, chosen: Mapping[str, Known | None]) -> Head | None:
    """Return the head of a sheet of one column: the first of the words, not only by its looks, that tell rows apart."""
    for number, row in enumerate(texts):
        places = [place for place, text in enumerate(row) if text]
        below = {place for each in texts[number:] for place, text in enumerate(each) if text}
        if len(places) == 1 and below == set(places):
            found = _head_at((number, number), _paths([row], number, ()), known, chosen)
            needed = {name for group in known.kind.identified_by for name in group}
            if any(one.column and one.column.name in needed for one in found.known) and (
                row[places[0]] in chosen or heading_key(row[places[0]]) in known.words
            ):
                return found
    return None


def _is_line(row: list[str]) -> bool:
    """Say whether a row is a title, or says something of the table, and is no group of headings."""
    filled = [text for text in row if text]
    return filled == row[:1] or any(units_said(text) or any(datums.in_lines([text])) for text in filled)


def fit(rows: Sequence[Sequence[Cell]], kind: Kind) -> int:
    """Return how many headings of a kind the best head among these rows has."""
    head = find_head(rows, kind)
    return len(head.known) if head else 0


def _chosen(kind: Kind, mapping: Mapping[str, str]) -> dict[str, Known | None]:
    """Return what somebody has decided of headings; None for those that are not read."""
    columns = {text: kind.by_name.get(name) for text, name in mapping.items()}
    return {text: Known(column, -1) if column else None for text, column in columns.items()}


def _head_at(
    rows: tuple[int, int], paths: list[list[str]], known: Headings, chosen: Mapping[str, Known | None]
) -> Head:
    """Say what the headings of these rows mean. paths: of each column, from the group down."""
    counts = Counter(path[-1] for path in paths if path)
    named = [(place, _shown(path, alone=counts[path[-1]] == 1)) for place, path in enumerate(paths) if path]
    found: dict[int, tuple[Known, str]] = {}
    for place, text in named:
        if text in chosen:
            if decided := chosen[text]:
                found[place] = decided, _behind(paths[place][-1])[1]
        elif meaning := _meaning(paths[place], known):
            found[place] = meaning
    _drop_done(found, paths)
    _share(found, paths, known.kind)
    best: dict[str, int] = {}
    for place, (meant, _behind_it) in found.items():
        name = meant.column.name
        if name not in best or meant.rank < found[best[name]][0].rank:
            best[name] = place
    again = [
        place
        for place, _text in named
        if place in found
        and best[found[place][0].column.name] != place
        and _is_said_again(place, best[found[place][0].column.name], found, paths, known.kind)
    ]
    in_blocks = sum(count > 1 for count in counts.values()) > 1 and any(
        found[place][0].column.name in known.kind.naming for place in again
    )
    headings = tuple(_heading(place, text, paths[place], found, best) for place, text in named)
    repeated = tuple(dict.fromkeys(paths[place][-1] for place in again))
    return Head(rows[0], rows[1], headings, repeated, in_blocks, _units_of_none(headings, paths))


def _drop_done(found: dict[int, tuple[Known, str]], paths: Sequence[list[str]]) -> None:
    """Take out what stands in a group of what is done, where the same stands outside of it as well."""
    done = {place for place in found if any(DONE.search(group) for group in paths[place][:-1])}
    planned = {found[place][0].column.name for place in found.keys() - done}
    for place in done:
        if found[place][0].rank >= 0 and found[place][0].column.name in planned:
            del found[place]


def _share(found: dict[int, tuple[Known, str]], paths: Sequence[list[str]], kind: Kind) -> None:
    """Part the headings that mean one column and stand at several levels: a county, and the township in it.

    What is above need not be filled where what is below is, and the other way round.
    """
    for column in kind.columns:
        levels = {
            place: level
            for place, (meant, _behind_it) in found.items()
            if column.level and meant.column is column and meant.rank >= 0
            and (level := column.level(heading_key(_own(paths[place])))) is not None
        }  # fmt: skip
        several = sorted(set(levels.values()))
        if len(several) > 1:
            columns = [column, *(kind.by_name[name] for name in column.above)]
            shared = {level: replace(each, required=False) for level, each in zip(several, columns, strict=False)}
            for place, level in levels.items():
                meant, behind = found.pop(place)
                if level in shared:
                    found[place] = meant._replace(column=shared[level]), behind


def _own(path: list[str]) -> str:
    """Return what a heading says itself, or with its group where itself it says nothing."""
    return "".join(path[-2:]) if path[-1] in SAYS_NOTHING else path[-1]


def _is_said_again(
    place: int, first: int, found: Mapping[int, tuple[Known, str]], paths: Sequence[list[str]], kind: Kind
) -> bool:
    """Say whether two headings mean one column with the same right; of two that only look like it, one is taken.

    But what tells the rows apart stands there twice only where the rows go on beside themselves.
    """
    meant, other = found[place][0], found[first][0]
    if meant.rank != other.rank:
        return False
    is_naming = meant.column.name in kind.naming
    return meant.rank != LIKE or (is_naming and heading_key(paths[place][-1]) == heading_key(paths[first][-1]))


def _shown(path: list[str], *, alone: bool) -> str:
    """Return what a heading is called: by its own words, or with its groups where these alone do not tell."""
    return path[-1] if alone and path[-1][0] not in "(（" else " ".join(path)


def _heading(
    place: int, text: str, path: list[str], found: dict[int, tuple[Known, str]], best: dict[str, int]
) -> Heading:
    if place not in found or best[found[place][0].column.name] != place:
        return Heading(place, text, None)
    meant, behind = found[place]
    column = meant.column
    if column.name in datums.ON_EARTH:
        return Heading(place, text, column, datum=datums.in_heading(path))
    unit = "、".join(units_in(behind)) or ("" if HINT.search(behind) else behind)
    return Heading(place, text, column, unit, _unit_of_groups(column, path))


def _unit_of_groups(column: Column, path: list[str]) -> str:
    """Return the unit that stands in the groups over a heading, where the column may be measured in it."""
    units = (unit for group in reversed(path[:-1]) for unit in units_in(_behind(group)[1]))
    return next((scale_alone(unit) for unit in units if dimension_of(unit) in column.measures), "")


def _units_of_none(headings: Sequence[Heading], paths: Sequence[list[str]]) -> tuple[str, ...]:
    """Return the units in groups over known headings of which none is measured in them."""
    measured: dict[str, set[str]] = {}
    known = [(heading.column, paths[heading.place]) for heading in headings if heading.column]
    for column, path in known:
        for group in path[:-1]:
            measured.setdefault(group, set()).update(column.measures)
    units = ((unit, dimensions) for group, dimensions in measured.items() for unit in units_in(_behind(group)[1]))
    return tuple(dict.fromkeys(unit for unit, dimensions in units if dimension_of(unit) not in dimensions))


def _paths(rows: list[list[str]], first: int, merges: Sequence[Merge]) -> list[list[str]]:
    """Return for each column of the sheet the headings over it, from the group down to its own."""
    width = max(map(len, rows), default=0)
    grid = [[*row, *[""] * (width - len(row))] for row in rows]
    if len(grid) > 1:
        reached = _spread(grid, first, merges)
        for upper, lower in pairwise(range(len(grid))):
            group, end = "", -1
            for place in range(width):
                if grid[upper][place]:
                    group, end = grid[upper][place], reached.get((upper, place), -1 if merges else width)
                elif place <= end or (end == width and grid[lower][place]):
                    grid[upper][place] = group if grid[lower][place] else ""
    return [list(dict.fromkeys(row[place] for row in grid if row[place])) for place in range(width)]


def _spread(grid: list[list[str]], first: int, merges: Sequence[Merge]) -> dict[tuple[int, int], int]:
    """Return the last column over which each merged cell of a head reaches."""
    spans = ((top - first, left, right) for (top, left), (_bottom, right) in merges if right > left)
    return {(row, left): right for row, left, right in spans if 0 <= row < len(grid)}


def _meaning(path: list[str], known: Headings) -> tuple[Known, str] | None:
    """Say what a heading means, by its group and itself, itself, or what is left without what stands behind it.

    What it looks like is asked last, and in the same order.
    """
    texts = ["".join(path[start:]) for start in range(len(path))]
    if len(path) > 1 and path[-1] in SAYS_NOTHING:
        texts.insert(-1, path[-2])
    for text in texts:
        if meant := known.words.get(heading_key(text)):
            return meant, ""
    if (joined := _joined(path[-1], known)) is not None:
        return (Known(joined[0], 0), "") if joined else None
    parted = [_behind(NUMBERED.sub("", text)) for text in texts]
    for base, behind in parted:
        if meant := known.words.get(heading_key(base)):
            return meant, behind
    for text, (base, behind) in zip(texts, parted, strict=True):
        if meant := looks_like(known.kind, text):
            return meant, ""
        if meant := looks_like(known.kind, base):
            return meant, behind
    bare = map(heading_key, datums.without(path[-1]))
    earthly = next(filter(None, (known.words.get(key) or looks_like(known.kind, key) for key in bare)), None)
    return (earthly, "") if earthly and earthly.column.name in datums.ON_EARTH else None


def _joined(text: str, known: Headings) -> list[Column] | None:
    """Return the column into which a heading is read that speaks of several, or none; None where it speaks of one.

    Of one in several words (姓名/Name) it returns that.
    """

    def parts_of(written: str) -> list[Known | None]:
        keys = (heading_key(part) for part in JOINED.split(written))
        return [known.words.get(key) or looks_like(known.kind, key) for key in keys if key and key not in VAGUE]

    folded = _folded(text)
    meant = parts_of(ASIDE.sub("/", folded))
    for aside in map(parts_of, ASIDE.findall(folded)):
        meant += aside if all(aside) else []
    names = {each.column.name for each in meant if each}
    if len(names) < 2:  # noqa: PLR2004 -- of several
        is_said_twice = len(JOINED.split(folded)) > 1 and not ASIDE.search(folded) and all(meant)
        return [meant[0].column] if is_said_twice and meant and meant[0] else None
    columns = known.kind.columns if all(meant) else ()
    return [column for column in columns if column.joins and names <= {column.name, *column.joins}]


def _behind(text: str) -> tuple[str, str]:
    """Split a heading from what stands behind it, in brackets or after a stroke."""
    text = _folded(text)
    parts = BEHIND.fullmatch(text)
    if not parts or (parts[4] and not units_in(parts[4]) and not HINT.search(parts[4])):
        return text, ""  # behind a stroke may be anything
    return parts[1], parts[2] or parts[3] or parts[4]


def _folded(text: str) -> str:
    try:
        return fold(text)
    except InvalidInput:
        return ""
