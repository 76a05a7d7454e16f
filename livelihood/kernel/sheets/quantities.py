"""Numbers as offices write them: with commas, in full width, by the ten thousand, and with the unit behind."""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.sheets.cells import (
    EXACT_DIGITS,
    Cell,
    CellProblem,
    ColumnParser,
    Context,
    InContext,
    Parser,
    decimals_at_once,
    plain,
    short,
)

LONGEST_NUMBER = 60  # characters, with signs, zeros that do not count, and the unit
SCALES = {
    "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9, "亿": 10**8, "千万": 10**7, "百万": 10**6,
    "十万": 10**5, "万": 10**4, "千": 10**3, "百": 10**2,
}  # fmt: skip
_SCALE = "|".join(SCALES)
DIGITS = r"[+-]?(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d+)?"
PLAIN = re.compile(DIGITS, re.ASCII)
_UNIT = r"(?:[^\W\d_][^\W\d_/·%]{0,11}(?:[/·%][^\W\d_]{1,6})?(?:[23](?!\d))?(?:[(\[【][^()\[\]【】]{1,20}[)\]】])?|%)?"
_WORK = "新建|改建|扩建|续建|迁建|重建|翻建|改造|提升|新增|增设|维修|整治|更新"
NUMBER = re.compile(rf"(?:共|计|共计|¥|{_WORK})?({DIGITS})({_SCALE})?(?!e[+-]?\d)\(?({_UNIT})\)?[。.;]?")
SPELT = re.compile(rf"([两零一二三四五六七八九十百千]{{1,8}})(万|亿)?((?![两零一二三四五六七八九十]){_UNIT})")
FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
DIGIT_WORDS = "零一二三四五六七八九"
TENS = {"十": 10, "百": 100, "千": 1000}
ESTIMATE = re.compile(r"约|余|左右|近\d|多|不少于|不低于|不超过|以上|以下|以内|至少|最多|大概|预计|上下|[<>≤≥~≈±]")
SCALED = re.compile(f"({_SCALE})(.*)")
COUNTED = re.compile(f"(?:({_SCALE})|((?:万亿|[千百十]?亿|[千百十]?万)|[千百](?!米$|克$|瓦|伏|分|公里|斤))(.+))")
ASIDE = re.compile(rf"(?:[(\[【].*[)\]】]|^(?:{_WORK}))$")
"""What stands beside a number or behind a unit and says something of the things: 座(新建)."""
GROUPS = str.maketrans("", "", ", ")
SAME_UNITS = {
    "平方公里": "百万m2", "平方千米": "百万m2", "km2": "百万m2", "hm2": "万m2", "米2": "m2", "米3": "m3",
    "平方米": "m2", "平米": "m2", "平方": "m2", "m²": "m2", "立方米": "m3", "立方": "m3", "km": "千米", "公里": "千米",
    "m": "米", "公顷": "万m2", "万平方米": "万m2", "万平米": "万m2", "公斤": "千克", "kg": "千克", "rmb": "元",
    "人民币": "元", "元人民币": "元", "吨": "百万克",
}  # fmt: skip


class Quantity(NamedTuple):
    """A number and the unit it was written with; "" where none was."""

    number: Decimal
    unit: str = ""

    def in_unit(self, wanted: str) -> Decimal:
        """Return the number in a unit, which may be the same by the ten thousand.

        :raises CellProblem: the units are not of one kind; both are named.
        """
        if not self.unit or not wanted or self.unit == wanted:
            return self.number
        (scale, base), (wanted_scale, wanted_base) = parted(self.unit), parted(wanted)
        if base not in {"", wanted_base}:
            problem = _("The unit here is {unit}, and {wanted} is wanted.")
            remedy = _("Write the number in {wanted}, or correct the unit.")
            raise CellProblem(format_lazy(problem, unit=self.unit, wanted=wanted), format_lazy(remedy, wanted=wanted))
        return self.number * scale / wanted_scale

    @property
    def in_ones(self) -> "Quantity":
        """The same, counted one by one: 1.2 of 万座 are 12,000 of 座; a kilometre stays one."""
        if not self.unit:
            return self
        unit = ASIDE.sub("", self.unit)
        parts = COUNTED.fullmatch(unit)
        return (
            Quantity(self.number * SCALES[parts[1] or parts[2]], parts[3] or "")
            if parts
            else Quantity(self.number, unit)
        )


@lru_cache(maxsize=1_000)
def parted(unit: str) -> tuple[int, str]:
    """Split a unit into how many it counts by, and what it counts; 千米 and the like count by the thousand, too."""
    key = ASIDE.sub("", short(unit, LONGEST_NUMBER))
    key = SAME_UNITS.get(key, key)
    parts = SCALED.fullmatch(key)
    return (SCALES[parts[1]], SAME_UNITS.get(parts[2], parts[2])) if parts else (1, key)


