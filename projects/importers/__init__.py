"""The list of sites as a sheet: what its columns are called in offices, and its rows as the list keeps them."""

import re
from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from livelihood.cycles.importers import AREA, AREA_LIKE, POINT, area_column, settle_area
from livelihood.cycles.models import Cycle
from livelihood.cycles.tree import Tree
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets import cells, codes, days, offices, points, quantities, units
from livelihood.kernel.sheets.cells import CellProblem
from livelihood.kernel.sheets.declaration import Column, Kind, declare
from livelihood.kernel.sheets.lines import section_name
from livelihood.kernel.sheets.points import Datum, Remark
from livelihood.kernel.sheets.quantities import Quantity
from livelihood.kernel.sheets.resolving import Problem, Resolved, resolve
from livelihood.kernel.sheets.results import Note, Reading, What
from livelihood.kernel.sheets.sections import titles_over
from projects.exporters import HEADINGS
from projects.importers.finding import NO_UNIT, AreaFinder, SiteFinder, contradictions, problems_of
from projects.importers.rows import IDENTITY, NEEDED, STORED, SiteRow
from projects.selectors.lookups import Lookups

__all__ = [
    "IDENTITY",
    "NEEDED",
    "NO_UNIT",
    "SITES",
    "STORED",
    "SiteFinder",
    "SiteRow",
    "contradictions",
    "problems_of",
    "resolve_sites",
]


def _column(name: str, parse: Any, *, required: bool = False, **more: Any) -> Column:
    return Column(name, HEADINGS[name], parse, required=required, **more)


_PLANNED = "(计划|预计|拟定?|要求|应|承诺|最迟|最晚|目标|规定)?"
_TIMES = "(计划|建设|实施|施工|工期)*(时间|时限|工期|期限|节点)(要求|安排|计划|节点)?"
"""What stands over a group of two days."""
_MOVED = "(申请|计划|时限|工期|期限|完成时间|完成时限|时间|项目|点位)?(调整|变更|延期|顺延|推迟|延后|展期)"
_THING = (
    "(点位|站点|网点|项目点|建设点|设施|场所|场地|公厕|厕所|学校|幼儿园|食堂|停车场|车站|公园|小区|路段|道路|卫生室|服务站"
    "|服务中心|单项工程|子项目|具体项目)"
)


PROJECT = ("project", "project_name")
"""The columns that say of which project a row is."""

_NUMBER = r"(?P<project>\d{1,3}|[一二三四五六七八九十]{1,3})"
_OF_NUMBER = r"[:、.,—-]?(?P<project_name>[^\d].{1,80})?"
_PROJECT = "(?:民生|政府)?(?:实事)?项目"
_SECTIONS = (
    re.compile(rf"{_PROJECT}(?:编号|序号)?:?第?{_NUMBER}[项号]?{_OF_NUMBER}"),
    re.compile(rf"第{_NUMBER}[项件](?:{_PROJECT})?{_OF_NUMBER}"),
    re.compile(rf"(?:所属)?{_PROJECT}(?:名称)?:(?P<project_name>.{{2,80}})"),
)
"""How the title of a section says of which project the rows below it are."""


def _settle(values: dict[str, Any], datum: Datum) -> Sequence[Remark]:
    """Put the point together, and the planned quantity with its unit."""
    remarks = [
        *settle_area(values, is_needed=True),
        *points.settle(values, datum),
        *days.settle_order(values, "starts_on", "due_on"),
        *offices.settle_offices(values, "organisation"),
    ]
    planned, unit = values.get("quantity_planned"), values.get("unit")
    if planned is not None and unit:
        try:
            in_unit = Quantity(planned.in_unit(unit), unit) if planned.unit else Quantity(planned.number, unit)
        except CellProblem as error:
            return [*remarks, Remark("wrong", "quantity_planned", error.problem, error.remedy)]
        values["quantity_planned"] = in_unit.in_ones
        if in_unit.in_ones.number != planned.number:
            remarks.append(Remark("read_as", "quantity_planned"))
    return remarks


