"""The list of sites as a sheet: what its columns are called in offices, and its rows as the list keeps them."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.importers import AREA, AREA_LIKE, POINT, area_column, settle_area
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.tree import Tree
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets import cells, codes, days, points, quantities
from livelihood.kernel.sheets.cells import CellProblem
from livelihood.kernel.sheets.declaration import Column, Kind, declare
from livelihood.kernel.sheets.points import Datum, Remark
from livelihood.kernel.sheets.quantities import Quantity
from livelihood.kernel.sheets.resolving import Problem, Resolved, resolve
from livelihood.kernel.sheets.results import Reading
from projects.exporters import HEADINGS
from projects.models import Indicator, Project
from projects.selectors.lookups import Lookups
from projects.states import CountedBy


class SiteRow(NamedTuple):
    """A site as the list gives it, from a workbook or by hand; fields as in Site."""

    project_id: int
    key: str
    indicator_id: int
    area_id: int
    standard_id: int | None
    organisation_id: int | None
    name: str
    address: str
    longitude: Decimal | None
    latitude: Decimal | None
    starts_on: date
    due_on: date
    quantity_planned: Decimal | None
    source: str = ""

    @property
    def identity(self) -> tuple[int, str]:
        """What a site is found again by, in every spelling of its key."""
        return self.project_id, fold(self.key)


NO_AREA = _("There is no such code of GB/T 2260 in this area.")
NO_STANDARD = _("There is no such standard this year.")
NO_UNIT = _("There is no unit of this name in this area or the one above.")
NO_PROJECT = _("There is no such project.")
CHECK = _("Check the spelling, or have it added first.")

NO_SUCH = _("The project has no indicator of this name.")
NO_INDICATOR = Problem("indicator", NO_SUCH, _("Write the name as on the project list, or add the indicator first."))

TEXTS = ("name", "address", "source")
"""Columns of text, of which none is empty."""

IDENTITY = ("project_id", "key_folded")
STORED = SiteRow._fields
"""Columns of the table of sites that the list fills."""

NEEDED = ("name", "area", "due_on")
"""Columns without which no new site can be written; a key is given to a site that has none."""


def _column(name: str, parse: Any, *, required: bool = False, **more: Any) -> Column:
    return Column(name, HEADINGS[name], parse, required=required, **more)


_PLANNED = "(计划|预计|拟定?|要求|应|承诺|最迟|最晚|目标|规定)?"
_THING = (
    "(点位|站点|网点|项目点|建设点|设施|场所|场地|公厕|厕所|学校|幼儿园|食堂|停车场|车站|公园|小区|路段|道路|卫生室|服务站"
    "|服务中心|单项工程|子项目|具体项目)"
)


def _settle(values: dict[str, Any], datum: Datum) -> Iterable[Remark]:
    """Put the point together, and the planned quantity with its unit; a row says of which project it is."""
    remarks = [*settle_area(values, is_needed=True), *points.settle(values, datum)]
    told = [name for name in ("project", "project_name") if name in values]
    if told and not any(values[name] for name in told):
        remarks.append(Remark("wrong", told[0], _("This cell is empty."), _("Fill it in.")))
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
    return resolve(reading, finder.find if finder else _AreaFinder(Tree.stored()).find)


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
                days.day(),
                aliases="开工时间 开工日期 计划开工时间 计划开工日期 开始时间 启动时间 启动日期 开工时限",
                like=f"{_PLANNED}(开工|开始|启动|动工|开建|进场)(建设|施工|实施)?(时间|日期|年月|时限|节点)|计划开工",
            ),
            _column(
                "due_on",
                days.day(),
                aliases="完成时限 完成时间 完成日期 计划完成时间 计划完成日期 完工时间 完工日期 计划完工时间 "
                "竣工时间 竣工日期 计划竣工时间 完成期限 建成时间 建成时限 建设时限 投用时间 完工时限 "
                "截止时间 截止日期 时间节点",
                required=True,
                like=f"{_PLANNED}(全部|全面)?(完成|完工|竣工|建成|投用|投入使用|交付|交付使用|办结){{1,2}}"
                "(时间|日期|时限|期限|年月|时间节点|节点|时间要求)",
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
            ),
            _column("unit", cells.text(20), aliases="计量单位 数量单位"),
            _column(
                "source",
                cells.text(300),
                aliases="依据 资料来源 数据来源",
                like="(数据|信息|资料|文件|政策)(来源|依据|出处)",
            ),
        ),
        identified_by=(("key", "name"),),
        key=_key,
        settle=_settle,
        resolve=resolve_sites,
    )
)


class _AreaFinder:
    """Finds the areas that rows name."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.known: dict[tuple[str | None, str | None], Resolved] = {}

    def find(self, values: Mapping[str, Any]) -> Resolved:
        """Say which area a row lies in; a name beside the code has to be its name."""
        asked = values.get("area"), values.get("area_name")
        if asked not in self.known:
            self.known[asked] = self._find(*asked)
        return self.known[asked]

    def _find(self, area: str | None, name: str | None) -> Resolved:
        if area is None:
            return Resolved()
        try:
            code = self.tree.code_of(area)
        except CellProblem as error:
            return Resolved(problems=[Problem("area", error.problem, error.remedy)])
        here = self.tree.name_of(code)
        if name and here and fold(here) not in fold(name):
            problem = format_lazy(_("The code is of {here}, and {name} stands beside it."), here=here, name=name)
            return Resolved(problems=[Problem("area_name", problem, _("Correct one of the two."))])
        return Resolved({"area": code} if code != area else {})


