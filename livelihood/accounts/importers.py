"""People as a sheet: what its columns are called, and what they hold."""

from collections.abc import Hashable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.accounts.roles import Role
from livelihood.cycles.importers import (
    AREA,
    AREA_LIKE,
    FROM,
    FROM_LIKE,
    PHONE_LIKE,
    UNTIL,
    UNTIL_LIKE,
    area_column,
    settle_area,
)
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.offices import Offices
from livelihood.cycles.tree import Tree
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets import cells, codes, days, persons, resolving
from livelihood.kernel.sheets.declaration import Column, Kind, declare
from livelihood.kernel.sheets.results import Reading

ROLES = {
    Role.LIVELIHOOD_OFFICE: "民生办 民生实事办 民生办公室",
    Role.DEPARTMENT: "部门 责任部门 部门人员",
    Role.IMPLEMENTING_UNIT: "实施单位 责任单位 建设单位",
    Role.SUPERVISION_OFFICE: "督查 督查室",
    Role.DEPUTY: "代表 人大代表",
    Role.CPPCC_MEMBER: "委员 政协委员",
    Role.CONGRESS_STAFF: "人大工作人员 人大机关",
    Role.CHAIR: "主持人 大会主席 执行主席",
    Role.SCRUTINEER: "监票 监票员",
    Role.AUDITOR: "审计",
    Role.ADMINISTRATOR: "系统管理员 管理人员",
}

USERNAME = Column(
    "username",
    _("User name"),
    codes.key(60),
    required=False,
    each_row=True,
    aliases="账号 帐号 用户账号 登录名 登录账号 账户 账户名 用户名称",
    like="(系统|登录|登陆|用户|平台|个人|浙政钉)*(账号|帐号|账户|帐户|用户名|登录名|登陆名|工号)(名|名称)?",
)
NAME = Column(
    "name",
    pgettext_lazy("person", "Name"),
    persons.person_name(60, name="name", phone="phone", alone=True),
    each_row=True,
    aliases="姓名 人员姓名 用户姓名 名字 代表姓名",
    like="(人大|政协|代表|委员|人员|用户|真实|本人|干部|成员)+(姓名|名字|名称)|(人大)?代表|姓名(代表|委员)",
)
PHONE = Column(
    "phone",
    _("Telephone"),
    persons.phone(name="name", phone="phone"),
    required=False,
    each_row=True,
    aliases="手机 手机号 手机号码 联系电话 电话 联系方式",
    like=PHONE_LIKE,
)
NAME_AND_PHONE = Column(
    "name_phone",
    _("Name and telephone"),
    persons.person_and_phone("name", "phone", alone=True),
    each_row=True,
    joins=("name", "phone"),
    is_usual=False,
)


def _resolve(reading: Reading, where: Area | Cycle | None) -> Reading:
    """Find the area of each, and the full name of the organisation."""
    tree = Tree.stored(where)
    rows = [*reading.rows, *reading.doubtful.values()]
    named = any(row.values.get("organisation") for row in rows)
    offices = Offices.stored(where) if where and named else None

    def find(values: Mapping[str, Any]) -> resolving.Resolved:
        found = resolving.by_parser(values, {"area": tree.code_of})
        if offices and not found.problems and (written := values.get("organisation")):
            found.values["organisation"] = offices.in_full(written, found.values.get("area", offices.own))
        return found

    return resolving.resolve(reading, find)


def _key(values: Mapping[str, Any]) -> Hashable | None:
    """One person may hold several roles; the same one twice is a slip."""
    who = values.get("username")
    if not who:
        return None
    return fold(who), values.get("role"), fold(values.get("area") or ""), fold(values.get("organisation") or "")


PEOPLE = declare(
    Kind(
        "people",
        _("People"),
        (
            USERNAME,
            NAME,
            Column(
                "role",
                _("Role"),
                cells.choice(Role, aliases=ROLES),
                required=False,
                aliases="角色 身份 岗位 权限",
                like="(系统|用户|人员|平台|账号)*(角色|岗位|身份|权限)(名称|类别|类型)?",
            ),
            *area_column(Column("area", _("Area code"), codes.area(), required=False, aliases=AREA, like=AREA_LIKE)),
            Column(
                "organisation",
                _("Organisation"),
                cells.text(100),
                required=False,
                aliases="单位 所属单位 工作单位 单位名称 所在单位 部门 所属部门 所在部门 单位及部门",
                like="(所在|所属|工作|任职|本人|人员)*(单位|部门|机构|科室){1,2}(名称|全称)?",
            ),
            Column(
                "starts_on",
                _("From"),
                days.day(first_of_month=True),
                required=False,
                aliases=f"{FROM} 任期开始 任期起 任职开始 任职日期 任职时间 授权开始 开始时间",
                like=FROM_LIKE,
            ),
            Column(
                "ends_on",
                _("Until"),
                days.day(),
                required=False,
                aliases=f"{UNTIL} 任期结束 任期止 任期届满 任职结束 授权结束 结束时间",
                like=UNTIL_LIKE,
            ),
            days.period_column(
                "term",
                _("From and until"),
                "starts_on",
                "ends_on",
                aliases="任期 任职期限 授权期限 有效期 起止时间 起止日期",
                like="(任期|任职|授权|聘任|有效)*(起止|起讫)(时间|日期|年月|期限)?",
                first_of_month=True,
            ),
            PHONE,
            NAME_AND_PHONE,
            Column(
                "email",
                _("E-mail"),
                cells.text(254),
                required=False,
                each_row=True,
                aliases="邮箱 电子邮箱 电子邮件 邮件 邮件地址 邮箱地址 email e-mail",
                like="(电子|联系|工作|个人|单位)*(邮箱|信箱|邮件|email)(地址|账号)?",
            ),
        ),
        identified_by=(("username", "name"),),
        called=("name", "username"),
        key=_key,
        settle=lambda values, _datum: [
            *settle_area(values),
            *persons.settle_name(values),
            *persons.settle_phone(values),
            *days.settle_order(values, "starts_on", "ends_on"),
        ],
        resolve=_resolve,
    )
)
