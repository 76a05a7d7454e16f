"""Every sheet as offices keep it, brought by the pages of the door: the preview shows what `check_sheet` says of it."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.imports import asking
from livelihood.imports.models import Import
from livelihood.imports.states import ImportSection as Section
from livelihood.imports.states import ImportState
from livelihood.kernel.sheets.handling import handlers
from livelihood.kernel.sheets.lines import WHY
from livelihood.kernel.sheets.results import WHAT, What
from projects.models import Site
from tests.factories.frame import NOW, CycleFactory, OrganisationFactory, official, signed_in
from tests.factories.projects import IndicatorFactory, ProjectFactory, StandardFactory
from tests.factories.voting import plenary
from tests.portal.shapes import SHAPES
from tests.portal.test_check_sheet import CASES, areas, cases, check
from voting.states import RoundState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("areas")]
__all__ = ["areas"]

YEAR = "xiangshan/2027"


def year_of(kind: str) -> tuple[Cycle, User, str]:
    """Return the year of Xiangshan for which a kind is brought, who brings it, and for what."""
    area = Area.objects.get(slug="xiangshan")
    if kind == "roll":
        cycle = CycleFactory(area=area, year=2027, phase=Phase.DECIDE, decision_mode=DecisionMode.VOTE)
        session = plenary(cycle=cycle, until=RoundState.DRAFT)
        return cycle, session.staff, str(session.round.number)
    cycle = CycleFactory(area=area, year=2027, phase=Phase.DELIVER)
    IndicatorFactory(
        project=ProjectFactory(cycle=cycle, number=2, title="城区公厕提升改造"), name="提升改造公厕", unit="座"
    )
    OrganisationFactory(area=area, name_zh="象山县城市建设集团")
    StandardFactory(cycle=cycle, title="城区公厕建设标准")
    return cycle, official(Role.LIVELIHOOD_OFFICE, area), ""


def shown(client: Client, batch: Import, section: Section) -> Iterator[Any]:
    """Yield the lines of a section as the page of the import shows them, page by page."""
    query, address = f"?section={section}", reverse("imports:import", kwargs={"pk": batch.pk})
    while query and batch.counts.get(section):
        page = client.get(address + query)
        html = page.content.decode()
        asked = {line.row: fields for line, fields in page.context["asked"]}
        for line in page.context["lines"]:
            assert f">{line.row}<" in html or f" {line.row} " in " ".join(html.split())
            yield line, [str(field.label) for field in asked.get(line.row, ())]
        query = page.context["next_url"]


def preview(client: Client, batch: Import) -> dict[str, Any]:
    """Return what the pages of an import show, as `check_sheet` prints it."""
    labels = {str(column.heading): name for name, column in handlers()[batch.kind].kind.by_name.items()}
    left_out, read_as = (list(shown(client, batch, one)) for one in (Section.LEFT_OUT, Section.READ_AS))
    words = {str(word): str(what) for what, word in WHAT.items()}
    wrong = list(shown(client, batch, Section.WRONG))
    doubts = list(shown(client, batch, Section.DOUBT))
    whole = {
        line.row: {labels[cell.label]: cell.value for cell in line.cells}
        for section in (Section.NEW, Section.CHANGED, Section.UNCHANGED, Section.DOUBT)
        for line, _asked in shown(client, batch, section)
    }
    return {
        "values": whole,
        "wrong": [
            (line.row, one["label"], one["value"], f"{one['problem']} {one['remedy']}")
            for line, _asked in wrong
            for one in line.problems
        ],
        "doubts": {(line.row, question) for line, asked in doubts for question in asked},
        "left_out": [(line.row, line.why) for line, _asked in left_out],
        "notes": sorted(
            {(line.row, words[remark]) for line, _asked in read_as for remark in line.remarks}
            | {(line.row, str(What.READ_AS)) for line, _asked in read_as if line.read_as}
        ),
    }


def bring(client: Client, cycle: Cycle, what: str, path: Path) -> Import | str:
    """Bring a file by the pages: upload, look at the columns, and say that they mean what was guessed."""
    file = SimpleUploadedFile(path.name, path.read_bytes())
    answer = client.post(cycle.address("imports:of_year"), {"what": what, "file": file})
    if answer.status_code != 302:
        return " ".join(answer.context["form"].errors["file"])
    batch = Import.objects.get()
    if batch.problem:
        return str(batch.refusal)
    address = reverse("imports:columns", kwargs={"pk": batch.pk})
    form = client.get(address).context["form"]
    sent = {name: field.initial for name, field in form.fields.items()}
    assert client.post(address, sent).status_code == 302
    batch.refresh_from_db()
    assert batch.state == ImportState.PREVIEWED
    return batch


@pytest.fixture
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a file of the cases, or one of its shape that is written here."""
    folder, _stroke, name = request.param.partition("/")
    if folder == "cases":
        return CASES / name
    written = tmp_path / name
    written.write_bytes(SHAPES[name].content())
    return written


