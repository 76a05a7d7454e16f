"""Days as offices write them: dots, Chinese words, a month's end, serial numbers, with and without the year."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Text
from livelihood.kernel.sheets.cells import Cell, CellProblem, Context, InContext, Parser, Parts, plain, short
from livelihood.kernel.sheets.declaration import Column
from livelihood.kernel.sheets.nothing import WITHOUT_END, is_without_end, says_nothing
from livelihood.kernel.sheets.points import Remark

LONGEST_DAY = 60  # characters
YEAR_OF_EXCEL, YEAR_OF_1904 = date(1899, 12, 30), date(1904, 1, 1)
"""The day before serial number 1, as all days after February 1900 are counted; and serial number 0 of 1904."""
LAST_DAY, LAST_MONTH = 31, 12
SMALLEST_SERIAL = 10_000  # smaller numbers are years
CLOSED = {6, 8}  # digits of 201803 and 20180301
TENTHS = {"上旬": 10, "初": 10, "中旬": 20} | dict.fromkeys(("下旬", "底", "末", "内"), LAST_DAY)
QUARTERS = {"一": 3, "1": 3, "二": 6, "2": 6, "三": 9, "3": 9, "四": 12, "4": 12}
HALVES = {"上半年": 6, "下半年": 12}
MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1)
    for name in names.split()
}  # fmt: skip
NUMERALS = str.maketrans("〇零○一二三四五六七八九", "000123456789")

_TIME = re.compile(
    r"(?:[ t]|(?<=[日号]))(?:上午|下午|am|pm)?\d{1,2}(?:[:时点](?:\d{1,2}[:分]?(?:\d{1,2}(?:\.\d{1,9})?秒?)?)?)"
    r"(?:am|pm|z|[+-]\d{2}:?\d{2})?(?:前|之前|以前|止)?$",
    re.ASCII,
)
_PART_OF_DAY = re.compile(r"(?:上午|下午|中午|晚上|早上)$")
_SIGNS = re.compile(r"(?<=\d)[,、](?=\d)", re.ASCII)
_WEEKDAY = re.compile(r"\(?(?:星期|周)[一二三四五六日天]\)?")
# What stands before and behind a day, and says that by it, or from it on, something is done.
_LEADS = """
    截止日期 截止时间 截止到 截止至 截止 截至到 截至 完成时限 完成时间 竣工时间 时间节点 预计 预期 预定 计划
    暂定 拟定 拟 力争 争取 确保 保证 务必 必须 原则上 要求 承诺 目标 最迟 最晚 不超过 不晚于 不迟于 不得晚于
    不得迟于 应当 应 须 需 将 在 于 定于 至 到 自 从 由 by before until from the endof
"""
_TAILS = """
    以前 之前 前 以内 之内 截止 截至 为止 止 以后起 起 开始 全部 全面 整体 基本 主体 工程 项目 任务 建设 改造
    施工 安装 装修 设备 实施 完成 完工 竣工 建成 建好 投用 投入 使用 运营 运行 试运营 试运行 投运 交付 交工 移交
    验收 合格 通过 备案 达标 达到 到位 落实 实现 办结 销号 结束 正式 对外 开放 启用 启动 开工 动工 开建 进场
    条件 力争 争取 确保 并 且 及 和 与 或 、 , 均 可 能 予以 得以 的 了 (含) (含当日) (含当天)
