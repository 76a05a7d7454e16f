"""Knows the rows of a sheet that are no data: titles, totals, notes, examples, heads that come again, empty rows."""

import re
from collections.abc import Sequence
from enum import StrEnum

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import InvalidInput, Text
from livelihood.kernel.folding import VISIBLE, fold
from livelihood.kernel.sheets.cells import SPACE, Cell
from livelihood.kernel.sheets.declaration import Kind
from livelihood.kernel.sheets.heads import Head, heading_key, heading_text, known_headings
from livelihood.kernel.sheets.marks import Merge
from livelihood.kernel.sheets.nothing import says_nothing
from livelihood.kernel.uploads import FileRefused

LONGEST_MARK = 500  # characters of a cell that are looked at


class Why(StrEnum):
    """Why a row is left out."""

    TOTAL = "total"
    NOTE = "note"
    TITLE = "title"
    EMPTY = "empty"
    EXAMPLE = "example"


WHY: dict[Why, Text] = {
    Why.TOTAL: _("a total"),
    Why.NOTE: _("a note"),
    Why.TITLE: _("a title"),
    Why.EMPTY: _("empty"),
    Why.EXAMPLE: _("an example"),
}

_SUMS = "小计|总?合计|总计|共计|累计|总数|总和|汇总|本页合计|本页小计|分计|平均值?|均值|total|subtotal|sum|grandtotal"
TOTAL = re.compile(
    rf"(?:[(一二三四五六七八九十)、]{{1,5}})?(?:{_SUMS})(?:\([^()]{{0,20}}\))?[::]?共?(?:[\d.,]{{1,20}}\D{{0,4}})?"
    r"|其中(?:[::].{0,30})?"
)
SENTENCE_OF_TOTAL = re.compile(r"(?:小计|合计|总计|共计?)[::]?共?\d[\d.,]{0,20}\D.{0,80}")
COUNT = re.compile(r"共?\d{1,6}[人名个座处家项所条户张份]")
PART_TOTAL = re.compile(rf".{{1,20}}(?:{_SUMS})(?:\([^()]{{0,20}}\))?[::]?(?:[\d.,]{{1,20}}\D{{0,4}})?")
NOTE = re.compile(
    r"[*※★#(\[]{0,2}(?:(?:注|附注|备注|注释|说明|填表说明|填报说明|填写说明|编制说明|注意|提示|note|notes|remark|remarks)"
    r"(?:[)\]]|事项)?(?:[:.,、;]|\d|$)"
    r"|(?:填表|填报|制表|编制|审核|复核|审批|经办|联系|负责|报送|统计|校对|录入|提供|单位负责|部门负责|分管领导|主要领导|主要负责)(?:人|单位|部门|时间|日期|电话)?"
    r"(?:\([^()]{0,12}\)|签字|签名|签章)?(?::|$)"
    r"|(?:联系电话|联系方式|电话|日期|单位|时间|盖章|签字|签章|打印日期|打印时间|单位盖章|数据来源|资料来源|来源)(?:\([^()]{0,12}\))?:"
    r"|[(\[]?(?:盖章|公章|签章)[)\]]?$"
    r"|.{0,12}(?:意见|批示)(?:\([^()]{0,12}\))?:"
    r"|[※★☆▲△●○◎◆◇■□*](?:为|表示|系|指|代表|是)"
    r"|[\d_]{0,4}年_{0,4}月_{0,4}日$"
    r"|第\d{1,4}页|共\d{1,4}页|\d{1,4}/\d{1,4}页)"
)
_AT_A_MEETING = "请假|缺席|列席|旁听|特邀|出席|应到|实到|未到|与会|参会|记录|主持|监票|计票"
SIGNED = re.compile(
    rf"(?:填表|填报|制表|编制|审核|复核|审批|经办|联系|负责|报送|统计|校对|录入|单位负责|部门负责|分管领导|主要领导|主要负责|打印|联系电话|日期|{_AT_A_MEETING})"
    r"(?:人员?|代表|名单|人数|情况|单位|部门|时间|日期|电话)?(?:\([^()]{0,12}\)|签字|签名|签章)?:"
)
"""A label with its colon, with which nothing of data begins."""
ONE_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
LONG_NOTE = re.compile(
    r"[(—\-_=~·…*※★#]{0,9}(?:以上|以下空白|以下无|上述|本表|本页|此表|此页|表中|如需|如有|请各|各单位|各地|说明|备注|附注)"
    r"|注(?:明|意)?(?:以上|本表|此表|[带标]|:)|(?:本表|此表)?一式[一二两三四五六七八\d]份|\(?(?:完毕?|全文完|结束|end)\)?$"
    r"|(?:(?:以上)?(?:数据|资料|信息|统计|名单))?截[至止]"
    r"|(?:制表|填表|填报|编制|审核|复核|审批|经办|报送|统计|校对|录入|打印|联系|负责|单位负责|部门负责)"
    r"(?:人员?|单位|部门|时间|日期|电话).{1,40}$"
    r"|\([^()]{2,40}\)$|[※*★☆▲△●○◎◆◇■□]{1,2}(?:(?:带|标|打|加|有|凡)[^\u3400-\u9fff]|新增|续建|重点|已|拟|未|改)"
    r"|\d{1,2}[.、].{4,80}[。;]$"
    rf"|(?:{_AT_A_MEETING})(?:人数|代表|人员)?:?\d{{1,5}}[人名]?.{{0,40}}$"
)
EXAMPLE = re.compile(
    r"[(\[【<]?(?:示例|样例|范例|举例|填写示例|填报示例|例子|例如|例|example|e\.g\.)(?:\d{0,2}[)\]】>:.、]|\d{0,2}$)"
    r"|.{1,80}[(\[【](?:示例|样例|范例|例|example)[)\]】]$"
)
SECTION = re.compile(
    r"(?:第?[一二三四五六七八九十]{1,3}[、.章节部分,]|\([一二三四五六七八九十]{1,3}\))"
    r"|第[一二三四五六七八九十\d]{1,3}(?:批|类|组|片|片区)$|\d{1,2}[.、][^\d]{1,30}$|附[件表]\d{0,2}$"
    r"|.{1,30}\(共?\d{1,5}[个座处家人名项所条户]{1,2}\)$|.{1,20}(?:代表团|代表小组|代表组)(?:共?\d{1,5}[人名位])?[】\])]?:?$|代表团:.{1,20}$"
    rf"|(?:{_AT_A_MEETING}|工作|其他|有关|相关)(?:人员|代表|名单|同志|领导|委员){{1,2}}(?:\([^()]{{0,12}}\))?$"
    r"|.{2,60}(?:一览|汇总|明细|点位|项目|任务|统计|安排)表(?:\([^()]{1,10}\))?$|.{2,60}(?:清单|名单|名册|台账)(?:\([^()]{1,10}\))?$"
)
NUMBERED_NOTE = re.compile(r"\(?\d{1,2}[.、)]")
_HINT = (
    "必填|选填|必填项|选填项|非必填|文本|文字|字符|数字|整数|小数|数值|日期|代码|编码|下拉|下拉选择|自动生成|required|optional"
    "|yyyy[-/.年]?mm[-/.月]?(?:dd日?)?"
)
HINT = re.compile(rf"\(?(?:{_HINT})\)?")
HINTS = re.compile(
    rf"\(?(?:{_HINT}|[必选]填[,;:、(].{{1,40}}|(?:日期)?格式.{{1,40}}|(?:如|例如?):.{{1,40}}|请?填写?(?:数字|文字|日期|整数|小数|代码).{{0,40}}"
    r"|(?:不超过|最多)\d.{1,40}|\d{1,2}位(?:数字?|[代编]码|区划代码)|请?从?下拉.{1,40})\)?"
)
"""What may stand in the cells of a row that says how they are to be filled in."""
COUNTERS, LETTERS = {"栏次", "栏目", "列次", "行次"}, {"甲", "乙", "丙", "丁"}
# How any of these begins or ends before it is folded. Rows that lack something are judged in any case.
BEGINS = re.compile(
    r"[\s\u200b\ufeff*※★#(（\[【<《]{0,9}(?:"
    r"[—\-_=~·…]{0,9}以下|注明|新增|续建|重点|数据|截[至止]|一式|完[\s毕)）]|完$|全文完|结束|代表团\s{0,9}[:：]|注\s{1,9}[以本此带标]|[▲△●○◎◆◇■□]"
    r"|[小合总共累分]\s{0,9}计|平\s{0,9}均|均值|其\s{0,9}中|共\s{0,9}\d|总[数和]|汇\s{0,9}总|本页|[带标打加凡为]|表示|备\s{0,9}注|注\s{0,9}(?:[:：.,、;；）)\d]|$)|附注|注[释意]|说\s{0,9}明|填[表报写]"
    r"|编制|提示|制表|审[核批]|复核|经办|联系|负责|报送|统计|校对|录入|单位\s{0,9}[:：(（]|部门负责|分管|主要[领负]|日期|时间\s{0,9}[:：]"
    r"|盖章|公章|签[字名章]|打印|数据来源|资料来源|来源\s{0,9}[:：]|第?\s{0,9}[\d一二三四五六七八九十]{1,4}\s{0,9}(?:页|[批类组片]|[、.章节部分）)])|附[件表]"
    rf"|{_AT_A_MEETING}|工作人员|其他人员|有关|相关"
    r"|以[上下]|上述|[本此][表页]|表中|如[需有]|请各|各[单地]|[示样范举]\s{0,9}例|例\s{0,9}(?:[:：）)\]】>.、\d如子]|$)|必填|选填|非必填"
    r"|(?:grand\s*|sub)?total|sum|notes?\b|remarks?\b|example|e\.g\.|required|optional)",
    re.IGNORECASE,
)
ENDS = re.compile(
    r"(?:[小合总共]\s{0,9}计|(?:代表团|代表小?组)(?:\s{0,9}共?\s?\d{1,5}\s?[人名位])?[】\]]?|^\s*\d{4}\s?年.{1,6}月.{1,6}日|[（(][^（）()]{2,40}[）)]|^\s*共?\d{1,6}[人名个座处家项所条户张份]|续[表页]?[)）]?|[（(]共?\d{1,5}\s?[个座处家人名项所条户]{1,2}[)）]|[(（\[【](?:示例|样例|范例|例|example)[)）\]】])[\s:：]{0,9}$",
    re.IGNORECASE,
)
LAST_SIGNS = frozenset("计续表页团组人名位个座处家项所条户张份日。；;)）]】:： \n\t")