def _key(values: Mapping[str, Any]) -> Hashable | None:
    key = values.get("key")
    return (values.get("project") or fold(values.get("project_name") or ""), fold(key)) if key else None


def resolve_sites(reading: Reading, cycle: Cycle | None) -> Reading:
    """Say what the rows mean in a year, or in no year; what they name is found there or wrong."""
    finder = SiteFinder(Lookups(cycle)) if cycle else None
    if finder and reading.sections:
        _name_projects(reading, finder)
    find = finder.find if finder else AreaFinder(Tree.stored()).find
    return resolve(reading, lambda values: _of_a_project(values, find(values)))


def _name_projects(reading: Reading, finder: SiteFinder) -> None:
    """Put the project into rows that name none and stand under its bare name (一、农村公路).

    It is one only where the year has a project of this name: others are fields of life (一、教育), areas and batches.
    """
    for row in sorted([*reading.rows, *reading.doubtful.values()], key=lambda row: row.number):
        if not any(row.values.get(name) for name in PROJECT):
            for title in titles_over(reading.sections, row.number):
                name = section_name(title)
                if finder.promise({"project_name": name})[0] is not None:
                    row.values["project_name"] = name
                    reading.notes.append(Note(row.number, What.READ_AS, "project_name", title, name))
                    break


def _of_a_project(values: Mapping[str, Any], found: Resolved) -> Resolved:
    """Say of a row that it names no project though the sheet has a column for it."""
    told = [name for name in PROJECT if name in values]
    if told and not any(values[name] for name in told):
        found.problems.append(Problem(told[0], _("This cell is empty."), _("Fill it in.")))
    return found