@pytest.mark.parametrize(
    "path", [*(f"shapes/{name}" for name in SHAPES), *(f"cases/{name}" for name in cases())], indirect=True
)
def test_the_pages_show_of_every_file_what_the_command_says(path: Path, time_machine: Any):
    time_machine.move_to(NOW, tick=False)
    kind = SHAPES[path.name].kind
    cycle, by, target = year_of(kind)
    client = signed_in(by)
    try:
        said = check(kind, path, year=YEAR)
    except CommandError as error:
        said = {"error": str(error)}

    batch = bring(client, cycle, f"{kind}:{target}", path)

    if isinstance(batch, str):
        assert said == {"error": batch}
        return
    found = preview(client, batch)
    headings = {text: column for _place, text, column in batch.reading["headings"] if column}
    assert headings == said["columns"]
    assert [(one["row"], str(WHY[one["why"]])) for one in said["left_out"]] == found["left_out"]
    assert [(one["row"], one["what"]) for one in said["notes"]] == found["notes"]
    errors = [(one["row"], one["column"], one["value"], one["problem"]) for one in said["errors"]]
    asked = {row for row, _question in found["doubts"]}
    assert [error for error in errors if error[0] not in asked] == [
        one for one in found["wrong"] if one[0] not in {row["row"] for row in said["rows"]}
    ]
    refused = {one[0] for one in found["wrong"]}
    for row in said["rows"]:  # as it was read, or with what the list says against it
        assert (
            row["row"] in refused
            or found["values"][row["row"]].items()
            >= {column: value for column, value in row["values"].items() if value and column != "phone"}.items()
        )
    assert found["values"].keys() | refused == {row["row"] for row in said["rows"]} | {error[0] for error in errors}


def with_deadlines_of_before(path: Path) -> SimpleUploadedFile:
    """Return the sheet as it was before the deadlines in it were moved."""
    book, file = load_workbook(path), io.BytesIO()
    for row in book.worksheets[0].iter_rows(2):
        row[DUE].value = BEFORE if row[DUE].value else None
    book.save(file)
    return SimpleUploadedFile("点位.xlsx", file.getvalue())


def send(client: Client, cycle: Cycle, file: SimpleUploadedFile) -> Import:
    assert client.post(cycle.address("imports:of_year"), {"what": "sites:", "file": file}).status_code == 302
    return Import.objects.latest("pk")


def act(client: Client, name: str, batch: Import, data: dict[str, str]) -> int:
    answer = client.post(reverse(f"imports:{name}", kwargs={"pk": batch.pk}), data)
    batch.refresh_from_db()
    return answer.status_code


MOVED_CASE = "office_move_deadlines.xlsx"
BEFORE, AFTER, DUE = "2027-10-31", "2028-12-31", 7


@pytest.mark.parametrize(
    "path", [f"shapes/{MOVED_CASE}", *(f"cases/{name}" for name in cases() if name == MOVED_CASE)], indirect=True
)
def test_public_deadlines_are_moved_for_a_reason_and_what_they_were_stays_in_sight(path: Path, time_machine: Any):
    time_machine.move_to(NOW, tick=False)
    cycle, by, _target = year_of("sites")
    client = signed_in(by)
    first = send(client, cycle, with_deadlines_of_before(path))
    assert act(client, "write", first, {}) == 302
    assert set(Site.objects.values_list("due_on", flat=True)) == {date.fromisoformat(BEFORE)}

    moved = send(client, cycle, SimpleUploadedFile(path.name, path.read_bytes()))

    questions = {key for key in asking.questions_of(moved) if key[1] == "moved"}
    later = [row[0].row for row in load_workbook(path).worksheets[0].iter_rows(2) if row[DUE].value == AFTER]
    assert questions == {(row, "moved") for row in later} != set()
    assert act(client, "write", moved, {}) == 422
    assert set(Site.objects.values_list("due_on", flat=True)) == {date.fromisoformat(BEFORE)}
    others = {f"row_{row}_{code}": "yes" for row, code in asking.questions_of(moved) if code != "moved"}
    reason = {f"said_{row}_moved": "县政府常务会议纪要〔2027〕3号" for row, _code in questions}
    assert act(client, "answers", moved, {**others, **reason}) == 302
    assert act(client, "write", moved, {}) == 302
    assert moved.state == ImportState.WRITTEN
    assert Site.objects.filter(due_on=date.fromisoformat(AFTER)).count() == len(questions)
    site = Site.objects.filter(due_on=date.fromisoformat(AFTER)).first()
    page = client.get(cycle.address("projects:desk_site", pk=site.pk)).content.decode()
    assert f"<del>{BEFORE}</del>" in page
    assert "县政府常务会议纪要〔2027〕3号" in page
