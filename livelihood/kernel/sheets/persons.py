"""Names of people and their telephone numbers, which offices write into columns of their own, and into one."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from livelihood.kernel.folding import normalised
from livelihood.kernel.sheets.cells import Cell, CellProblem, Parser, Parts, text
from livelihood.kernel.sheets.codes import as_typed
from livelihood.kernel.sheets.nothing import says_nothing

_ASIDE = re.compile(r"(?<=\S) ?[(（](?:(?:男|女|[\u4e00-\u9fff]{1,6}族)[,，、 ]{0,2}){1,3}[)）]$")
"""What lists of people put behind a name."""
_PADDING = re.compile("(?<=[\u3400-\u9fff\U00020000-\U0003ffff]) +(?=[\u3400-\u9fff\U00020000-\U0003ffff])")
_DIGIT, _DIGITS = re.compile(r"\d"), re.compile(r"\d{3}")
_CALLED = re.compile(r"[+\uff0b]?[(（]?\d[\d()（）\-\uff0d—\u2013 ]{3,}\d(?:(?:转|分机|ext\.?)\d{1,6})?[)）]?")
"""A telephone number of five digits and more, with what belongs to it."""
_LABEL = re.compile(
    r"(?:联系人|联络人|联络员|负责人|责任人|经办人|姓名|联系电话|联系方式|办公电话|移动电话|固定电话|电话号码|手机号码"
    r"|手机号|电话|手机|座机|号码|(?<![a-z])(?:tel|telephone|phone|mobile)(?![a-z]))[.:：]?",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\d{1,2}小时|工作日|上班时间?|白天|夜间|办公室?|单位|宅|家|传真|值班室?|热线|总机|内线|外线|短号|小号|虚拟网"
    r"|微信|同号|号|转|分机|ext\.?|[办手座传]"
)
"""What belongs to a number and is no name."""
_BESIDE_NUMBERS = re.compile(r"[^\d+() \-/、,;]")
_PARTING, _EDGES = re.compile(r"[|,，、/;；\n]+"), " :：-—.。"


def person_name(max_length: int, *, name: str = "", phone: str = "") -> Parser:
    """Parse the name of a person; spaces that pad Chinese names of two characters are left out.

    name, phone: columns into which a cell is parted that holds a telephone number beside the name.
    """
    as_text = text(max_length)

    def parse(cell: Cell) -> str | Parts:
        written = as_text(cell)
        if phone and _DIGITS.search(written) and (numbers := _CALLED.findall(written)):
            who = _who(written)
            if who is None:
                raise CellProblem(_("Here stands a number and no name."), _("Write the name."))
            return Parts({name: _name(who), phone: _several_numbers(numbers)})
        return _name(written)

    return parse


def _name(written: str) -> str:
    return _PADDING.sub("", _ASIDE.sub("", written))


def phone(*, name: str = "", phone: str = "") -> Parser:
    """Parse a telephone number as it is written, in plain width and without spaces at its ends.

    name, phone: columns into which a cell is parted that holds a name beside the number.
    """
    as_text, as_name = text(40), person_name(60)

    def parse(cell: Cell) -> str | Parts:
        written = normalised(as_typed(as_text, cell), "NFKC")
        if not _BESIDE_NUMBERS.search(written):
            return written
        if not _DIGIT.search(written):
            raise CellProblem(_("This is no telephone number."), _("Write the number."))
        if name and (who := _who(_BESIDE.sub("", written))) is not None:
            return Parts({name: as_name(who), phone: _several_numbers(_CALLED.findall(written))})
        return written

    return parse


def person_and_phone(name: str, phone: str, *, max_length: int = 60) -> Parser:
    """Parse a name and a telephone number in one cell, of which one may be missing, into the columns of these names."""
    as_text, as_name = text(2 * max_length), person_name(max_length)

    def parse(cell: Cell) -> Parts:
        written = as_text(cell)
        numbers = _CALLED.findall(written)
        who = _who(_BESIDE.sub("", written) if numbers else written)
        return Parts({name: as_name(who) if who else None, phone: _several_numbers(numbers) if numbers else None})

    return parse


def _who(written: str) -> str | None:
    """Return what stands beside the telephone numbers of a cell; None where nothing does.

    :raises CellProblem: several do.
    """
    parts = [_bare(part) for part in _PARTING.split(_LABEL.sub("|", _CALLED.sub("|", written)))]
    named = [part for part in parts if part and not says_nothing(part)]
    if len(named) > 1 or _DIGITS.search("".join(named)):
        raise CellProblem(_("Here stand several people or numbers."), _("Write one name and one number."))
    return named[0] if named else None


def _several_numbers(numbers: Sequence[str]) -> str:
    return "、".join(_bare(normalised(number, "NFKC")) for number in numbers)


def _bare(part: str) -> str:
    """Return a part of a cell without what parted it, and without brackets around it or half of a pair."""
    part = part.strip(_EDGES)
    is_half = part.count("(") + part.count("（") != part.count(")") + part.count("）")
    return _bare(part.strip("()（）")) if is_half or (part[:1] in {"(", "（"} and part[-1] in {")", "）"}) else part
