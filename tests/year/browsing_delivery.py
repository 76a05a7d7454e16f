"""Pages of the two lists, of sites, reports, inspections and notices."""

from datetime import timedelta

from django.utils import timezone

from livelihood.celery import app
from tests.workers import eventually
from tests.year.browsing import Visitor, t
from tests.year.browsing_founding import TOWNS
from tests.year.browsing_sheets import bring, workbook, write

STANDARD = "加装电梯标准"
LIFT, OTHER_LIFT, CANTEEN = "幸福小区一幢", "幸福小区二幢", "东街食堂"
"""The sites, as every page names them."""


def set_targets(office: Visitor, here: str) -> None:
    """Put what was chosen on the list, say what is measured, share it out, write the standard."""
    office.go(f"/desk{here}/projects/")
    office.follow(t("Put on the list what was chosen"))
    office.press(t("Make them projects"))
    for project, name, target in (("新建食堂", "新建食堂", 1), ("加装电梯两部", "加装电梯", 2)):
        office.go(f"/desk{here}/projects/")
        office.follow(project)
        panel = office.unfold(t("Add an indicator"))
        office.fill(panel, name=name, unit="处", kind="additive", counted_by="sites", target=target)
        office.press(t("Add the indicator"), inside=panel)
    office.follow_to("/allocation/")
    cells = office.main.locator('input[name^="share_"]')
    cells.nth(0).fill("3")
    office.press(t("Save the shares"), status=422)
    cells.nth(0).fill("1")
    cells.nth(1).fill("1")
    office.press(t("Save the shares"))
    office.go(f"/desk{here}/standards/new/")
    office.fill(title=STANDARD, **{"lines-0-requirement": "载重不低于630公斤", "lines-1-requirement": "无障碍出入口"})
    office.press(t("Save the standard"))
    office.go(f"/desk{here}/lights/")


def import_sites(department: Visitor, here: str) -> None:
    """Send a workbook with a wrong row in, read why, send the fixed one and write it."""
    yesterday = timezone.localdate() - timedelta(days=1)
    begun, (east, west) = yesterday - timedelta(days=60), (code for code, _name in TOWNS)
    head = [
        "项目序号", "指标", "点位编号", "点位名称", "地区代码", "经度", "纬度",
        "开始日期", "完成时限", "责任单位", "建设标准", "计划数量",
    ]  # fmt: skip
    same = [begun, yesterday, "城建公司", STANDARD, 1]
    rows = [
        [1, "加装电梯", "L1", LIFT, east, 110.6, 30.8, *same],
        [1, "加装电梯", "L2", OTHER_LIFT, west, 110.7, 30.9, *same],
        [2, "新建食堂", "C1", CANTEEN, east, "", "", *same],
    ]
    wrong = [1, "加装电梯", "L3", LIFT, "000000", *rows[0][5:]]
    bring(department, f"/desk{here}/imports/", "sites", workbook(head, *rows, wrong))
    assert t("This is no code of an area.") in department.text()
    department.follow(t("Drop"))
    department.press(t("Drop"))
    bring(department, f"/desk{here}/imports/", "sites", workbook(head, *rows))
    write(department)
    department.go(f"/desk{here}/sites/")
    assert [name in department.text() for name in (LIFT, OTHER_LIFT, CANTEEN)] == [True] * 3


def open_site(person: Visitor, here: str, name: str) -> None:
    """Find a site in the list and open it."""
    person.go(f"/desk{here}/sites/")
    person.follow(name)


def build_and_inspect(unit: Visitor, department: Visitor, here: str) -> None:
    """Report two sites on one grid by phone, inspect them, send one back."""
    open_site(unit, here, LIFT)
    unit.follow(t("Work has begun"))
    unit.press(t("Work has begun"))
    unit.go(f"/desk{here}/progress/")
    for name in (LIFT, CANTEEN):
        row = unit.main.locator("tr").filter(has_text=name)
        row.locator('[name^="quantity_"]').fill("1")
        row.locator('[name^="completed_"]').check()
    unit.press(t("Save"))
    department.go(f"/desk{here}/sites/?state=completed")
    inspect(department, here, LIFT, met="yes")
    inspect(department, here, CANTEEN, met="no")
    open_site(unit, here, CANTEEN)
    unit.fill(quantity=1, is_completed=True)
    unit.press(t("Report"))
    inspect(department, here, CANTEEN, met="yes")
    open_site(department, here, OTHER_LIFT)


def inspect(department: Visitor, here: str, name: str, met: str) -> None:
    """Look at each line of the standard, and accept the site or send it back."""
    open_site(department, here, name)
    department.follow_to("/inspect/")
    for line in department.main.locator(f'[name^="met_"][value="{met}"]').all():
        line.check()
    if met == "no":
        department.fill(note="油烟机未装")
    department.press(t("Accept the site") if met == "yes" else t("Send it back"))


def put_right(unit: Visitor, supervision: Visitor, department: Visitor, here: str) -> None:
    """Answer the notice that the clock brings at night, complete the late site, and have the notice closed."""
    night = app.conf.beat_schedule["overdue sites get their notice"]
    unit.go(f"/desk{here}/notices/")
    assert OTHER_LIFT not in unit.text()
    app.send_task(night["task"])
    eventually(lambda: unit.reload_until(OTHER_LIFT))
    unit.look()
    unit.go("/desk/")
    unit.go(f"/desk{here}/notices/")
    unit.follow(OTHER_LIFT)
    unit.fill(answer="电梯厂家延迟交货，本周完成。")
    unit.press(t("Answer the notice"))
    unit.follow(t("The site"))
    unit.fill(quantity=1, is_completed=True)
    unit.press(t("Report"))
    supervision.go(f"/desk{here}/notices/")
    supervision.follow(OTHER_LIFT)
    supervision.fill(finding="现场查看，已完成。")
    supervision.press(t("Close the notice"))
    inspect(department, here, OTHER_LIFT, met="yes")
