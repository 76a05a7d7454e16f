"""On which earth the coordinates of a sheet lie, as headings, titles, notes and cells name it."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets.cells import Cell, CellProblem, folded
from livelihood.kernel.sheets.points import LATITUDE, LONGITUDE, POINT, Datum, Remark

ON_EARTH = (LONGITUDE, LATITUDE, POINT)
"""The columns that hold coordinates."""

# What nobody is called. Names of services are names of places, too.
_CODES = {
    Datum.WGS84: (
        r"wgs-?(?:19)?84|(?:cgcs|国家|国家大地|中国大地|大地)-?2000|2000国家(?:大地)?|2000大地|世界大地|天地图|地球坐标"
    ),
    Datum.GCJ02: r"gcj-?0?2|火星坐标|国测局",
    Datum.BD09: r"bd-?0?9(?:ll)?",
}
_NAMES = {
    Datum.WGS84: r"gps|wgs|cgcs|84坐标|2000坐标",
    Datum.GCJ02: r"火星|高德|腾讯|微信|gcj|amap|tencent",
    Datum.BD09: r"百度|baidu|bd(?=_?l|坐标)",
}
_STRANGE = (
    r"北京-?(?:19)?54|西安-?(?:19)?80|(?:19)?(?:54|80)坐标|bd-?09mc|搜狗|sogou|图吧|mapbar|高斯|克吕格|utm|墨卡托"
    r"|mercator|投影|独立坐标|地方坐标|城市坐标"
    r"|[\u4e00-\u9fff]{2,6}(?<!国)(?<!国家)(?<!大地)(?<!系)(?<!经度)(?<!纬度)2000"
)
_TOOL = "坐标|地图|经纬度?|定位|拾取|导航"
WORDS = {datum: re.compile(f"{_CODES[datum]}|{_NAMES[datum]}") for datum in _CODES}
_PLACE = "(?!街道|镇|乡|社区|村|路|区|县|市|小学|中学|公司|广场|大厦)"
_SAID = {
    datum: re.compile(
        f"{_CODES[datum]}|(?:{_NAMES[datum]}){_PLACE}.{{0,2}}(?:{_TOOL})|(?:{_TOOL}).{{0,8}}(?:{_NAMES[datum]}){_PLACE}"
    )
    for datum in _CODES
}
_STRANGE_WORDS = re.compile(_STRANGE)
_NAMED = re.compile(
    r"坐标(?:系统?|体系|基准)(?:统一)?(?:采用|使用|均?为|是|:)+([^,;。、\s)\]]{1,20})|(?:采用|使用)([^,;。、\s]{1,16})坐标系"
)
_ANY = re.compile("|".join([_STRANGE, *_CODES.values(), *_NAMES.values()]))
_INSIDE = re.compile(r"[(\[{【〔「『<《〈]([^()\[\]{}【】〔〕「」『』<>《》〈〉]*)[)\]}】〕」』>》〉]")
_OF_SYSTEM = re.compile(r"(\w{1,10})坐标系")
# What stands in brackets beside a coordinate and says how it is written; what is left of it names something else.
_HOW = re.compile(
    r"必填|选填|非?必须|格式|例如?:?|如|保留|至少|精确到?|不少于|小数点?后?|[一二三四五六七八九十\d]+位|位数?|小数|十进制"
    r"|度分秒|度|分|秒|单位|数字|填写|请|按|示例|可选|项|值|数据|信息|选点|拾取|标注|采集|获取|东经?|北纬?|西|南|经纬?度?"
    r"|纬度?|坐标系?统?|地图|位置|点位|中心点?|longitude|latitude|long?|lng|lat|decimal|degrees?|required|optional"
    r"|[exynw]|[\W\d_]"
)


class NamedDatums(NamedTuple):
    """What words about coordinates name: datums, and what is none that is known."""

    datums: frozenset[Datum] = frozenset()
    strange: str = ""


NOTHING = NamedDatums()


def in_heading(path: Sequence[str]) -> NamedDatums:
    """Return what a coordinate's heading names, with the groups above it. path: from the group down."""
    text = _plain(" ".join(path))
    named = frozenset(datum for datum, words in WORDS.items() if words.search(_STRANGE_WORDS.sub("", text)))
    if strange := _STRANGE_WORDS.search(text):
        return NamedDatums(named, strange[0])
    if not named:
        beside = [_plain(part) for part in path[:-1] if re.search(_TOOL, part)]
        aside = [inside for part in (*beside, _plain(path[-1])) for inside in _INSIDE.findall(part)]
        for said in (*aside, *_OF_SYSTEM.findall(text)):
            if left := _HOW.sub("", said):
                return NamedDatums(strange=left)
    return NamedDatums(named)


