"""Names of people and their telephone numbers, which offices write into columns of their own, and into one."""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.folding import normalised
from livelihood.kernel.sheets.cells import Cell, CellProblem, Parser, Parts, text
from livelihood.kernel.sheets.codes import as_typed
from livelihood.kernel.sheets.nothing import says_nothing
from livelihood.kernel.sheets.points import Remark

_OF_A_PERSON = "男|女|汉|[\u4e00-\u9fff]{1,6}族"
_ASIDE = re.compile(
    rf"(?<=\S) ?[(（](?:(?:{_OF_A_PERSON}|(?:副?(?:团长|组长|召集人)|中共党员|党员|群众|新当选|补选|增补|连任|兼任?)"
    rf")[,，、 ]{{0,2}}){{1,3}}[)）]$|(?<=\S)(?:[/,，、 ]{{1,3}}(?:{_OF_A_PERSON})){{1,3}}$"
)
"""What lists of people put behind a name."""
_MARKS = "*\uff0a※★☆▲△●○◎◆◇■□#\uff03√✓\u2460-\u249b\u2776-\u2793"
_MARKED = re.compile(rf"^(?:[{_MARKS} ]|\d{{1,3}}[.、．)）]?){{1,4}}(?=[\u3400-\u9fff])|[{_MARKS} ]+$")
"""Signs that refer to a note, and numbers, around a name in Chinese."""
_MASKED = re.compile(r"[×✕*\uff0a某]{2,}|[xX]{2,}|.[×✕某*\uff0a]{1,2}|[某×]\S?")
"""What stands for a name that is not told; one character with a star is a name cut short."""
_GONE = re.compile(
    r"[(（\[【]([^()（）]{0,6}(?:已故|病故|亡故|去世|逝世|辞|假|缺席|出差|调离|调出|调任|调走|离任|离职|退休|免职|免去"
    r"|停职|罢免|撤职|终止|暂停|停止|列席|旁听|特邀|不计|空缺)[^()（）]{0,8}|故)[)）\]】]"
)
"""What says that somebody may be no member, or may not come."""
_SURNAMES = re.compile(
    "欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟|公孙|令狐|慕容|夏侯|端木|长孙|宇文|闻人|南宫|独孤|申屠|呼延"
)
_HAN = "[\u3400-\u9fff\U00020000-\U0003ffff]"
_SHORT, _SPACED = re.compile(rf"{_HAN}{{1,4}}"), re.compile(rf"{_HAN}{{2,4}}(?: {_HAN}{{2,4}})+")
_BETWEEN_NAMES = re.compile(r"[，,、；;/]")
_PADDING = re.compile(f"(?<={_HAN}) +(?={_HAN})")
_DIGIT, _DIGITS = re.compile(r"\d"), re.compile(r"\d{3}")
_CALLED = re.compile(r"[+\uff0b]?[(（]?(?!\d )\d[\d()（）\-\uff0d—\u2013 ]{3,}\d(?:(?:转|分机|ext\.?)\d{1,6})?[)）]?")
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
_BETWEEN_NUMBERS, _NO_DIGIT = re.compile(r"[/,;、]+"), re.compile(r"\D")
LEAST_DIGITS = 7
"""Of a number without its area code; what is shorter is a part of one."""
_PARTING, _EDGES = re.compile(r"[|,，、/;；\n]+"), " :：-—.。"


def person_name(max_length: int, *, name: str = "", phone: str = "", alone: bool = False) -> Parser:
    """Parse the name of a person; spaces that pad Chinese names of two characters are left out.

    name, phone: columns into which a cell is parted that holds a telephone number beside the name.
    alone: it is that of one person whom the row is about, and several names, or one that is masked, are wrong.
    """
    as_text = text(max_length)

    def parse(cell: Cell) -> str | Parts:
        written = as_text(cell)
        if alone:
            _check_alone(written)
        if phone and _DIGITS.search(written) and (numbers := _CALLED.findall(written)):
            who = _who(written)
            if who is None:
                raise CellProblem(_("Here stands a number and no name."), _("Write the name."))
            return Parts({name: _name(who), phone: _several_numbers(numbers)})
        return _name(written)

    return parse


def _name(written: str) -> str:
    return _PADDING.sub("", _ASIDE.sub("", _MARKED.sub("", written)))


