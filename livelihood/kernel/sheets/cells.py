"""What a cell of a sheet may hold: each function here returns a parser for the `parse` of a Column."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from math import isfinite
from typing import Any, NamedTuple, TypeGuard, TypeVar

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import InvalidInput, Text
from livelihood.kernel.folding import BLANK, CONTROL, NEVER_SEEN, VISIBLE, TooManyMarks, fold, normalised
from livelihood.kernel.sheets.nothing import NO_VALUE, says_nothing
from livelihood.kernel.text import LINE_END

T = TypeVar("T")
Cell = str | int | float | bool | date | datetime | time | timedelta
Parser = Callable[[Cell], Any]


@dataclass(frozen=True, slots=True)
class ColumnParser:
    """A parser that can also take the cells of a column at once, many times as fast.

    at_once: returns what `one` makes of each cell, or None where a single one is not as usual; then each is parsed.
    """

    one: Parser
    at_once: Callable[[Sequence[Cell]], list[Any] | None]

    def __call__(self, cell: Cell) -> Any:
        """Parse one cell."""
        return self.one(cell)


# Characters that need no cleaning and no composing, in lines; most cells of a workbook hold no others.
ORDINARY = re.compile(
    "[ -~\u00b7\u2014\u2018\u2019\u201c\u201d\u2026\u3001-\u3011\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e\n]*"
)
# An empty cell, a space at an end or a second one.
UNTIDY = ("\n\n", "\n ", " \n", "  ")
SAME_AS_ABOVE = frozenset({"同上", "同 上", "(同上)", "（同上）", "〃", "″", "〞", '"', "”", "ditto"})
EXCEL_ERRORS = frozenset({
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA",
})  # fmt: skip
NO_TEXT = EXCEL_ERRORS | NO_VALUE | SAME_AS_ABOVE
LONGEST = 32_767  # characters in a cell of Excel
EXACT_DIGITS = 15  # of a number in Excel; further digits are lost
SPACE = re.compile(r"(?<!\d) | (?!\d)", re.ASCII)
DOT = re.compile(r"(?<=\d)[。·](?=\d)", re.ASCII)
ONE_OF_SHOWN = 12  # labels named in a remedy


class CellProblem(Exception):
    """What is wrong with a cell and how to fix it."""

    def __init__(self, problem: Text, remedy: Text) -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


@dataclass(frozen=True, slots=True)
class Parts:
    """What one cell says of several columns: name of a column → value, None where it says nothing of it.

    yields: where their own columns say something else, that is taken.
    """

    values: Mapping[str, Any]
    yields: bool = False


class Context(NamedTuple):
    """What the sheet as a whole says about the cells of a column.

    year: in which days without a year lie; None where nobody says.
    counts_from_1904: serial numbers of days begin there, as in old workbooks of the Macintosh.
    unit: as the heading names it, "" where it does not. unit_outside: what its group or the sheet says instead.
    has_no_types: a number may have been one in a workbook before, and has lost its last zeros on the way.
    """

    year: int | None = None
    counts_from_1904: bool = False
    unit: str = ""
    unit_outside: str = ""
    has_no_types: bool = False


class YesNo(TextChoices):
    """An answer that a sheet gives in one word."""

    YES = "yes", _("yes")
    NO = "no", _("no")


YES_NO_WORDS = {
    YesNo.YES: "是 有 可以 可 能 允许 √ ✓ ✔ ☑ 对 y true 1",
    YesNo.NO: "否 没有 不可以 不可 不能 不允许 不是 × ☐ x n false 0",
}


@dataclass(frozen=True, slots=True)
class InContext:
    """A parser that needs to know its sheet: `make` returns it."""

    make: Callable[[Context], Parser]

    def __call__(self, cell: Cell) -> Any:
        """Parse a cell of which nothing else is known."""
        return self.make(Context())(cell)


def plain(cell: Cell) -> str:
    """Return a cell as a person reads it, trimmed of every kind of space; numbers without exponent.

    :raises CellProblem: an Excel error, a number of which Excel has lost digits, or too much to be looked at.
    """
    if isinstance(cell, str):
        if len(cell) > LONGEST:
            raise _too_long(len(cell), LONGEST)
        text = cell.strip() if cell.isascii() and cell.isprintable() else _cleaned(cell)
        if text in EXCEL_ERRORS:
            raise CellProblem(_("The formula of this cell ends in an error."), _("Fix the formula or type the value."))
        return text
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        if abs(cell) >= 10**EXACT_DIGITS:
            raise CellProblem(
                _("This number is so long that Excel has changed its last digits."),
                _("Format the column as text and type the number again."),
            )
        return f"{Decimal(f'{cell:.{EXACT_DIGITS}g}'):f}"
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else str(cell)


def folded(cell: Cell) -> str:
    """Return what all spellings of a cell share, as `fold` does.

    :raises CellProblem: as `plain` does.
    """
    try:
        return fold(plain(cell))
    except InvalidInput as error:
        raise _unreadable(error) from error


def short(cell: Cell, limit: int) -> str:
    """Return a cell folded, to be matched with a pattern: no space stays but those between two digits.

    A cell that is longer than `limit` gives "".
    """
    if isinstance(cell, str) and len(cell) > 4 * limit:
        return ""
    text = SPACE.sub("", DOT.sub(".", folded(cell)))
    return text if len(text) <= limit else ""


def _cleaned(cell: str) -> str:
    text = BLANK.sub(" ", NEVER_SEEN.sub("", LINE_END.sub("\n", cell))).strip()
    try:
        return normalised(text, "NFC") if VISIBLE.search(text) else ""
    except TooManyMarks as error:
        raise _unreadable(error) from error


def _unreadable(error: InvalidInput) -> CellProblem:
    return CellProblem(error.message, _("Type the text again in a new cell."))


def _too_long(length: int, limit: int) -> CellProblem:
    return CellProblem(
        format_lazy(_("This text has {length} characters."), length=length),
        format_lazy(_("Shorten it to {limit} characters."), limit=limit),
    )


def text(max_length: int, *, multiline: bool = False) -> ColumnParser:
    """Parse text of at most so many characters, composed (NFC); lines are joined unless multiline."""

    def parse(cell: Cell) -> str:
        value = plain(cell)
        if not value.isprintable() and CONTROL.search(value):
            raise CellProblem(
                _("This text holds invisible control characters."), _("Type the text again in a new cell.")
            )
        if not multiline and ("  " in value or not value.isprintable()):  # the one space that is printable
            value = " ".join(value.split())
        if len(value) > max_length:
            raise _too_long(len(value), max_length)
        return value

    def parse_all(cells: Sequence[Cell]) -> list[str] | None:
        if not all_of(cells, str) or max(map(len, cells)) > max_length or not NO_TEXT.isdisjoint(cells):
            return None
        lines = "\n".join(["", *cells, ""])
        if lines.count("\n") != len(cells) + 1 or any(mark in lines for mark in UNTIDY):
            return None
        return list(cells) if ORDINARY.fullmatch(lines) else None

    return ColumnParser(parse, parse_all)


def all_of(cells: Sequence[Cell], kind: type[T]) -> TypeGuard[Sequence[T]]:
    """Say whether all cells are of one type."""
    return set(map(type, cells)) == {kind}


def decimals_at_once(cells: Sequence[Cell], places: int, lowest: Decimal, highest: Decimal) -> list[Decimal] | None:
    """Return the numbers of a column, or None where a single cell is none, or is not as usual.

    places: at most so many decimals; lowest, highest: inclusive.
    """
    if not all_of(cells, float) or not all(map(isfinite, cells)):
        return None
    least, most = min(cells), max(cells)
    if least < lowest or most > highest or max(-least, most) >= 10**EXACT_DIGITS:
        return None
    written = [f"{cell:.{EXACT_DIGITS}g}" for cell in cells]
    if "e" in "".join(written) or max(len(number.partition(".")[2]) for number in written) > places:
        return None
    return list(map(Decimal, written))


NOT_ONE_OF = _("This is not one of the possible values.")


@dataclass(frozen=True, slots=True)
class Choice:
    """A parser of one of a few values.

    labels: of each value. known: what stands for a value, folded, in every language. typed: makes it of its text.
    meant: what else somebody has said to stand for one, folded.
    """

    labels: Mapping[str, Text]
    known: Callable[[], Mapping[str, str]]
    typed: Callable[[str], Any]
    meant: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, cell: Cell) -> Any:
        """Parse one cell."""
        text = folded(cell)
        value = self.known().get(text) or self.meant.get(text)
        if value is None:
            raise _not_one_of(list(self.labels.values()))
        return self.typed(value)

    def is_meant(self, cell: Cell) -> bool:
        """Say whether a cell stands for its value only because somebody has said so."""
        return folded(cell) not in self.known()


def choice(options: type[TextChoices] | Mapping[str, Text], *, aliases: Mapping[Any, str] | None = None) -> Choice:
    """Parse one of a few values, given by its label in any language of the site, by an alias, or by the value itself.

    aliases: value → further words for it, parted by spaces.
    """
    pairs = list(options.choices) if isinstance(options, type) else list(options.items())

    @cache
    def known() -> dict[str, str]:
        labels = {
            fold(written): value
            for language, _name in settings.LANGUAGES
            for value, label in pairs
            for written in (value, _in_language(label, language))
        }
        words = ((word, value) for value, several in (aliases or {}).items() for word in several.split())
        return {fold(word): value for word, value in words} | labels

    return Choice(dict(pairs), known, options if isinstance(options, type) else str)


def several(parse: Parser) -> Callable[[Cell], tuple[Any, ...]]:
    """Parse several values in one cell, parted by commas, semicolons, strokes or lines, each once."""
    parting = re.compile(r"[,，、;；/\n]")

    def parse_all(cell: Cell) -> tuple[Any, ...]:
        parts = (part for part in parting.split(plain(cell)) if part.strip() and not says_nothing(part))
        return tuple(dict.fromkeys(parse(part) for part in parts))

    return parse_all


def _in_language(label: Text, language: str) -> str:
    with translation.override(language):
        return str(label)


def _not_one_of(labels: list[Text]) -> CellProblem:
    shown = labels[:ONE_OF_SHOWN]
    pattern = " / ".join(["{}"] * len(shown)) + (" / …" if len(labels) > len(shown) else "")
    return CellProblem(
        NOT_ONE_OF,
        format_lazy(_("Write one of: {values}."), values=format_lazy(pattern, *shown)),
    )