def in_lines(lines: Iterable[str]) -> NamedDatums:
    """Return what titles and notes say of the coordinates of their table; a place of such a name says nothing."""
    datums, strange = set[Datum](), ""
    for line in lines:
        text = _plain(line)
        found = {datum for datum, words in _SAID.items() if words.search(_STRANGE_WORDS.sub("", text))}
        datums |= found
        if not found and not strange and re.search(_TOOL, text):
            other, system = _STRANGE_WORDS.search(text), _NAMED.search(text)
            strange = other[0] if other else _HOW.sub("", system[1] or system[2]) if system else ""
    return NamedDatums(frozenset(datums), strange)


def without(text: str) -> tuple[str, str]:
    """Return the heading of a coordinate without its datum, before or behind it, in brackets of any kind or none.

    Twice, as 坐标 may belong to either.
    """
    bare = re.sub(r"(?<=坐标)系|地图|[\W_]", "", _INSIDE.sub("", _ANY.sub("", _plain(text))))
    return bare, bare.replace("坐标", "")


def named(cell: Cell) -> Datum:
    """Parse a datum, as a column of its own gives it.

    :raises CellProblem: it is none that is known.
    """
    text = re.sub(r"\s", "", folded(cell))
    found = [datum for datum, words in WORDS.items() if words.search(text)]
    if len(found) != 1 or _STRANGE_WORDS.search(text):
        raise CellProblem(_("This is no datum that is known here."), REMEDY)
    return found[0]


REMEDY = _("Choose it with the columns, or write WGS-84, CGCS2000, GCJ-02 or BD-09 into the heading.")


def decide(headings: Iterable[NamedDatums], lines: NamedDatums, chosen: Datum | None) -> tuple[Datum, Remark | None]:
    """Return on which earth coordinates are taken to lie, and what is to be asked of it.

    headings: what those of coordinates say. lines: what stands outside of the table. chosen: by whoever sent it.
    """
    headings = list(headings)
    datums = {datum for heading in headings for datum in heading.datums}
    strange = next((heading.strange for heading in headings if heading.strange), "")
    if not datums and not strange:
        datums, strange = {*lines.datums}, lines.strange
    taken = chosen or next(iter(sorted(datums)), Datum.WGS84)
    if strange and chosen is None:
        problem = format_lazy(_("On what these coordinates lie is not known: {datum}."), datum=strange)
        return taken, Remark("doubt", "", problem, REMEDY)
    if datums - {taken}:
        others = ", ".join(LABELS[datum] for datum in sorted(datums - {taken}))
        problem = format_lazy(
            _("The sheet says {others} of its coordinates, and they were read as {datum}."),
            others=others, datum=LABELS[taken],
        )  # fmt: skip
        return taken, Remark("doubt", "", problem, REMEDY)
    return taken, None


LABELS = {Datum.WGS84: "WGS-84", Datum.GCJ02: "GCJ-02", Datum.BD09: "BD-09"}


def _plain(text: str) -> str:
    try:
        return re.sub(r"\s", "", fold(text))
    except InvalidInput:
        return ""