def quantity(
    *,
    places: int = 4,
    digits: int = 18,
    minimum: Decimal | None = None,
    maximum: Decimal | None = None,
    unit: str = "",
) -> InContext:
    """Parse a number with the unit it may have into a Quantity; one in the heading's or the given unit has no other.

    In a unit that stands outside of the column it is counted one by one.

    places: at most so many decimals; digits: of them all, as in a DecimalField.
    minimum, maximum: inclusive.
    unit: of the column; the number is turned into it.
    """

    def make(context: Context) -> Parser:
        wanted = unit or context.unit
        outside = "" if wanted else context.unit_outside

        def parse(cell: Cell) -> Quantity:
            read = _quantity_in(cell)
            if outside and not read.unit:
                read = read._replace(unit=outside)
            read = Quantity(read.in_unit(wanted), wanted) if wanted else read.in_ones
            check_number(read.number, places, digits, minimum, maximum)
            return read

        def parse_all(cells: Sequence[Cell]) -> list[Quantity] | None:
            numbers = None if outside else decimals_at_once(cells, places, *_bounds(places, digits, minimum, maximum))
            return [Quantity(number, wanted) for number in numbers] if numbers else None

        return ColumnParser(parse, parse_all)

    return InContext(make)


def number(
    *, places: int = 4, digits: int = 18, minimum: Decimal | None = None, maximum: Decimal | None = None
) -> ColumnParser:
    """Parse a decimal number that has no unit; arguments as for `quantity`."""

    def parse(cell: Cell) -> Decimal:
        read = _quantity_in(cell).in_ones
        if read.unit:
            raise _no_number()
        check_number(read.number, places, digits, minimum, maximum)
        return read.number

    def parse_all(cells: Sequence[Cell]) -> list[Decimal] | None:
        return decimals_at_once(cells, places, *_bounds(places, digits, minimum, maximum))

    return ColumnParser(parse, parse_all)


def _bounds(places: int, digits: int, minimum: Decimal | None, maximum: Decimal | None) -> tuple[Decimal, Decimal]:
    """Return the least and the largest number that is taken."""
    largest = Decimal(10) ** (digits - places) - Decimal(10) ** -places
    return -largest if minimum is None else minimum, largest if maximum is None else min(maximum, largest)


def integer(*, minimum: int | None = None, maximum: int | None = None) -> Parser:
    """Parse a whole number; minimum and maximum are inclusive."""
    whole = number(places=0, digits=EXACT_DIGITS)

    def parse(cell: Cell) -> int:
        try:
            value = int(whole(cell))
        except CellProblem as error:
            raise CellProblem(error.problem, _("Write a whole number, such as 12, without a unit.")) from None
        _check_range(value, minimum, maximum)
        return value

    return parse


def check_number(
    value: Decimal, places: int, digits: int, minimum: Decimal | None = None, maximum: Decimal | None = None
) -> None:
    """Check a number as `quantity` does.

    :raises CellProblem: too many decimals, too large, out of range.
    """
    if -int(value.as_tuple().exponent) > places < -int(value.normalize().as_tuple().exponent):
        raise CellProblem(
            _("This number has too many decimals."), format_lazy(_("Round it to {places} decimals."), places=places)
        )
    if abs(value) >= Decimal(10) ** (digits - places):
        raise CellProblem(_("This number is too large."), _("Check the number and its unit."))
    _check_range(value, minimum, maximum)


def _quantity_in(cell: Cell) -> Quantity:
    if type(cell) is float and abs(cell) < 10**EXACT_DIGITS:  # most numbers of a workbook, spared the way through text
        return Quantity(Decimal(f"{cell:.{EXACT_DIGITS}g}"))
    if isinstance(cell, bool | date | time | timedelta):
        raise _no_number()
    plain(cell)  # says what is wrong with what a formula or Excel has left
    written = short(cell, LONGEST_NUMBER)
    if PLAIN.fullmatch(written):
        return Quantity(Decimal(written.translate(GROUPS)))
    if ESTIMATE.search(written):
        raise CellProblem(
            _("This is an estimate and no number."), _("Write the number that is planned, without any word about it.")
        )
    parts = NUMBER.fullmatch(written)
    if not parts:
        spelt = SPELT.fullmatch(written.replace("廿", "二十").replace("卅", "三十").translate(FORMAL))
        if spelt and (value := _spelt(spelt[1])) is not None:
            return Quantity(Decimal(value), (spelt[2] or "") + spelt[3])
        raise _no_number()
    return Quantity(Decimal(parts[1].translate(GROUPS)), (parts[2] or "") + parts[3])


def _spelt(words: str) -> int | None:
    """Return the number that is written in words of one to nine thousand; None where they make none."""
    total, digit, least = 0, None, 10_000
    for word in words.replace("两", "二"):
        if word in DIGIT_WORDS[1:]:
            if digit is not None:
                return None
            digit = DIGIT_WORDS.index(word)
        elif word in TENS:
            if TENS[word] >= least or (digit is None and total):
                return None
            least = TENS[word]
            total, digit = total + (1 if digit is None else digit) * least, None
    return total + (digit or 0)


def _no_number() -> CellProblem:
    return CellProblem(_("This is not a number."), _("Write digits only, such as 12.5, without a unit."))


def _check_range(value: Decimal | int, minimum: Decimal | int | None, maximum: Decimal | int | None) -> None:
    if minimum is not None and value < minimum:
        raise CellProblem(
            _("This number is too small."), format_lazy(_("Write at least {minimum}."), minimum=str(minimum))
        )
    if maximum is not None and value > maximum:
        raise CellProblem(
            _("This number is too large."), format_lazy(_("Write at most {maximum}."), maximum=str(maximum))
        )