class SiteFinder:
    """Finds what the rows of a year's list name, each name once."""

    def __init__(self, lookups: Lookups) -> None:
        self.lookups = lookups
        self.areas = _AreaFinder(Tree.stored(lookups.cycle.area))
        self.by_title = {fold(project.title): project for project in lookups.projects.values()}
        self.by_indicator: dict[str, list[Indicator]] = {}
        self.by_project: dict[int, list[Indicator]] = {}
        for indicator in lookups.indicators_by_key.values():
            self.by_indicator.setdefault(fold(indicator.name), []).append(indicator)
            self.by_project.setdefault(indicator.project_id, []).append(indicator)
        self.standards = {fold(name): standard for name, standard in lookups.standards.items()}
        self.promises: dict[tuple[Any, Any, Any], tuple[Project | None, Indicator | None, list[Problem]]] = {}

    def find(self, values: Mapping[str, Any]) -> Resolved:
        """Say what a row says when the lists of the year are known, or all that is wrong with it."""
        project, indicator, problems = self.promise(values)
        area = self.areas.find(values)
        code = area.values.get("area") or values.get("area")
        problems = [*problems, *area.problems, *self._dates(values), *self._named(values, code)]
        if code is not None and not area.problems and code not in self.lookups.areas:
            problems.append(Problem("area", NO_AREA, CHECK))
        starts_on, due_on = values.get("starts_on"), values.get("due_on")
        if not problems and indicator is None and values.get("indicator"):
            problems.append(NO_INDICATOR)
        problems += contradictions(indicator, starts_on or due_on, due_on, (None, None))
        found = dict(area.values)
        if indicator is not None and (planned := values.get("quantity_planned")) is not None:
            try:
                number = planned.in_unit(indicator.unit)
                quantities.check_number(number, 4, 18)
                found["quantity_planned"] = Quantity(number, indicator.unit)
            except CellProblem as error:
                problems.append(Problem("quantity_planned", error.problem, error.remedy))
        if problems:
            return Resolved(problems=problems)
        if project is not None:
            found["project"] = project.number
        if indicator is not None:
            found["indicator"] = indicator.name
        return Resolved(found)

    def _named(self, values: Mapping[str, Any], code: str | None) -> list[Problem]:
        """Say which standard or unit is not known."""
        problems = []
        if (standard := values.get("standard")) and fold(standard) not in self.standards:
            problems.append(Problem("standard", NO_STANDARD, CHECK))
        area, unit = self.lookups.areas.get(code or ""), values.get("organisation")
        if unit and area and self.lookups.unit(unit, area) is None:
            remedy = _("Check the spelling, or have the unit added first.")
            problems.append(Problem("organisation", NO_UNIT, remedy))
        return problems

    def told(self, values: Mapping[str, Any], area: Area | None) -> dict[str, Any]:
        """Return what a row that was found right says of a site, by column of the table.

        area: of the site, where the row does not say it.
        """
        told = {name: values[name] or "" for name in TEXTS if name in values}
        told |= {name: values[name] for name in ("longitude", "latitude") if name in values}
        told |= {name: day for name in ("starts_on", "due_on") if (day := values.get(name)) is not None}
        if (code := values.get("area")) is not None:
            area = self.lookups.areas[code]
            told["area_id"] = area.pk
        if "quantity_planned" in values:
            planned = values["quantity_planned"]
            told["quantity_planned"] = planned.number if planned is not None else None
        if "standard" in values:
            standard = values["standard"]
            told["standard_id"] = self.standards[fold(standard)].pk if standard else None
        if "organisation" in values and area is not None:
            unit = values["organisation"]
            told["organisation_id"] = self.lookups.unit(unit, area) if unit else None
        return told

    def _dates(self, values: Mapping[str, Any]) -> list[Problem]:
        first, last = self.lookups.days
        remedy = _("Write a date from {earliest} to {latest}.")
        return [
            Problem(
                name,
                _("This date is out of range."),
                format_lazy(remedy, earliest=str(first), latest=str(last)),
            )
            for name in ("starts_on", "due_on")
            if (day := values.get(name)) is not None and not first <= day <= last
        ]

    def promise(self, values: Mapping[str, Any]) -> tuple[Project | None, Indicator | None, list[Problem]]:
        """Say of which project and indicator a row is, as far as it says so, and what is wrong with that."""
        asked = values.get("project"), values.get("project_name"), values.get("indicator")
        if asked not in self.promises:
            self.promises[asked] = self._find_promise(*asked)
        return self.promises[asked]

    def _find_promise(
        self, number: int | None, title: str | None, name: str | None
    ) -> tuple[Project | None, Indicator | None, list[Problem]]:
        """Find project and indicator: by number, else by title, else by the indicator that stands as its title."""
        if number is None and not title:
            return None, None, []
        lookups, key = self.lookups, fold(title or "")
        named = self.by_title.get(key)
        alone = self.by_indicator.get(key, [])
        project = lookups.projects.get(str(number)) if number is not None else named
        if project is None and number is None and len(alone) == 1:
            project = alone[0].project
        if project is None:
            return None, None, [Problem("project" if number is not None else "project_name", NO_PROJECT, CHECK)]
        if named is not None and named != project:
            problem = format_lazy(_("Number {number} is another project."), number=number)
            return project, None, [Problem("project_name", problem, _("Correct one of the two."))]
        if name:
            own = [one for one in self.by_project.get(project.pk, []) if fold(one.name) == fold(name)]
            return project, own[0] if own else None, []
        own = [one for one in alone if one.project_id == project.pk]
        counted = [one for one in self.by_project.get(project.pk, []) if one.counted_by == CountedBy.SITES]
        if len(own or counted) == 1:
            return project, (own or counted)[0], []
        return project, None, []

    def nameless(self, project: Project) -> Problem:
        """Say that a new site of a project of several indicators has to name its own."""
        counted = [one for one in self.by_project.get(project.pk, []) if one.counted_by == CountedBy.SITES]
        problem = format_lazy(_("This project has {count} indicators, and none is named."), count=len(counted))
        return Problem("indicator", problem, _("Name the indicator."))


