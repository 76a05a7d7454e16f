"""The first day of a county: from the administrator's code to people who have come in by their own."""

import re
from pathlib import Path

import pypdf

from livelihood.accounts.roles import Role
from livelihood.cycles.states import OrganisationKind
from tests.year.browsing import PASSWORD, Visitor, t
from tests.year.browsing_sheets import bring, table, write

CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2,}\b")

SECOND = "guanli2"
"""Another administrator, who confirms those who run the vote."""

PEOPLE: list[tuple[str, str, Role, str]] = [
    (SECOND, "管二", Role.ADMINISTRATOR, ""),
    ("minsheng", "郑民生", Role.LIVELIHOOD_OFFICE, "民生办"),
    ("zhujian", "周住建", Role.DEPARTMENT, "建设局"),
    ("chengjian", "陈城建", Role.IMPLEMENTING_UNIT, "城建公司"),
    ("ducha", "杜查", Role.SUPERVISION_OFFICE, ""),
    ("renda", "任大", Role.CONGRESS_STAFF, ""),
    ("zhuxi", "朱席", Role.CHAIR, ""),
    ("jianpiao", "简票", Role.SCRUTINEER, ""),
    ("shenji", "沈计", Role.AUDITOR, ""),
    ("weiyuan", "魏委员", Role.CPPCC_MEMBER, ""),
    *((f"daibiao{number}", f"代表{name}", Role.DEPUTY, "") for number, name in enumerate("甲乙丙", start=1)),
]
"""User name, name, role, organisation: what the office's own sheet holds."""

UNITS = [
    ("民生办", OrganisationKind.LIVELIHOOD_OFFICE),
    ("建设局", OrganisationKind.DEPARTMENT),
    ("城建公司", OrganisationKind.IMPLEMENTING_UNIT),
]
TOWNS = [("420527101", "茅坪镇"), ("420527102", "归州镇")]


def come_by_code(visitor: Visitor, username: str, code: str) -> Visitor:
    """Come in by a one-time code, with a password of one's own, and a second factor where the role needs one."""
    visitor.username = username
    visitor.go("/sign-in/code/")
    visitor.fill(code=code, password=PASSWORD, again=PASSWORD)
    visitor.press(t("Set the password and sign in"))
    visitor.set_up_an_authenticator()
    return visitor


def set_up(administrator: Visitor) -> str:
    """Follow the page for setting up: one town by page; another, organisations and people by sheets.

    Return the name of the area in addresses.
    """
    administrator.go("/desk/")
    administrator.follow_to("/set-up/")
    area = administrator.path.split("/")[2]
    (code, name), other = TOWNS
    administrator.go(f"/desk/{area}/areas/add/")
    administrator.fill(code=code, name_zh=name)
    administrator.main.locator('button[type="submit"]').first.click()
    administrator.look()
    head = [t("User name"), t("Name", "person"), t("Role"), t("Organisation")]
    people = [(username, name, words(role), unit) for username, name, role, unit in PEOPLE]
    units = [(name, words(kind)) for name, kind in UNITS]
    sheets = {
        "areas": table(("区划代码", "名称"), other),
        "organisations": table(("单位全称", "单位类型"), *units),
        "people": table(head, *people),
    }
    for kind, sheet in sheets.items():
        bring(administrator, f"/desk/{area}/imports/", kind, sheet)
        write(administrator)
    administrator.go(f"/desk/{area}/set-up/")
    assert t("Next step: %(title)s") % {"title": t("A year")} in administrator.text()
    return area


def confirm_who_runs_the_vote(second: Visitor) -> None:
    """Confirm, one after the other, the mandates that wait for a second administrator."""
    for role in (Role.CONGRESS_STAFF, Role.CHAIR, Role.SCRUTINEER):
        ((username, name),) = [(one, name) for one, name, held, _unit in PEOPLE if held == role]
        second.go("/desk/")
        second.follow(t("Confirm a mandate: %(name)s, %(role)s") % {"name": name, "role": words(role)})
        assert username in second.text()
        second.press(t("Confirm the mandate"))


def words(choice: Role | OrganisationKind) -> str:
    """Return a role, or a kind of organisation, as a Chinese reader sees it."""
    return t(str(choice.label)) if str(choice.label).isascii() else str(choice.label)


def print_slips(administrator: Visitor, area: str, file: Path) -> dict[str, str]:
    """Print the slips of everybody who waits for one; return the codes by user name."""
    administrator.go(f"/desk/{area}/people/codes/")
    with administrator.page.expect_download() as download:
        administrator.main.get_by_role("button", name=t("Print the slips"), exact=True).click()
    download.value.save_as(file)
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
    codes = CODE.findall(text)
    names = [word for word in re.findall(r"[a-z]+\d?", text) if word in {username for username, *_rest in PEOPLE}]
    assert len(codes) == len(names) == len(PEOPLE)
    return dict(zip(names, codes, strict=True))