"""


def _any_of(words: str) -> str:
    return "|".join(map(re.escape, sorted(words.split(), key=len, reverse=True)))


_FROM = re.compile(rf"^(?:(?:{_any_of(_LEADS)})[:,]?)+")
_UNTIL = re.compile(rf"(?:\(?(?:{_any_of(_TAILS)})\)?)+$")
_THIS_YEAR = re.compile(r"^(?:(?:本|当)年度?|今年)(?!$)|^(?P<next>明年|次年|翌年|下一?年度?)")
_DAY = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/.年])(?P<month>\d{1,2})(?:[/.月]|(?<=-\d)-|(?<=-\d\d)-)(?P<day>\d{1,2})[日号]?"
    r"|(?P<year2>\d{4})(?P<month2>\d{2})(?P<day2>\d{2})"
    r"|(?P<short>\d{2})年(?P<month3>\d{1,2})月(?P<day3>\d{1,2})[日号]?",
    re.ASCII,
)
_MONTH = re.compile(
    r"(?:(?P<year>\d{4}|\d{2}(?=年))[-/.年])?(?P<month>\d{1,2})(?:月份?|(?<=\d{4}[-/.年]\d)|(?<=\d{4}[-/.年]\d\d))"
    r"(?P<part>上旬|中旬|下旬|底|末|初|内)?",
    re.ASCII,
)
_CLOSED_MONTH = re.compile(r"(?P<year>\d{4})(?P<month>0[1-9]|1[0-2])", re.ASCII)
_DAY_OF_YEAR = re.compile(r"(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日号]?", re.ASCII)
_YEAR = re.compile(r"(?:(?P<year>\d{4})年?|本年|当年|今年|(?P<bare>年))年?(?P<part>底|末|内|度内?)?", re.ASCII)
_PART_OF_YEAR = re.compile(
    r"(?:(?P<year>\d{4})[年-]?)?(?:(?P<half>[上下]半年)|[第前]?(?P<quarter>[一二三四1-4])季度?|(?P<quarter2>q[1-4]))(?:底|末|内)?"
    r"|(?P<quarter3>q[1-4])[-/ ]?(?P<year3>\d{4})",
    re.ASCII,
)
_FOREIGN = re.compile(r"(?P<first>\d{1,2})[-/.](?P<second>\d{1,2})[-/.](?P<year>\d{4})", re.ASCII)
_ENGLISH = re.compile(
    r"(?P<day>\d{1,2})[- ]?(?P<month>[a-z]{3,9})[-, ]*(?P<year>\d{4})"
    r"|(?P<month2>[a-z]{3,9})[-. ]*(?P<day2>\d{1,2})(?:st|nd|rd|th)?[-., ]+(?P<year2>\d{4})"
    r"|(?P<month3>[a-z]{3,9})[-., ]*(?P<year3>\d{4})",
    re.ASCII,
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_LOST_ZERO = re.compile(r"(?:19|20)\d\d\.1|(?:[1-9]|1[0-2])\.[123]", re.ASCII)
_TWO_DAYS = re.compile(r"\d{4}[-/.年].{1,12}\d{4}[-/.年]|月.{1,30}\d月|\d(?:至|到|~|—)\d|[日号月年](?:至|到|-|~|—)")


def day(
    *, earliest: date = date(1990, 1, 1), latest: date = date(2099, 12, 31), first_of_month: bool = False
) -> InContext:
    """Parse a day. What names a month, quarter or year only means its last day, as an office's "by" does.

    first_of_month: it means its first day instead, as in the beginning of a mandate.
    """

    def make(context: Context) -> Parser:
        def parse(cell: Cell) -> date:
            value = _day_of(cell, context, earliest, latest, first=first_of_month)
            if not earliest <= value <= latest:
                raise CellProblem(
                    _("This date is out of range."),
                    format_lazy(
                        _("Write a date from {earliest} to {latest}."), earliest=str(earliest), latest=str(latest)
                    ),
                )
            return value

        return parse

    return InContext(make)


_BETWEEN = re.compile(r"[至到~、,;/ ]|起至|to|-{1,2}")
_DURATION = re.compile(
    r"(?:总|合同|计划)?(?:工期)?[:为]?(?:约|共|不超过)?(?:(?:\d{1,4}(?:\.\d)?|[一二两三四五六七八九十半]{1,3})"
    r"(?:个?(?:日历|自然|工作)?(?:天|周|星期)|(?:日历|自然|工作)日|个半?月)?|(?:[1-9]|[一二两三四五六七八九半])年半?)"
    r"(?:左右|以内|之内|内)?"
)
"""How long something takes, which names no day."""
_REST_OF_DAY = re.compile(r"[\d一二三四五六七八九十底末]|[上中下]旬")
"""How a second day begins that lies in the month of the first."""
OPEN = WITHOUT_END | {"今", "现在", "目前"}
_ENDS_THERE, _BEGINS_THERE = re.compile("前|止|完|竣工|建成|投用"), re.compile("起|开始|开工|动工")


def period(start: str, end: str, *, first_of_month: bool = False, earliest: date = date(1990, 1, 1)) -> InContext:
    """Parse two days in one cell into the columns of these names: 2027年3月至10月, 2027.3.1-10.31.

    How long it takes (180天) says nothing of either.
    """

    def make(context: Context) -> Parser:
        typed = context._replace(has_no_types=False)
        first = day(first_of_month=first_of_month, earliest=earliest).make(typed)
        until = day(earliest=earliest).make(typed)

        def parse(cell: Cell) -> Parts:
            written = short(cell, 2 * LONGEST_DAY) if isinstance(cell, str) else ""
            if _read(until, cell) is None:
                if _DURATION.fullmatch(written or plain(cell)):
                    return Parts({})
                marks = (mark for mark in _BETWEEN.finditer(written) if written[mark.end() :] or mark[0] not in ",;/")
                splits = ((written[: mark.start()], written[mark.end() :]) for mark in marks)
                pairs = {pair for left, right in splits if (pair := _pair(left, right, first, typed))}
                if len(pairs) == 1:
                    return Parts(dict(zip((start, end), pairs.pop(), strict=True)))
                raise CellProblem(_("These are not two dates."), _("Write both, such as 2027-03-01 to 2027-10-31."))
            if _ENDS_THERE.search(written):
                return Parts({start: None, end: until(cell)})
            if _BEGINS_THERE.search(written):
                return Parts({start: first(cell), end: None})
            raise CellProblem(_("Only one date stands here."), _("Write both, such as 2027-03-01 to 2027-10-31."))

        return parse

    return InContext(make)


def period_column(
    name: str,
    heading: Text,
    start: str,
    end: str,
    *,
    aliases: str = "",
    like: str,
    first_of_month: bool = False,
    earliest: date = date(1990, 1, 1),
    is_aside: bool = False,
) -> Column:
    """Declare a column of two days in one cell, which are those of two other columns; no template has it.

    is_aside: what it says of them yields to their own columns, and what is no period says nothing.
    """
    parse = period(start, end, first_of_month=first_of_month, earliest=earliest)
    if is_aside:
        parse = InContext(lambda context, strict=parse.make: _aside(strict(context)))  # type: ignore[misc]
    return Column(name, heading, parse, required=False, aliases=aliases, like=like, joins=(start, end), is_usual=False)


def _aside(strict: Parser) -> Parser:
    def parse(cell: Cell) -> Parts:
        try:
            return Parts(strict(cell).values, yields=True)
        except CellProblem:
            return Parts({})

    return parse


def settle_order(values: Mapping[str, Any], start: str, end: str) -> list[Remark]:
    """Say that something ends before it begins."""
    first, last = values.get(start), values.get(end)
    if not (isinstance(first, date) and isinstance(last, date) and last < first):
        return []
    problem = format_lazy(_("This day is before the first one, {day}."), day=first.isoformat())
    return [Remark("wrong", end, problem, _("Check both days."))]


def _pair(left: str, right: str, first: Parser, context: Context) -> tuple[date, date | None] | None:
    """Return two days that stand side by side; the second may leave out what it has in common with the first.

    An end that is not written, or is said to be open, is none.
    """
    begins = _read(first, left) or _read(first, f"{left}月")
    if begins is None:
        return None
    if not right or right in OPEN or says_nothing(right) or is_without_end(right):
        return None if _ENDS_THERE.search(left) else (begins, None)
    until = day().make(context._replace(year=begins.year))
    ends = _read(until, right) or _read(until, f"{right}月")
    if not ends and _REST_OF_DAY.match(right):
        ends = _read(until, f"{begins.month}月{right}")
    return (begins, ends) if ends and begins <= ends else None


def _read(parse: Parser, cell: Cell) -> date | None:
    try:
        found: date = parse(cell)
    except CellProblem:
        return None
    return found


def _day_of(cell: Cell, context: Context, earliest: date, latest: date, *, first: bool) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool | time | timedelta):
        raise _no_day()
    if isinstance(cell, int | float) and (found := _in_number(float(cell), context, earliest, latest, first=first)):
        return found
    is_number = context.has_no_types or not isinstance(cell, str)
    if _LOST_ZERO.fullmatch(plain(cell)) and is_number:
        problem = _("Excel may have cut a zero off the end of this number, as off 2027.10.")
        raise CellProblem(problem, _("Write year and month as a text, such as 2027-10."))
    written = short(cell, LONGEST_DAY)
    if found := _in_text(written, context, earliest, latest, first=first):
        return found
    if _TWO_DAYS.search(written):
        raise CellProblem(_("Here stand two dates."), _("Write one date in each column."))
    raise _no_day()


def _in_number(value: float, context: Context, earliest: date, latest: date, *, first: bool) -> date | None:
    """Read a serial number, or 20180301 and 201803."""
    if value.is_integer() and len(str(int(value))) in CLOSED:
        return _in_text(str(int(value)), context, earliest, latest, first=first)
    if value < SMALLEST_SERIAL:
        return None
    start = YEAR_OF_1904 if context.counts_from_1904 else YEAR_OF_EXCEL
    if (earliest - start).days <= value < (latest - start).days + 1:
        return start + timedelta(days=int(value))
    return None


def _in_text(written: str, context: Context, earliest: date, latest: date, *, first: bool) -> date | None:
    """Read what is left when times, weekdays and words of "by" are taken away."""
    text = _UNTIL.sub("", _WEEKDAY.sub("", written).rstrip(".。;"))
    text = _UNTIL.sub("", _PART_OF_DAY.sub("", _TIME.sub("", text).strip()))
    text = _this_year(_SIGNS.sub(".", _FROM.sub("", text)).rstrip(".。"), context)
    if _SERIAL.fullmatch(text):
        return _in_number(float(text), context, earliest, latest, first=first)
    if any(numeral in text for numeral in "一二三四五六七八九十〇"):
        text = _with_digits(text)
    for pattern, read in _READERS:
        if found := pattern.fullmatch(text):
            return read({name: value for name, value in found.groupdict().items() if value}, context, first)
    return None


def _this_year(text: str, context: Context) -> str:
    """Write this and the next year as numbers."""
    found = _THIS_YEAR.match(text)
    return f"{_year_in({}, context) + bool(found['next'])}年{text[found.end() :]}" if found else text


def _with_digits(text: str) -> str:
    """Turn 二〇二七年十月三十一日 into 2027年10月31日; quarters keep their words."""
    if "季" in text or "半年" in text:
        return text
    text = re.sub("十(?=[一二三四五六七八九])", lambda found: "1" if _starts(text, found.start()) else "", text)
    text = re.sub("十", lambda found: "10" if _starts(text, found.start()) else "0", text)
    return text.translate(NUMERALS)


def _starts(text: str, place: int) -> bool:
    """Say whether no digit of the same number stands before this place."""
    return place == 0 or text[place - 1] not in "一二三四五六七八九"


def _make(year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except ValueError:
        raise CellProblem(_("There is no such day in the calendar."), _("Check year, month and day.")) from None


def _month(year: int, month: int, *, first: bool, until: int = LAST_DAY) -> date:
    if not 1 <= month <= LAST_MONTH:
        return _make(year, month, 1)
    if first and until == LAST_DAY:
        return date(year, month, 1)
    return date(year, month, min(until, monthrange(year, month)[1]))


def _year_in(parts: dict[str, str], context: Context) -> int:
    written = parts.get("year") or parts.get("short")
    if written:
        return int(written) if len(written) > len("27") else int(f"20{written}")
    if context.year is None:
        raise CellProblem(_("No year is written here."), _("Write the year with it, such as 2027-10-31."))
    return context.year


def _read_day(parts: dict[str, str], context: Context, _first: bool) -> date:
    parts = {name.rstrip("23"): value for name, value in parts.items()}
    return _make(_year_in(parts, context), int(parts["month"]), int(parts["day"]))


def _read_month(parts: dict[str, str], context: Context, first: bool) -> date:
    until = TENTHS[parts["part"]] if "part" in parts else LAST_DAY
    return _month(_year_in(parts, context), int(parts["month"]), first=first and "part" not in parts, until=until)


def _read_year(parts: dict[str, str], context: Context, first: bool) -> date | None:
    if "part" not in parts and "bare" in parts:
        return None
    year = _year_in(parts, context)
    return date(year, 1, 1) if first and parts.get("part") not in {"底", "末"} else date(year, 12, 31)


def _read_part(parts: dict[str, str], context: Context, first: bool) -> date:
    parts = {name.rstrip("23"): value.lstrip("q") for name, value in parts.items()}
    month = HALVES[parts["half"]] if "half" in parts else QUARTERS[parts["quarter"]]
    year = _year_in(parts, context)
    return date(year, month - (5 if "half" in parts else 2), 1) if first else _month(year, month, first=False)


def _read_foreign(parts: dict[str, str], _context: Context, _first: bool) -> date:
    first, second, year = int(parts["first"]), int(parts["second"]), int(parts["year"])
    if first != second and max(first, second) <= LAST_MONTH:
        problem = _("This date may be day and month, or month and day.")
        raise CellProblem(problem, _("Write the year first, such as 2024-03-05."))
    return _make(year, min(first, second), max(first, second))


def _read_english(parts: dict[str, str], _context: Context, first: bool) -> date | None:
    parts = {name.rstrip("23"): value for name, value in parts.items()}
    month, year = MONTHS.get(parts["month"]), int(parts["year"])
    if month is None or "day" not in parts:
        return _month(year, month, first=first) if month else None
    return _make(year, month, int(parts["day"]))


_READERS: list[tuple[re.Pattern[str], Callable[[dict[str, str], Context, bool], date | None]]] = [
    (_DAY, _read_day),
    (_CLOSED_MONTH, _read_month),
    (_MONTH, _read_month),
    (_DAY_OF_YEAR, _read_day),
    (_YEAR, _read_year),
    (_PART_OF_YEAR, _read_part),
    (_FOREIGN, _read_foreign),
    (_ENGLISH, _read_english),
]


def _no_day() -> CellProblem:
    return CellProblem(_("This is not a date."), _("Write it as 2024-03-05."))