def contradictions(
    indicator: Indicator | None, starts_on: date | None, due_on: date | None, point: Sequence[Decimal | None]
) -> list[Problem]:
    """Say what of a site cannot be true together. point: longitude and latitude."""
    problems, (longitude, latitude) = [], point
    if indicator is not None and indicator.counted_by != CountedBy.SITES:
        remedy = _("Choose an indicator that is counted by sites.")
        problems.append(Problem("indicator", _("This indicator is reported by areas and has no sites."), remedy))
    if starts_on and due_on and starts_on > due_on:
        problems.append(Problem("due_on", _("The date lies before the start."), _("Correct one of the two.")))
    if (longitude is None) != (latitude is None):
        column = "longitude" if longitude is None else "latitude"
        problems.append(Problem(column, _("A point needs longitude and latitude."), _("Fill in both or neither.")))
    return problems


def problems_of(lookups: Lookups, row: SiteRow) -> list[Problem]:
    """Say what is wrong with a row that comes from no file: what it names may be of another year."""
    first, last = lookups.days
    indicator, area = lookups.indicators_by_key.get(row.indicator_id), lookups.areas_by_key.get(row.area_id)
    if indicator is not None and indicator.project_id != row.project_id:
        indicator = None
    problems = [] if indicator is not None else [NO_INDICATOR]
    problems += contradictions(indicator, row.starts_on, row.due_on, (row.longitude, row.latitude))
    elsewhere = _("Choose one of this year.")
    if area is None:
        problems.append(Problem("area", NO_AREA, elsewhere))
    elif row.organisation_id is not None:
        name = lookups.unit_names.get(row.organisation_id, "")
        if row.organisation_id != lookups.unit(name, area):
            problems.append(Problem("organisation", NO_UNIT, elsewhere))
    if row.standard_id is not None and row.standard_id not in lookups.standard_names:
        problems.append(Problem("standard", NO_STANDARD, elsewhere))
    remedy = format_lazy(_("Write a date from {earliest} to {latest}."), earliest=str(first), latest=str(last))
    problems += [
        Problem(column, _("This date is out of range."), remedy)
        for column, day in (("starts_on", row.starts_on), ("due_on", row.due_on))
        if not first <= day <= last
    ]
    return problems