def _seen(cell: Cell) -> str:
    if isinstance(cell, str):
        if len(cell) > LONGEST_MARK:
            cell = cell[:LONGEST_MARK]
        try:
            return SPACE.sub("", fold(cell)) if VISIBLE.search(cell) else ""
        except InvalidInput:
            return "?"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


_COUNTED = re.compile(r"(?:\([^()]*\)|(?<=[团组])共?\d{1,5}[人名位])?:?$")
_BEFORE_TITLE = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、.,]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、)])")


class Lines:
    """Judges the rows below one head.

    above: the rows down to the end of the head; what they say comes again where pages are put together.
    merges: of the sheet; one cell over half the table and more is no cell of data.
    """

    def __init__(self, kind: Kind, head: Head, above: Sequence[Sequence[Cell]], merges: Sequence[Merge]) -> None:
        titles, head_rows = above[: head.first], above[head.first :]
        self.first = head.last + 2
        self.required = [h.place for h in head.known if h.column and h.column.required]
        self.read = {h.place for h in head.known}
        self.marked = [h.place for h in head.known if h.column and h.column.name in kind.naming]
        self.kind, self.words = kind, known_headings(kind).words
        self.columns = {h.place: h.column for h in head.known}
        self.head_rows = [[heading_key(heading_text(cell)) for cell in row] for row in head_rows]
        self.width = max((h.place for h in head.headings), default=0) + 1
        self.wide = {
            top + 1
            for (top, left), (bottom, right) in merges
            if top == bottom and right - left >= max(self.width // 2, 1)
        }
        self.known = {cell for row in (*head_rows, *titles) for cell in row if isinstance(cell, str) and cell}
        self.noted = 0
        self.titles = {_title(seen) for row in titles for cell in row if (seen := _seen(cell))}

    @property
    def looked_at(self) -> list[int]:
        """The columns in which a mark may stand: the first three, and what names a thing."""
        return sorted({*range(min(3, self.width)), *self.marked})

    def suspects(self, cells: Sequence[Cell]) -> list[int]:
        """Return which cells of a column may be what marks a row as no data."""
        suspect = {cell for cell in set(cells) if type(cell) is str and cell and self._is_suspect(cell)}
        return [index for index, cell in enumerate(cells) if cell in suspect] if suspect else []

    def _is_suspect(self, cell: str) -> bool:
        return bool(
            BEGINS.match(cell)
            or (cell[-1] in LAST_SIGNS and ENDS.search(cell[-50:]))
            or cell in self.known
            or cell in self.words
        )

    def judge(self, row: Sequence[Cell], number: int) -> Why | None:
        """Say why a row is no data, or None.

        :raises FileRefused: another table begins here.
        """
        seen = [_seen(cell) for cell in row]
        filled = [place for place, text in enumerate(seen) if text]
        if not filled or (len(filled) > 1 and all(says_nothing(seen[place]) for place in filled)):
            return Why.EMPTY
        for judged in (self._example, self._total, self._title, self._note):
            if why := judged(seen, filled):
                # Of notes that are counted, only the first says that it is one.
                if why is Why.TITLE and number == self.noted + 1 and NUMBERED_NOTE.match(seen[filled[0]]):
                    why = Why.NOTE
                self.noted = number if why is Why.NOTE else self.noted
                return why
        if (number == self.first and self._counts(seen, filled)) or (number in self.wide and len(filled) == 1):
            return Why.TITLE
        return Why.EMPTY if self.read.isdisjoint(filled) and all(_is_number(seen[place]) for place in filled) else None

    def _lacks(self, filled: Sequence[int], beside: int) -> bool:
        """Say whether a row without one of its cells is no whole row."""
        others = set(filled) - {beside}
        return not self.required or not others.issuperset(self.required)

    def _example(self, seen: list[str], filled: list[int]) -> Why | None:
        places = {filled[0], *self.marked}
        found = any(place < len(seen) and EXAMPLE.match(seen[place]) for place in places)
        return Why.EXAMPLE if found else None

    def _total(self, seen: list[str], filled: list[int]) -> Why | None:
        for place in filled[:4]:
            if TOTAL.fullmatch(seen[place]) and (place == filled[0] or self._lacks(filled, place)):
                # Of what has all else that a row must have, it is the name.
                others = set(self.required) - {place}
                return None if len(others) > 1 and others.issubset(filled) else Why.TOTAL
            if PART_TOTAL.fullmatch(seen[place]) and self._lacks(filled, place):
                missing = [one for one in self.required if one not in filled]
                if len(missing) * 2 >= len(self.required):
                    return Why.TOTAL
        alone = len(filled) == 1 and len(self.read) > 1
        return (
            Why.TOTAL
            if alone and (SENTENCE_OF_TOTAL.fullmatch(seen[filled[0]]) or COUNT.fullmatch(seen[filled[0]]))
            else None
        )

    def _title(self, seen: list[str], filled: list[int]) -> Why | None:
        keys = [(place, heading_key(seen[place])) for place in filled]
        for head_row in self.head_rows:
            if all(place < len(head_row) and key and key == head_row[place] for place, key in keys):
                return Why.TITLE
        if self._is_head(keys):
            return Why.TITLE
        if all((HINTS if len(filled) > 1 else HINT).fullmatch(seen[place]) for place in filled):
            return Why.TITLE
        if _title(seen[filled[0]]) in self.titles and self._lacks(filled, -1):
            return Why.TITLE
        first = seen[filled[0]]
        if (
            len(filled) == 1
            and len(self.read) > 1
            and (SECTION.match(first) or self.kind.named_by(section_name(first)))
        ):
            return Why.TITLE
        return None

    def _is_head(self, keys: list[tuple[int, str]]) -> bool:
        """Say whether a row is a head with the same columns in the same places.

        :raises FileRefused: it is a head with others; what stands below would be read into the wrong columns.
        """
        meant = [(place, self.words[key].column) for place, key in keys if key in self.words]
        if len(meant) < 2 or 2 * len(meant) < len(keys):  # noqa: PLR2004 -- one word is no head
            return False
        if any(self.columns.get(place) != column for place, column in meant):
            problem = _(
                "Below the table stands another one, with the headings {headings}. Put it on a sheet of its own."
            )
            raise FileRefused(format_lazy(problem, headings=", ".join(key for _place, key in keys)))
        return True

    def _note(self, seen: list[str], filled: list[int]) -> Why | None:
        alone = len(filled) == 1 and len(self.read) > 1
        first = seen[filled[0]]
        if any(place < len(seen) and SIGNED.match(seen[place]) for place in (filled[0], *self.marked)):
            return Why.NOTE
        if not alone and not self._lacks(filled, -1):
            return None
        if NOTE.match(first) or (alone and ONE_DAY.fullmatch(first)):
            return Why.NOTE
        if alone and (LONG_NOTE.match(first) or filled[0] not in self.read or len(first) > 40):  # noqa: PLR2004
            return Why.NOTE if not _is_number(first) else None
        return None

    def _counts(self, seen: list[str], filled: list[int]) -> bool:
        """Say whether a row only numbers its columns: 1 2 3, or (1) (2) (3), or 甲 乙 1 2."""
        numbers = [seen[place].strip("()") for place in filled]
        marks = [number for number in numbers[numbers[0] in COUNTERS :] if number not in LETTERS]
        return len(filled) > 2 and bool(marks) and marks == [str(number) for number in range(1, len(marks) + 1)]  # noqa: PLR2004


def section_name(cell: Cell) -> str:
    """Return what a title of a section says, without its number, brackets around it, and how many there are."""
    return _COUNTED.sub("", _BEFORE_TITLE.sub("", _seen(cell).strip("【】[]"))).rstrip(":")


def _title(seen: str) -> str:
    return re.sub(r"\(?[续接].{0,4}\)?$|\(第?[一二三四五六七八九十\d]{1,2}页?\)$", "", seen)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
