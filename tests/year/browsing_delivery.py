"""Pages of the two lists, of sites, reports, inspections and notices."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from livelihood.cycles.models import Cycle
from projects import services
from projects.models import Notice, Project, Site
from tests.year.browsing import Visitor, t
from tests.year.browsing_sheets import bring, write
from tests.year.town import Town, sites_workbook

STANDARD = "加装电梯标准"


def set_targets(office: Visitor, here: str) -> None:
    """Put what was chosen on the list, say what is measured, share it out, write the standard."""
    office.go(f"/desk{here}/projects/")
    office.follow(t("Put on the list what was chosen"))
    office.press(t("Make them projects"))
    for project, name, target in zip(Project.objects.order_by("number"), ("加装电梯", "新建食堂"), (2, 1), strict=True):
        office.go(f"/desk{here}/projects/{project.pk}/")
        panel = office.unfold(t("Add an indicator"))
        office.fill(panel, name=name, unit="处", kind="additive", counted_by="sites", target=target)
        office.press(t("Add the indicator"), inside=panel)
    first = Project.objects.order_by("number")[0]
    office.go(f"/desk{here}/projects/{first.pk}/allocation/")
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


def import_sites(department: Visitor, here: str, people: Town, file: Path) -> None:
    """Send a workbook with a wrong row in, read why, send the fixed one and write it."""
    cycle = Cycle.objects.get()
    yesterday = timezone.localdate() - timedelta(days=1)
    lift = {
        "project": 1,
        "indicator": "加装电梯",
        "starts_on": yesterday - timedelta(days=60),
        "due_on": yesterday,
        "organisation": "城建公司",
        "standard": STANDARD,
        "quantity_planned": 1,
    }
    rows = [
        lift | {"key": "L1", "name": "幸福小区一幢", "area": people.east.code, "longitude": 119.6, "latitude": 29.1},
        lift | {"key": "L2", "name": "幸福小区二幢", "area": people.west.code, "longitude": 119.7, "latitude": 29.2},
        lift | {"project": 2, "indicator": "新建食堂", "key": "C1", "name": "东街食堂", "area": people.east.code},
    ]
    for wrong, sent in ((1, [*rows, rows[0] | {"key": "L3", "area": "000000"}]), (0, rows)):
        file.write_bytes(sites_workbook(cycle, sent).getvalue())
        bring(department, f"/desk{here}/imports/", "sites", file)
        if wrong:
            assert t("This is no code of an area.") in department.text()
            department.follow(t("Drop"))
            department.press(t("Drop"))
    write(department)
    assert Site.objects.count() == 3


def build_and_inspect(unit: Visitor, department: Visitor, here: str) -> None:
    """Report two sites on one grid by phone, inspect them, send one back."""
    lift, other, canteen = (Site.objects.get(key=key) for key in ("L1", "L2", "C1"))
    unit.go(f"/desk{here}/sites/{lift.pk}/")
    unit.follow(t("Work has begun"))
    unit.press(t("Work has begun"))
    unit.go(f"/desk{here}/progress/")
    done = {f"quantity_{site.pk}": 1 for site in (lift, canteen)}
    unit.fill(**done, **{f"completed_{site.pk}": True for site in (lift, canteen)})
    unit.press(t("Report all"))
    lines = [line.pk for line in lift.standard.lines.order_by("number")] if lift.standard else []
    department.go(f"/desk{here}/sites/?state=completed")
    department.go(f"/desk{here}/sites/{lift.pk}/inspect/")
    department.fill(**{f"met_{line}": "yes" for line in lines})
    department.press(t("Accept the site"))
    department.go(f"/desk{here}/sites/{canteen.pk}/inspect/")
    department.fill(**{f"met_{line}": "no" for line in lines}, note="油烟机未装")
    department.press(t("Send it back"))
    unit.go(f"/desk{here}/sites/{canteen.pk}/")
    unit.fill(quantity=1, is_completed=True)
    unit.press(t("Report"))
    department.go(f"/desk{here}/sites/{canteen.pk}/inspect/")
    department.fill(**{f"met_{line}": "yes" for line in lines})
    department.press(t("Accept the site"))
    department.go(f"/desk{here}/sites/{other.pk}/")


def put_right(unit: Visitor, supervision: Visitor, department: Visitor, here: str) -> None:
    """Answer the notice that the clock brought, complete the late site, and have the notice closed."""
    assert services.issue_notices(cycle=Cycle.objects.get(), at=timezone.now()) == 1
    notice = Notice.objects.get()
    unit.go("/desk/")
    unit.go(f"/desk{here}/notices/")
    unit.go(f"/desk{here}/notices/{notice.pk}/")
    unit.fill(answer="电梯厂家延迟交货，本周完成。")
    unit.press(t("Answer the notice"))
    unit.go(f"/desk{here}/sites/{notice.site_id}/")
    unit.fill(quantity=1, is_completed=True)
    unit.press(t("Report"))
    supervision.go(f"/desk{here}/notices/{notice.pk}/")
    supervision.fill(finding="现场查看，已完成。")
    supervision.press(t("Close the notice"))
    department.go(f"/desk{here}/sites/{notice.site_id}/inspect/")
    lines = [line.pk for line in notice.site.standard.lines.all()] if notice.site.standard else []
    department.fill(**{f"met_{line}": "yes" for line in lines})
    department.press(t("Accept the site"))
