"""What offices and programs write into a cell to say that it is empty, in a column of any kind."""

import re
from collections.abc import Iterable
from datetime import date
from typing import TypeGuard

from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import fold

NO_VALUE = frozenset({"nan", "NaN", "NaT", "None", "NULL", "null", "<NA>", "NA", "#N/A!"})
"""What programs write for an empty cell."""
WITHOUT_END = frozenset({"长期", "至今", "永久", "长期有效", "现任", "在任", "持续"})
"""What is no value where a day or a number is wanted, and a word in a text."""
NO_END = re.compile(r"\s*(?:9999|2999)\D?12\D?31日?(?:\s.*)?|2958465(?:\.0)?")
"""What programs write for a day that never comes."""
LONGEST = 16  # characters of what says nothing

_YET = "(?:暂时?|尚|目前|现|仍|还|均|都|此项)*"
_OPEN = "(?:定|确定|明确|确认|落实|补充?|补选|填报?|报|核实|选址|招标|安排|公布|分配|通知|提供|配备|设立?|取得|知)"
_NOTHING = (
    "(?:无|没有|空白?|空缺|缺|缺失|缺位|出缺|缺额|欠缺|略|从略|不详|不明|不清楚|不适用|不涉及|不需要|无需|不填|保密"
    f"|[未待]{_OPEN}|[未不]曾?{_OPEN}|tbd|tba|n/a|n\\.a\\.?|nil|none|unknown|notavailable|pending)"
)
_OF = (
    "(?:人选|人员|姓名|名单|名称|全称|单位|部门|机构|地址|地点|选址|位置|坐标|时间|日期|时限|联系人|负责人|责任人|联系电话"
    "|电话|手机|号码|简称|别名|上级单位|上级|标准|代表|委员|编号|数量|数据|信息|内容|值|此项|该项)"
)
_SIGNS = r"[-/\\_.。·…~*?、,:;|]+"
_SEVERAL = r"(?:[一二两三四五六七八九十\d]{1,3}[名人个位]?)"
SAYS_NOTHING = re.compile(rf"(?:[拟新]任)?{_OF}{{0,2}}{_YET}{_NOTHING}(?:中|的|了)?{_OF}{{0,2}}{_SEVERAL}?|{_SIGNS}")
BRACKETS = re.compile(r"[()\[\]{}<>【】〔〕「」『』《》〈〉\"'“”\u2018\u2019!。.\s]")
# Signs by which each of them is known before it is folded: most cells have none and are not looked at any closer.
_HAN = re.compile("[无没空缺略不未待保]")
_BEGINS = re.compile(r"\n(?:[^\w\n]|_)*(?:\n|tb|n/|n\.|na[nt]?[^\w\n]*\n|nil|no[nt]|nul|unk|pend)", re.IGNORECASE)


def any_says_nothing(cells: Iterable[object]) -> bool:
    """Say whether some of many cells says nothing."""
    texts = [cell for cell in cells if type(cell) is str and len(cell) <= LONGEST]
    return _may_say_nothing("\n".join(texts)) and any(map(says_nothing, texts))


def is_without_end(cell: object) -> bool:
    """Say whether a cell that is no day, or a day that never comes, says that something does not end."""
    text = cell if isinstance(cell, str) else str(cell) if isinstance(cell, date | int | float) else ""
    return text.strip() in WITHOUT_END or bool(NO_END.fullmatch(text))


def _may_say_nothing(lines: str) -> bool:
    return bool(_HAN.search(lines) or _BEGINS.search(f"\n{lines}\n"))


def says_nothing(cell: object) -> TypeGuard[str]:
    """Say whether a cell is filled with what stands for nothing: 无, 待定, —, N/A."""
    if type(cell) is not str or len(cell) > LONGEST or not _may_say_nothing(cell):
        return False
    if cell.strip() in NO_VALUE:
        return True
    try:
        text = fold(cell)
    except InvalidInput:
        return False
    bare = BRACKETS.sub("", text)
    return bool(SAYS_NOTHING.fullmatch(bare)) if bare else bool(text)