def _check_alone(written: str) -> None:
    """Refuse what is not the name of one person.

    :raises CellProblem: several names, or one that is not told.
    """
    bare = _GONE.sub("", _ASIDE.sub("", written))
    if _MASKED.fullmatch(bare.strip()):
        raise CellProblem(_("This is no full name."), _("Write the full name."))
    parts = _BETWEEN_NAMES.split(_MARKED.sub("", bare))
    if len(parts) == 1 and _SPACED.fullmatch(parts[0]) and _is_of_several(*parts[0].split()):
        parts = parts[0].split()
    names = [_name(part.strip()) for part in parts]
    if len(names) > 1 and all(map(_SHORT.fullmatch, names)):
        problem = format_lazy(_("Here stand several names: {names}."), names="、".join(names))
        raise CellProblem(problem, _("Give each person a row. One name is written without a sign or space in it."))


def _is_of_several(first: str, *others: str) -> bool:
    return len(others) > 1 or not _SURNAMES.fullmatch(first)


def settle_name(values: dict[str, Any], name: str = "name") -> list[Remark]:
    """Ask about somebody of whom the name's cell says that they are gone or away, and take the name alone."""
    written = values.get(name)
    if not isinstance(written, str) or not (found := _GONE.search(written)):
        return []
    values[name] = _name(_GONE.sub("", written).strip())
    problem = format_lazy(_("Beside the name stands “{aside}”."), aside=found[1])
    remedy = _("Look whether this person belongs into the list; leave the row out otherwise.")
    return [Remark("doubt", name, problem, remedy)]


def phone(*, name: str = "", phone: str = "") -> Parser:
    """Parse a telephone number as it is written, in plain width and without spaces at its ends.

    name, phone: columns into which a cell is parted that holds a name beside the number.
    """
    as_text, as_name = text(40), person_name(60)

    def parse(cell: Cell) -> str | Parts:
        written = normalised(as_typed(as_text, cell), "NFKC")
        if not _BESIDE_NUMBERS.search(written):
            several = _numbers_in(written)
            return "、".join(several) if len(several) > 1 else written
        if not _DIGIT.search(written):
            raise CellProblem(_("This is no telephone number."), _("Write the number."))
        if name and (who := _who(_BESIDE.sub("", written))) is not None:
            return Parts({name: as_name(who), phone: _several_numbers(_CALLED.findall(written))})
        several = _CALLED.findall(written)
        return _several_numbers(several) if len(several) > 1 else written

    return parse


def person_and_phone(name: str, phone: str, *, max_length: int = 60, alone: bool = False) -> Parser:
    """Parse a name and a telephone number in one cell, of which one may be missing, into the columns of these names.

    alone: as of `person_name`.
    """
    as_text, as_name = text(2 * max_length), person_name(max_length, alone=alone)

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


def settle_phone(values: dict[str, Any], phone: str = "phone") -> list[Remark]:
    """Ask about somebody who is to be rung at several numbers, of which one is kept, and take the first."""
    written = values.get(phone)
    if not isinstance(written, str) or "、" not in written:
        return []
    values[phone] = written.partition("、")[0]
    problem = format_lazy(_("Here stand several numbers: {numbers}. The first one is taken."), numbers=written)
    return [Remark("read_as", phone), Remark("doubt", phone, problem, _("Write the one number that is meant."))]


def _several_numbers(numbers: Sequence[str]) -> str:
    return "、".join(one for number in numbers for one in _numbers_in(normalised(number, "NFKC")))


def _numbers_in(written: str) -> list[str]:
    """Return the telephone numbers that stand in a text of nothing else."""
    found: list[str] = []
    for part in filter(None, map(_bare, _BETWEEN_NUMBERS.split(written))):
        pieces = part.split()
        are_whole = len(pieces) > 1 and all(len(_NO_DIGIT.sub("", one)) >= LEAST_DIGITS for one in pieces)
        found += map(_bare, pieces) if are_whole else [part]
    return found


def _bare(part: str) -> str:
    """Return a part of a cell without what parted it, and without brackets around it or half of a pair."""
    part = part.strip(_EDGES)
    is_half = part.count("(") + part.count("（") != part.count(")") + part.count("）")
    return _bare(part.strip("()（）")) if is_half or (part[:1] in {"(", "（"} and part[-1] in {")", "）"}) else part
