"""Units as headings and lines above a table name them, and what they are units of."""

import re

from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets.quantities import SCALES, parted

BASES = {
    "money": "元 美元",
    "area": "m2 亩",
    "volume": "m3 升",
    "length": "米 里 华里 厘米 毫米 延米 延长米",
    "weight": "克 斤",
    "power": "瓦 kw kva 伏安 度 瓦时 kwh",
    "time": "天 日 月 年 小时 课时 学时 个月",
    "share": "% ‰ 分点",
    "count": """
        个 座 处 所 条 户 套 人 名 张 家 项 台 辆 片 间 部 盏 株 棵 村 人次 场 次 期 批 件 只 支 份 本 块 床 栋
        幢 组 对 根 段 口 眼 架 艘 门 面 扇 班 队 位 册 例 站 点 盘 组团 床位 张床位 泊位 个泊位 车位 个车位
        学位 个学位 座席 例次 户次 家次 单元 小区 点位 站点 个点 个点位 个村 个小区
    """,
}
DIMENSIONS = {base: dimension for dimension, bases in BASES.items() for base in bases.split()}
"""The unit of which others are so many → what it is a unit of."""
_PARTED = re.compile(r"[,;、\s|]|及|和|或")
_AROUND = re.compile(r"^(?:以|按|计量|均)?(?:单位)?[:为是]?|(?:为单位|计算?|统计|填[写报]?|表示)$")
# What stands behind the word in a line; an office may stand there as well.
_SAID = re.compile(r"单位[\s:为是]{0,4}([^\s:()\[\]【】][^:()\[\]【】]{0,30})|以(.{1,8}?)(?:为单位|计)")
_BRACKETED = re.compile(r"[(\[【]([^()\[\]【】]{1,12})[)\]】](?=\s|$)")


def units_in(text: str) -> list[str]:
    """Return the units that a text names and that are all it says: what stands in the brackets of a heading."""
    found = []
    for part in _PARTED.split(_folded(text)):
        bare = _AROUND.sub("", part)
        several = [bare] if dimension_of(bare) or "/" not in bare else bare.split("/")
        found += [unit for unit in several if dimension_of(unit)]
    return list(dict.fromkeys(found))


def units_said(line: str) -> list[str]:
    """Return the units that a line says its table is in: 单位：万元、平方米; an office behind the word is none."""
    folded = _folded(line)
    found = [*(found[1] or found[2] for found in _SAID.finditer(folded)), *_BRACKETED.findall(folded)]
    return list(dict.fromkeys(unit for text in found for unit in units_in(text)))


def dimension_of(unit: str) -> str:
    """Return what a unit is one of, "" where it is not known to be any."""
    return DIMENSIONS.get(parted(unit)[1] or "", "") if unit else ""


def scale_alone(unit: str) -> str:
    """Return a unit of things as what it counts by: 万座 are 万, of whatever is counted; another as it is."""
    if dimension_of(unit) != "count":
        return unit
    return next((scale for scale in SCALES if unit.startswith(scale)), "")


def _folded(text: str) -> str:
    try:
        return fold(text)
    except InvalidInput:
        return ""