SITES = declare(
    Kind(
        "sites",
        _("Sites"),
        (
            _column(
                "project", quantities.integer(minimum=1, maximum=9999), aliases="项目编号 项目号 项目代码 实事项目序号"
            ),
            Column(
                "project_name",
                _("Name of the project"),
                cells.text(200),
                required=False,
                aliases="项目名称 实事项目名称 民生实事项目名称 所属项目 实事项目 民生实事项目 民生项目 项目",
                like="(所属|对应)?(民生实事|实事|民生)(项目)?(名称|名)?|(所属|对应)项目(名称)?|项目名",
            ),
            _column("indicator", cells.text(200), aliases="指标名称 任务指标 考核指标"),
            _column(
                "key",
                codes.key(60),
                aliases="点位编码 点位代码 点位号 编号 编码",
                required=True,
                each_row=True,
                like="(点位|站点|设施|项目点|唯一)(编号|编码|代码|序列号|id|号|no)|序列号|id|编号点位",
            ),
            _column(
                "name",
                cells.text(200),
                aliases="点位名称 点位(名称) 建设点位 项目点位 实施点位 具体点位 站点名称 点名 名称",
                required=True,
                each_row=True,
                like=f"(建设|实施|具体|项目|改造|新建|提升|民生实事)*({_THING}(名称|全称|名)|点位|站点)",
            ),
            *area_column(_column("area", codes.area(), required=True, aliases=AREA, like=AREA_LIKE)),
            _column("area_name", cells.text(100), aliases="地区名称"),
            _column(
                "address",
                cells.text(300),
                aliases="建设地点 详细地址 具体地址 建设地址 点位地址 实施地点 具体位置 所在位置 位置 地点",
                like="(点位|项目|建设|实施|具体|详细|所在|工程|坐落|站点|设施)*(地址|地点|位置|坐落|所在地)(描述|信息|详情)?",
            ),
            *POINT,
            _column(
                "starts_on",
                days.day(first_of_month=True),
                aliases="开工时间 开工日期 计划开工时间 计划开工日期 开始时间 启动时间 启动日期 开工时限",
                like=f"{_PLANNED}(开工|开始|启动|动工|开建|进场)(建设|施工|实施)?(时间|日期|年月|时限|节点)|计划开工"
                f"|{_TIMES}(开工|开始|启动|动工|进场|起)",
            ),
            _column(
                "due_on",
                days.day(),
                aliases="完成时限 完成时间 完成日期 计划完成时间 计划完成日期 完工时间 完工日期 计划完工时间 "
                "竣工时间 竣工日期 计划竣工时间 完成期限 建成时间 建成时限 建设时限 投用时间 完工时限 "
                "截止时间 截止日期 时间节点",
                required=True,
                like=f"{_PLANNED}(全部|全面)?(完成|完工|竣工|建成|投用|投入使用|交付|交付使用|办结){{1,2}}"
                f"(时间|日期|时限|期限|年月|时间节点|节点|时间要求)|{_TIMES}(完成|完工|竣工|建成|投用|止)",
            ),
            days.period_column(
                "period",
                _("Start and due date"),
                "starts_on",
                "due_on",
                aliases="起止时间 起止日期 建设起止时间",
                like=f"{_PLANNED}(建设|施工|实施|项目)?(起止|起讫|开竣工|开完工|开工(竣工|完工|完成|建成)|开始(结束|完成))"
                "(时间|日期|年月|时限|节点)(竣工时间|完工时间|完成时间)?",
                first_of_month=True,
            ),
            days.period_column(
                "construction",
                _("Construction period"),
                "starts_on",
                "due_on",
                like="(建设|施工|计划|合同|项目|总|实施)*(工期|周期)(要求|安排|天|月)?",
                is_aside=True,
            ),
            _column(
                "organisation",
                cells.text(100),
                aliases="责任部门 实施单位 建设单位 责任主体 实施主体 承办单位 牵头单位",
                like="(项目|具体)?(责任|实施|建设|牵头|主管|承办|主办|业主|落实){1,2}(单位|部门|科室|主体)"
                "(单位|部门|业主|主体)?(名称|全称)?|项目业主",
            ),
            _column("standard", cells.text(300), aliases="建设标准 验收标准 标准名称"),
            _column(
                "quantity_planned",
                quantities.quantity(minimum=Decimal(0)),
                aliases="建设规模 计划数 计划规模 建设数量 计划建设数量 计划任务数 任务数 目标数 年度目标 规模 数量",
                like="(年度|全年|当年|本年)?(计划|目标|任务|拟|预计)*((新建|改造|建设|新增|提升|改建|扩建|安装|设置|整治)*"
                "|(计划|目标|拟|预计)完成)(任务|目标|计划|建设)*(数量|数|任务量|规模|规模数量|工程量)",
                each_row=True,
                measures=frozenset(units.BASES) - {"money", "share"},
                unit_in="unit",
            ),
            _column("unit", cells.text(20), aliases="计量单位 数量单位"),
            _column(
                "source",
                cells.text(300),
                aliases="依据 资料来源 数据来源",
                like="(数据|信息|资料|文件|政策)(来源|依据|出处)",
            ),
            Column(
                "reason",
                _("Why the entry changes"),
                cells.text(300),
                required=False,
                aliases="调整原因 变更原因 延期原因 调整理由 调整说明 变更说明 延期说明",
                like=f"{_MOVED}(原因|理由|事由|说明|情况说明|原因说明|缘由)",
                is_usual=False,
            ),
            Column(
                "decision",
                _("Decision for the change"),
                cells.text(300),
                required=False,
                aliases="批准文号 批复文号 批准文件 批复文件 调整文号 调整依据 变更依据",
                like=f"({_MOVED})?(批准|批复|审批|同意)(文号|文件|文件号|文件文号|依据|文件名称)|{_MOVED}(文号|文件|依据|批复|批准)",
                is_usual=False,
            ),
        ),
        identified_by=(("key", "name"),),
        called=("name", "key"),
        key=_key,
        section=_SECTIONS,
        settle=_settle,
        resolve=resolve_sites,
    )
)
