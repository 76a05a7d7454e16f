"""Areas and organisations as sheets: what their columns are called, and what they hold."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.cycles.code_table import unlike_the_table
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.offices import Offices
from livelihood.cycles.states import Level, OrganisationKind
from livelihood.cycles.tree import PARTED, Tree
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets import cells, codes, datums, days, persons, points, resolving
from livelihood.kernel.sheets.declaration import Column, Kind, declare
from livelihood.kernel.sheets.points import Datum, Remark
from livelihood.kernel.sheets.results import Reading

FROM = "生效日期 启用日期 生效时间 启用时间 有效期起 有效起始 开始日期 起始日期 设立日期 成立日期 自"
UNTIL = "失效日期 停用日期 失效时间 有效期止 有效截止 结束日期 截止日期 终止日期 撤销日期 至"
AREA = (
    "所属区县 所属地区 所在地区 所属区域 所属区划 行政区划 行政区划代码 区划代码 区划 地区 区域 属地 所属县市区 "
    "所属乡镇 所属镇街 区县 县市区 县(市、区) 县（市、区） 区(县、市) 区县(市) 乡镇街道 乡镇(街道) 镇街"
)
AREA_LIKE = (
    "(所在|所属|属地|归属|实施|建设|点位所在|单位所在)*(行政区划?|行政区域|区域|区划|地区|辖区|县市区|市县区|区县市?|县区|市县"
    "|县|区|市|设区市|地级?市|市州|省份?|乡镇街道|镇乡街道|镇街道?|街镇|乡镇|镇乡|街道|镇|乡|属地)(名称|名|代码)?"
)
TOWNSHIP, COUNTY, CITY, PROVINCE = range(4)
"""How high a heading of areas stands."""
LEVELS_OF_HEADINGS = (
    (TOWNSHIP, re.compile(r"[乡镇]|街道")),
    (COUNTY, re.compile(r"县|(?<![地辖社园片郊新设])区(?![域划])|地区|区划|属地")),
    (CITY, re.compile(r"市(?!场)")),
    (PROVINCE, re.compile(r"省|自治区")),
)


def level_of(heading: str) -> int | None:
    """Return which level a heading of areas speaks of; None where it is any."""
    return next((level for level, words in LEVELS_OF_HEADINGS if words.search(heading)), None)


AREA_ABOVE = ("area_above", "area_top")


def area_column(column: Column) -> tuple[Column, ...]:
    """Return the column of an area, and those of what lies above it, where a sheet has these beside it.

    `settle_area` puts them together.
    """
    above = (_("Area above"), _("Area above that"))
    others = (
        Column(name, heading, codes.area(), required=False, is_usual=False)
        for name, heading in zip(AREA_ABOVE, above, strict=True)
    )
    return replace(column, level=level_of, above=AREA_ABOVE), *others


def settle_area(values: dict[str, Any], *, is_needed: bool = False, name: str = "area") -> list[Remark]:
    """Make one path of an area and those above it, as `Tree.code_of` reads it; nothing where each is in one cell."""
    above = [values.pop(each, None) for each in AREA_ABOVE if each in values]
    if not above:
        return []
    values[name] = PARTED.join(filter(None, [*reversed(above), values.get(name)])) or None
    if values[name] is None and is_needed:
        return [Remark("wrong", name, _("This cell is empty."), _("Fill it in."))]
    return []


FROM_LIKE = "(任期|任职|授权|聘任|有效期?)(起始|开始|起|始|生效)(时间|日期|年月|日)?|(起始|开始)(任期|任职)(时间|日期)?"
UNTIL_LIKE = "(任期|任职|授权|聘任|有效期?)(结束|截止|终止|止|届满|到期|失效)(时间|日期|年月|日)?"
PHONE_LIKE = (
    "(联系|联络|办公室?|固定|移动|单位|联系人|联络员|负责人|经办人|本人|个人)*"
    "(电话|手机|座机|手机号|联系方式)(号码|号|短号)?"
)


EARLIEST = date(1900, 1, 1)
"""Offices and areas are older than what is kept of them here."""
VALIDITY = days.period_column(
    "validity",
    _("Validity"),
    "valid_from",
    "valid_until",
    aliases="有效期 有效期限 起止时间 起止日期",
    like="(有效|存续|设立)*(起止|起讫)(时间|日期|年月|期限)?",
    first_of_month=True,
    earliest=EARLIEST,
)
VALID = (
    Column(
        "valid_from",
        _("Valid from"),
        days.day(first_of_month=True, earliest=EARLIEST),
        required=False,
        aliases=FROM,
    ),
    Column("valid_until", _("Valid until"), days.day(earliest=EARLIEST), required=False, aliases=UNTIL),
)

LEVELS = {
    Level.PROVINCE: "省 省级 自治区 直辖市",
    Level.CITY: "市 市级 地市级 地级市 设区市",
    Level.COUNTY: "县 县级 区 县级市 区县 市辖区",
    Level.TOWNSHIP: "乡 镇 乡级 乡镇 街道 乡镇级 乡镇街道 乡镇(街道) 镇街",
}
KINDS = {
    OrganisationKind.LIVELIHOOD_OFFICE: (
        "民生办 民生实事办 民生实事办公室 民生实事项目办公室 民生实事专班 民生实事工作专班 实事办"
    ),
    OrganisationKind.DEPARTMENT: (
        "部门 职能部门 政府部门 主管部门 行业主管部门 牵头部门 牵头单位 责任部门 工作部门 政府工作部门 "
        "政府组成部门 组成部门 省直部门 省直单位 市直部门 市直单位 区直部门 区直单位 县直部门 县直单位 "
        "直属部门 直属机构 委办局 局委办 党委部门 机关 机关单位 行政机关 党政机关 行政单位 群团 群团组织 "
        "群团部门"
    ),
    OrganisationKind.IMPLEMENTING_UNIT: (
        "单位 建设单位 责任单位 承办单位 代建单位 实施主体 乡 镇 乡镇 街道 镇街 乡镇街道 乡镇(街道) 乡镇政府 "
        "乡镇人民政府 镇政府 乡政府 街道办 街道办事处 国有企业 国企 平台公司 企业 公司 事业单位 企事业单位 "
        "直属单位 学校 医院 社区 村 村居"
    ),
    OrganisationKind.SUPERVISION_OFFICE: (
        "督查室 督查部门 督查机构 督查 督查办 督查科 政府督查室 政府督查 督查督办 督查督办机构 督导 督导组 "
        "督导机构 监督部门 监督机构"
    ),
    OrganisationKind.CONGRESS: (
        "人大 人大常委会 人大机关 人大办 人大常委会机关 人大工作机构 人大部门 人民代表大会 人民代表大会常务委员会"
    ),
    OrganisationKind.CPPCC: "政协 政协机关 政协委员会 政协办 政协部门 人民政协",
}
"""What offices write in the column of kinds; townships and streets carry projects out."""


def _name(column: str, heading: Any, *, aliases: str, required: bool = True, like: str = "", **more: Any) -> Column:
    return Column(column, heading, cells.text(100), required=required, aliases=aliases, like=like, **more)


_WHERE = "(点位|定位|地理|地图|位置|gps|中心点?|项目|站点|所在|坐标)*"
POINT = (
    Column(
        "longitude",
        _("Longitude"),
        points.angle,
        required=False,
        aliases="东经 经度坐标 lng lon x坐标",
        each_row=True,
        like=f"{_WHERE}(e|x)?(经度|东经|lng|lon|longitude)(e|x)?(东经|经度)?(坐标|值|数据)?",
    ),
    Column(
        "latitude",
        _("Latitude"),
        points.angle,
        required=False,
        aliases="北纬 纬度坐标 lat y坐标",
        each_row=True,
        like=f"{_WHERE}(n|y)?(纬度|北纬|lat|latitude)(n|y)?(北纬|纬度)?(坐标|值|数据)?",
    ),
    Column(
        "point",
        _("Point"),
        points.both,
        required=False,
        each_row=True,
        aliases="经纬度 坐标 经纬度坐标 地理坐标 位置坐标 地图坐标 点位坐标 坐标位置 坐标点",
        like="(点位|定位|地理|地图|位置|gps|中心点|项目|站点|所在)*(坐标|经纬度)(坐标|信息|位置|数据)?(经度纬度|经纬度)?",
        joins=(points.LONGITUDE, points.LATITUDE),
    ),
    Column(
        points.DATUM,
        _("Datum"),
        datums.named,
        required=False,
        aliases="坐标系 坐标系统 坐标体系 坐标类型 坐标基准 大地基准",
        like="(所用|采用|使用|经纬度|地图|所属)*坐标(系统?|体系|基准)(名称|类型|类别|种类)?",
        is_usual=False,
    ),
)
"""The columns of a point, which `points.settle` puts together."""


def _settle_areas(values: dict[str, Any], datum: Datum) -> list[Remark]:
    """Put the area above together, and the point; where a county stands alone beside its townships, it is meant."""
    remarks = settle_area(values, name="parent")
    if "name_zh" in values and values["name_zh"] is None:
        *above, own = (values.get("parent") or "").split(PARTED)
        if not own or own.isdigit():
            remarks.append(Remark("wrong", "name_zh", _("This cell is empty."), _("Fill it in.")))
        values |= {"name_zh": own, "parent": PARTED.join(above) or None}
    return [*remarks, *points.settle(values, datum), *days.settle_order(values, "valid_from", "valid_until")]


def _resolve_areas(reading: Reading, where: Area | Cycle | None) -> Reading:
    """Find the area above each, among those stored and those of the sheet itself."""
    tree = Tree.stored(where)
    codes_here = {fold(row.values["name_zh"]): row.values["code"] for row in reading.rows if row.values.get("name_zh")}
    codes_here |= {row.values["code"]: row.values["code"] for row in reading.rows}

    def find(values: Mapping[str, Any]) -> resolving.Resolved:
        written = values.get("parent")
        if written and (code := codes_here.get(fold(written.rpartition(PARTED)[2]))):
            return resolving.Resolved({"parent": code})
        return resolving.by_parser(values, {"parent": tree.code_of})

    return resolving.in_doubt(resolving.resolve(reading, find), lambda values: unlike_the_table(values, tree))


AREAS = declare(
    Kind(
        "areas",
        _("Areas"),
        (
            Column(
                "code",
                _("Area code"),
                codes.strict_area_code(),
                each_row=True,
                aliases="区划代码 行政区划代码 统计用区划代码 代码 区划编码 编码 地区编码",
                like="(统计用?|行政|民政|国标|地区|区域|乡镇|街道|镇街)*(区划)?(代码|编码|码)",
            ),
            _name(
                "name_zh",
                _("Chinese name"),
                aliases="名称 地区名称 区划名称 行政区划名称 单位名称 地区 全称 "
                "乡镇名称 街道名称 乡镇街道名称 乡镇(街道)名称 乡镇（街道）",
                like="(行政)?(区划|区域|行政区|地区|乡镇街道|镇街道?|街镇|乡镇|街道|镇|乡|县市区|县区|区县|县|市|区)(中文)?(名称|名|全称)?",
                level=level_of,
                above=("parent", *AREA_ABOVE[:1]),
            ),
            _name("name_en", _("English name"), aliases="英文名 英文 拼音 英文译名", required=False),
            Column(
                "level",
                _("Level"),
                cells.choice(Level, aliases=LEVELS),
                required=False,
                aliases="级别 行政级别 类型",
                like="(行政|区划|地区|所属)*(级别|层级|等级|类别|类型)",
            ),
            *area_column(
                Column(
                    "parent",
                    _("Area above"),
                    codes.area(),
                    required=False,
                    aliases="上级 上级地区 上级区划 上级代码 上级区划代码 上级名称 所属地区 所属区县 所属县 隶属",
                    like="(所属|上级|上一级|隶属)(行政)?(区划|区县|县区|县市区|区县市|县|市|区域|地区|区|行政区)(名称|代码)?",
                )
            ),
            *VALID,
            VALIDITY,
            *POINT,
            Column("source", _("Source"), cells.text(300), required=False, aliases="依据 资料来源 数据来源"),
        ),
        identified_by=(("code",),),
        called=("name_zh", "code"),
        key=lambda values: values["code"],
        settle=_settle_areas,
        resolve=_resolve_areas,
    )
)


def _settle_organisation(values: dict[str, Any], _datum: Datum) -> list[Remark]:
    return [*settle_area(values), *days.settle_order(values, "valid_from", "valid_until")]


def _resolve_organisations(reading: Reading, where: Area | Cycle | None) -> Reading:
    """Find the area of each and the one above by its full name, and refuse those that are above themselves."""
    tree = Tree.stored(where)
    above: dict[str, set[str]] = defaultdict(set)
    for row in reading.rows:
        if row.values.get("parent"):
            above[fold(row.values["name_zh"])].add(fold(row.values["parent"]))

    names = {fold(row.values["name_zh"]) for row in reading.rows}
    offices = Offices.stored(where) if where and above else None

    def find(values: Mapping[str, Any]) -> resolving.Resolved:
        found = resolving.by_parser(values, {"area": tree.code_of})
        if offices and not found.problems and values.get("parent") and fold(values["parent"]) not in names:
            codes = tree.codes_up(found.values.get("area", offices.own))
            found.values["parent"] = offices.in_full(values["parent"], *codes)
        if values.get("parent") and _is_above_itself(fold(values["name_zh"]), above):
            problem = _("This organisation would be above itself.")
            found.problems.append(resolving.Problem("parent", problem, _("Check the organisation above of each row.")))
        return found

    return resolving.resolve(reading, find)


def _is_above_itself(name: str, above: Mapping[str, set[str]]) -> bool:
    """Say whether a name is met again on the way up. above: name → those that rows of this name have above them."""
    seen, names = set[str](), set(above.get(name, ()))
    while names:
        if name in names:
            return True
        seen |= names
        names = {upper for each in names for upper in above.get(each, ())} - seen
    return False


def _key_of_organisation(values: Mapping[str, Any]) -> tuple[str, str]:
    return fold(values.get("area") or ""), fold(values["name_zh"])


ORGANISATIONS = declare(
    Kind(
        "organisations",
        _("Organisations"),
        (
            replace(
                _name(
                    "name_zh",
                    pgettext_lazy("organisation", "Full name"),
                    aliases="单位名称 单位全称 全称 机构名称 部门名称 组织名称 名称 单位 部门 机构",
                    like="(责任|参建|所属|各)?(单位|部门|机构|组织|企业|企事业单位)(单位|部门)?(名称|全称|全名|名|中文名称?|规范名称)",
                ),
                each_row=True,
            ),
            _name("name_en", _("English name"), aliases="英文名 英文 英文译名", required=False),
            Column(
                "aliases",
                _("Short names"),
                cells.several(cells.text(100)),
                required=False,
                aliases="简称 单位简称 部门简称 别名 曾用名 又名 规范简称",
                like="(规范|常用|统一|标准|单位|部门|机构)*(简称|别称|缩写|别名)",
            ),
            *area_column(
                Column(
                    "area",
                    _("Area code"),
                    codes.area(),
                    required=False,
                    aliases=AREA,
                    like=f"{AREA_LIKE}|(单位)?所在地",
                )
            ),
            Column(
                "kind",
                pgettext_lazy("organisation", "Kind"),
                cells.choice(OrganisationKind, aliases=KINDS),
                required=False,
                aliases="单位类型 类型 类别 单位类别 单位性质 性质",
                like="(单位|机构|部门|组织)?(类型|类别|性质|种类|分类)",
            ),
            Column(
                "parent",
                _("Organisation above"),
                cells.text(100),
                required=False,
                aliases="上级单位 上级部门 主管部门 主管单位 隶属单位 隶属 上级",
                like="(上级|上一级|主管|隶属|归口|所属)+(主管|管理|行政)*(单位|部门|机构)(名称)?",
            ),
            Column(
                "contact",
                pgettext_lazy("person", "Contact"),
                persons.person_name(60, name="contact", phone="phone"),
                required=False,
                aliases="联系人 联络员 责任人 负责人 联系人姓名",
                like="(单位|业务|日常|工作|项目|主要|分管)*(联系人|联络人|联络员|经办人|负责人|责任人|对接人|负责同志)(员|姓名)?",
            ),
            Column(
                "phone",
                _("Telephone"),
                persons.phone(name="contact", phone="phone"),
                required=False,
                aliases="联系电话 电话 联系方式 手机 办公电话 联系人电话",
                like=PHONE_LIKE,
            ),
            Column(
                "contact_phone",
                _("Contact and telephone"),
                persons.person_and_phone("contact", "phone"),
                required=False,
                joins=("contact", "phone"),
                is_usual=False,
            ),
            *VALID,
            VALIDITY,
        ),
        identified_by=(("name_zh",),),
        called=("name_zh",),
        key=_key_of_organisation,
        settle=_settle_organisation,
        resolve=_resolve_organisations,
    )
)
