"""What a cell of a table may hold: each function here returns a parser for the `parse` of a Column."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from math import isfinite
from typing import Any, TypeGuard, TypeVar

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import InvalidInput, Text
from livelihood.kernel.folding import BLANK, CONTROL, NEVER_SEEN, VISIBLE, TooManyMarks, fold, normalised
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


FORMULA_SIGNS = ("=", "+", "-", "@")
NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))", re.ASCII
)
MIDNIGHT = re.compile(r"[ t]0{1,2}:00(?::00(?:\.0+)?)?$")
# Characters that need no cleaning and no composing, in lines; most cells of a workbook hold no others.
ORDINARY = re.compile(
    "[ -~\u00b7\u2014\u2018\u2019\u201c\u201d\u2026\u3001-\u3011\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e\n]*"
)
# An empty cell, a space at an end or a second one, and what begins like a formula and is counted.
UNTIDY = ("\n\n", "\n ", " \n", "  ", *(f"\n{sign}" for sign in FORMULA_SIGNS))
EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
LONGEST = 32_767  # characters in a cell of Excel
LONGEST_NUMBER = 60  # characters, with signs and zeros that do not count
EXACT_DIGITS = 15  # of a number in Excel; further digits are lost
ONE_OF_SHOWN = 12  # labels named in a remedy


class CellProblem(Exception):
    """What is wrong with a cell and how to fix it."""

    def __init__(self, problem: Text, remedy: Text) -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


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
        if not _all_of(cells, str) or max(map(len, cells)) > max_length or not EXCEL_ERRORS.isdisjoint(cells):
            return None
        lines = "\n".join(["", *cells, ""])
        if lines.count("\n") != len(cells) + 1 or any(mark in lines for mark in UNTIDY):
            return None
        return list(cells) if ORDINARY.fullmatch(lines) else None

    return ColumnParser(parse, parse_all)


def _all_of(cells: Sequence[Cell], kind: type[T]) -> TypeGuard[Sequence[T]]:
    return set(map(type, cells)) == {kind}


def quantity(
    *, places: int = 4, digits: int = 18, minimum: Decimal | None = None, maximum: Decimal | None = None
) -> ColumnParser:
    """Parse a decimal number.

    places: at most so many decimals; digits: of them all, as in a DecimalField.
    minimum, maximum: inclusive.
    """

    def parse(cell: Cell) -> Decimal:
        value = _number_in(cell)
        if -int(value.as_tuple().exponent) > places < -int(value.normalize().as_tuple().exponent):
            raise CellProblem(
                _("This number has too many decimals."), format_lazy(_("Round it to {places} decimals."), places=places)
            )
        if abs(value) >= Decimal(10) ** (digits - places):
            raise CellProblem(_("This number is too large."), _("Check the number and its unit."))
        _check_range(value, minimum, maximum)
        return value

    def parse_all(cells: Sequence[Cell]) -> list[Decimal] | None:
        largest = 10 ** min(digits - places, EXACT_DIGITS)
        lowest, highest = -largest if minimum is None else minimum, largest if maximum is None else maximum
        if not _all_of(cells, float) or not all(map(isfinite, cells)):
            return None
        if not all(lowest <= cell <= highest and abs(cell) < largest for cell in cells):
            return None
        written = [f"{cell:.{EXACT_DIGITS}g}" for cell in cells]
        if "e" in "".join(written) or max(len(number.partition(".")[2]) for number in written) > places:
            return None
        return list(map(Decimal, written))

    return ColumnParser(parse, parse_all)


def _number_in(cell: Cell) -> Decimal:
    if type(cell) is float and abs(cell) < 10**EXACT_DIGITS:  # most numbers of a workbook, spared the way through text
        return Decimal(f"{cell:.{EXACT_DIGITS}g}")
    number = folded(cell)
    if isinstance(cell, bool | date | time | timedelta) or len(number) > LONGEST_NUMBER or not NUMBER.fullmatch(number):
        raise CellProblem(_("This is not a number."), _("Write digits only, such as 12.5, without a unit."))
    return Decimal(number.replace(",", ""))


def integer(*, minimum: int | None = None, maximum: int | None = None) -> Parser:
    """Parse a whole number; minimum and maximum are inclusive."""
    whole = quantity(places=0, digits=EXACT_DIGITS)

    def parse(cell: Cell) -> int:
        try:
            value = int(whole(cell))
        except CellProblem as error:
            raise CellProblem(error.problem, _("Write a whole number, such as 12, without a unit.")) from None
        _check_range(value, minimum, maximum)
        return value

    return parse


def day(*, earliest: date = date(1990, 1, 1), latest: date = date(2099, 12, 31)) -> Parser:
    """Parse a date: a date of Excel, 2024-03-05, 2024/3/5, 20240305, or with the Chinese words for year, month, day."""

    def parse(cell: Cell) -> date:
        value = cell.date() if isinstance(cell, datetime) else cell if isinstance(cell, date) else _day_in(folded(cell))
        if not earliest <= value <= latest:
            raise CellProblem(
                _("This date is out of range."),
                format_lazy(_("Write a date from {earliest} to {latest}."), earliest=str(earliest), latest=str(latest)),
            )
        return value

    return parse


def _day_in(written: str) -> date:
    parts = DAY.fullmatch(re.sub(r"\s", "", MIDNIGHT.sub("", written)))
    if not parts:
        raise CellProblem(_("This is not a date."), _("Write it as 2024-03-05."))
    try:
        return date(*(int(part) for part in parts.groups() if part))
    except ValueError:
        raise CellProblem(_("There is no such day in the calendar."), _("Check year, month and day.")) from None


def choice(options: type[TextChoices] | Mapping[str, Text]) -> Parser:
    """Parse one of a few values, given by its label in any language of the site, or by the value itself."""
    pairs = list(options.choices) if isinstance(options, type) else list(options.items())

    @cache
    def known() -> dict[str, str]:
        return {
            fold(written): value
            for language, _name in settings.LANGUAGES
            for value, label in pairs
            for written in (value, _in_language(label, language))
        }

    def parse(cell: Cell) -> Any:
        value = known().get(folded(cell))
        if value is None:
            raise _not_one_of([label for _value, label in pairs])
        return options(value) if isinstance(options, type) else value

    return parse


def lookup(things: Mapping[str, T], *, missing: Text) -> Callable[[Cell], T]:
    """Find the thing with this code or name.

    things: code → thing, loaded by the caller for this import.
    missing: what is said of an unknown code, such as "There is no area with this code."
    """
    known = {fold(code): thing for code, thing in things.items()}

    def parse(cell: Cell) -> T:
        try:
            return known[folded(cell)]
        except KeyError:
            raise CellProblem(missing, _("Check the spelling, or have it added first.")) from None

    return parse


def _in_language(label: Text, language: str) -> str:
    with translation.override(language):
        return str(label)


def _not_one_of(labels: list[Text]) -> CellProblem:
    shown = labels[:ONE_OF_SHOWN]
    pattern = " / ".join(["{}"] * len(shown)) + (" / …" if len(labels) > len(shown) else "")
    return CellProblem(
        _("This is not one of the possible values."),
        format_lazy(_("Write one of: {values}."), values=format_lazy(pattern, *shown)),
    )


def _check_range(value: Decimal | int, minimum: Decimal | int | None, maximum: Decimal | int | None) -> None:
    if minimum is not None and value < minimum:
        raise CellProblem(
            _("This number is too small."), format_lazy(_("Write at least {minimum}."), minimum=str(minimum))
        )
    if maximum is not None and value > maximum:
        raise CellProblem(
            _("This number is too large."), format_lazy(_("Write at most {maximum}."), maximum=str(maximum))
        )
