"""The pages of the door: upload, columns, preview, answers, writing, taking back, files."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from livelihood.imports import tasks
from livelihood.imports.models import Import
from livelihood.imports.services import previewing, writing
from livelihood.imports.states import ImportState
from livelihood.jobs.models import Job
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.kernel.sheets.results import REASON
from livelihood.kernel.uploads import FileRefused
from projects.importers import SITES
from projects.models import Site
from tests.factories.projects import SiteFactory
from tests.imports.tools import asked, csv_of, receive

pytestmark = pytest.mark.django_db
PORTAL = "民生实事"


@pytest.fixture
def go(client, scene):
    """Open or send a page as somebody and return the answer, whose status is as expected."""

    def visit(name, batch=None, *, who="office", data=None, status=200, query="", **names):
        client.force_login(getattr(scene, who), backend="django.contrib.auth.backends.ModelBackend")
        kwargs = {"pk": batch.pk} if batch else {"area": scene.cycle.area.slug, "year": scene.cycle.year, **names}
        url = reverse(f"imports:{name}", kwargs=kwargs) + query
        response = client.get(url) if data is None else client.post(url, data)
        assert response.status_code == status, response.content.decode()[:2000]
        return response

    return visit


def upload(go, content, status=302, name="点位.csv"):
    go("of_year", data={"what": "sites:", "file": SimpleUploadedFile(name, content)}, status=status)
    return Import.objects.order_by("-pk").first()


def test_a_file_goes_from_upload_to_written_and_back(scene, go):
    batch = upload(go, csv_of(scene, {"address": "文一路1号"}).read())
    page = go("import", batch).content.decode()
    assert "文一路1号" in page  # new rows are shown, not only counted
    assert reverse("imports:write", args=[batch.pk]) in page

    go("write", batch)
    go("write", batch, data={}, status=302)

    site = Site.objects.get(key="B")
    page = go("import", batch).content.decode()
    assert reverse("imports:write", args=[batch.pk]) not in page
    assert scene.cycle.address("projects:desk_site", pk=site.pk) in page
    assert batch.digest in page

    go("take_back", batch)
    go("take_back", batch, data={"reason": ""}, status=422)
    assert Site.objects.filter(key="B").exists()
    go("take_back", batch, data={"reason": "传错了文件"}, status=302)
    page = go("import", batch).content.decode()
    assert "传错了文件" in page
    assert not Site.objects.filter(key="B").exists()


def test_the_page_of_a_site_says_which_files_wrote_it(scene, go, client):
    batch = upload(go, csv_of(scene, {"key": "A", "name": "新名", "quantity_planned": 10}).read())
    go("write", batch, data={}, status=302)

    page = client.get(scene.cycle.address("projects:desk_site", pk=scene.site.pk)).content.decode()

    assert reverse("imports:import", args=[batch.pk]) in page
    assert f"<del>{scene.site.name}</del>" in page


def test_wrong_rows_are_shown_and_come_back_in_the_workbook_of_the_office(scene, go):
    batch = upload(go, csv_of(scene, {"area": "110101"}, {"key": "C"}).read())
    shown = go("import", batch)
    page = shown.content.decode()
    assert "110101" in page
    assert [(line.row, line.name) for line in shown.context["lines"]] == [(2, "二号点位")]
    assert reverse("imports:write", args=[batch.pk]) not in page

    go("write", batch, data={}, status=422)
    book = load_workbook(io.BytesIO(go("errors", batch).getvalue()))
    go("drop", batch)
    go("drop", batch, data={}, status=302)

    assert (book.properties.creator, book.properties.title) == (PORTAL, "点位.csv")
    (sheet,) = book.worksheets
    reasons = {cell.row: cell.value for cell in sheet["H"]}
    assert reasons[1] == str(REASON)
    assert "110101" not in reasons[2]
    assert reasons[3] is None
    assert sheet["E2"].fill.fgColor.rgb == "FFFFF2A8"
    batch.refresh_from_db()
    assert (batch.state, Site.objects.count()) == (ImportState.DROPPED, 1)
    go("file", batch, status=404)
    go("errors", batch, status=404)


def test_a_workbook_that_comes_back_corrected_is_read_without_what_we_wrote_into_it(scene, go):
    batch = upload(go, csv_of(scene, {"area": "110101"}).read())
    book = load_workbook(io.BytesIO(go("errors", batch).getvalue()))
    book.worksheets[0]["E2"] = scene.site.area.code
    file = io.BytesIO()
    book.save(file)

    again = upload(go, file.getvalue(), name="点位-需修改.xlsx")

    assert (again.state, again.counts["new"]) == (ImportState.PREVIEWED, 1)
    assert go("import", again).content.decode().count(str(REASON)) == 1  # named among the headings that were read
    assert again.reading["notes"] == []


def test_the_marked_workbook_is_the_offices_own(scene, go):
    source = load_workbook(io.BytesIO(go("of_year", query="?template=sites").getvalue()))
    sheet = source.worksheets[0]
    sheet.title, sheet["A1"].comment = "九月", None
    heads = {str(cell.value): cell.column for cell in sheet[1]}
    values = {"project": 9, "key": "B", "name": "点位", "area": scene.site.area.code, "due_on": "2025-09-30"}
    for name, value in values.items():
        sheet.cell(3, heads[str(SITES.by_name[name].heading)], value)
    sheet.row_dimensions[3].height = 44
    file = io.BytesIO()
    source.save(file)

    batch = upload(go, file.getvalue(), name="点位.xlsx")
    marked = load_workbook(io.BytesIO(go("errors", batch).getvalue()))

    assert (source.properties.creator, source.properties.title) == (PORTAL, "点位")
    assert (marked.properties.creator, marked.properties.lastModifiedBy) == (PORTAL, PORTAL)
    assert marked.sheetnames == source.sheetnames
    assert marked["九月"].row_dimensions[3].height == 44
    assert marked["九月"]["A3"].fill.fgColor.rgb == "00FFF2A8"
    assert marked["九月"].cell(3, len(heads) + 1).value == f"点位\n{marked['九月']['A3'].comment.text}"
    assert (
        "".join(str(cell.value) for cell in marked["九月"][2]) == "".join(str(cell.value) for cell in sheet[2]) + "None"
    )


def test_what_is_no_table_is_refused_on_the_form(scene, go):
    upload(go, b"%PDF-1.7 hello", status=422)

    assert Import.objects.count() == 0
    go("of_year", who="builder", status=403)


def test_a_template_holds_an_example_that_is_not_read(scene, go):
    content = go("of_year", query="?template=sites").getvalue()

    with pytest.raises(FileRefused):
        read_sheet(io.BytesIO(content), SITES)
    go("of_year", query="?template=nothing", status=404)


def test_what_headings_mean_is_said_once_and_remembered_for_the_office(scene, go):
    content = csv_of(scene, {}).read().decode().replace("点位编号", "我们的号")
    content = content.replace("时限", "何时")
    batch = upload(go, content.encode())
    assert batch.state == ImportState.PREVIEWED
    assert batch.counts.get("new", 0) == 0

    page = go("columns", batch).content.decode()
    assert "我们的号" in page
    assert "2025-09-30" in page  # what stands below it
    form = {
        f"place_{place}": name for place, name in enumerate(("project", "indicator", "key", "name", "area", "due_on"))
    }
    go("columns", batch, data={**form, "place_0": "key"}, status=422)
    go("columns", batch, data={**form, "place_6": "quantity_planned"}, status=302)

    batch.refresh_from_db()
    assert (batch.state, batch.counts["new"]) == (ImportState.PREVIEWED, 1)
    again = upload(go, content.replace("B,", "C,").encode())
    assert again.counts["new"] == 1


def test_what_is_remembered_is_said_with_the_file_of_which_it_was_said(scene, go):
    content = csv_of(scene, {}).read().decode().replace("点位编号", "我们的号")
    said = "按此前文件的说明识别"
    first = upload(go, content.encode(), name="一.csv")
    assert said not in go("import", first).content.decode()
    form = {
        f"place_{place}": name for place, name in enumerate(("project", "indicator", "key", "name", "area", "due_on"))
    }
    go("columns", first, data={**form, "place_6": "quantity_planned"}, status=302)
    upload(go, content.replace("B,", "C,").encode(), name="二.csv")
    third = upload(go, content.replace("B,", "D,").encode(), name="三.csv")

    for name in ("import", "columns"):
        page = go(name, third).content.decode()
        assert said in page
        assert reverse("imports:import", args=[first.pk]) in page
    assert "（沿用）" in go("import", third).content.decode()
    go("columns", third, data={**form, "place_6": "quantity_planned"}, status=302)
    assert said not in go("import", third).content.decode()
    other = upload(go, csv_of(scene, {"key": "E"}, names=("key", "name", "area", "due_on")).read(), name="四.csv")
    assert said in go("import", other).content.decode()
    assert other.remembered_from == third


def test_a_file_that_cannot_be_read_leads_to_its_columns(scene, go):
    batch = upload(go, "甲,乙\n1,二号点位\n".encode())

    page = go("import", batch).content.decode()
    assert reverse("imports:columns", args=[batch.pk]) in page
    page = go("columns", batch).content.decode()
    assert "甲" in page
    assert "二号点位" in page


def test_another_sheet_of_the_file_is_chosen_by_a_link(scene, go):
    book = load_workbook(io.BytesIO(go("of_year", query="?template=sites").getvalue()))
    book.copy_worksheet(book.worksheets[0]).title = "十月"
    file = io.BytesIO()
    book.save(file)
    batch = upload(go, file.getvalue(), name="点位.xlsx")

    page = go("columns", batch, query="?sheet=十月").content.decode()

    assert page.count('aria-current="true"') >= 1
    go("columns", batch, query="?sheet=十月", data={"place_3": "name"}, status=302)
    batch.refresh_from_db()
    assert batch.sheet == "十月"


def test_questions_are_answered_row_by_row_or_all_alike(scene, go):
    batch = upload(go, csv_of(scene, *({"key": f"K{n}", "due_on": "2027-01-01"} for n in range(3))).read())
    assert asked(batch) == {2: ["year"], 3: ["year"], 4: ["year"]}
    page = go("import", batch).content.decode()
    question = page[page.rindex("<fieldset", 0, page.index('name="row_2_year"')) :]
    assert "选填" not in question[: question.index("</fieldset>")]

    go("answers", batch, data={"row_2_year": "maybe"}, status=422)
    go("answers", batch, data={"row_2_year": "leave"}, status=302)
    batch.refresh_from_db()
    assert asked(batch) == {3: ["year"], 4: ["year"]}
    assert batch.counts["left_out"] == 1

    go("answers", batch, data={"alike": "year:yes"}, status=302)
    batch.refresh_from_db()
    assert (asked(batch), batch.counts["new"]) == ({}, 2)


@pytest.mark.parametrize("query", ["", "?section=new", "?section=left_out", "?section=new&page=7", "?section=stayed"])
def test_every_section_opens(scene, go, query):
    batch = upload(go, csv_of(scene, {}, {"key": "合计", "name": "", "area": "", "due_on": ""}).read())

    go("import", batch, query=query)


def test_a_section_that_is_none_is_refused(scene, go):
    batch = upload(go, csv_of(scene, {}).read())

    go("import", batch, query="?section=all", status=400)


def test_large_files_are_read_and_written_by_a_worker_who_is_seen_to_work(scene, go, monkeypatch):
    monkeypatch.setattr(previewing, "PREVIEWED_AT_ONCE", 1)
    monkeypatch.setattr(writing, "WRITTEN_AT_ONCE", 0)
    batch = upload(go, csv_of(scene, {}).read())
    waiting = go("import", batch).content.decode()
    assert "data-progress" in waiting
    assert reverse("imports:write", args=[batch.pk]) not in waiting

    tasks.preview_import(job_id=Job.objects.get().pk)
    assert reverse("imports:write", args=[batch.pk]) in go("import", batch).content.decode()
    go("write", batch, data={}, status=302)
    waiting = go("import", batch).content.decode()
    assert "data-progress" in waiting
    assert reverse("imports:write", args=[batch.pk]) not in waiting
    assert Site.objects.count() == 1
    tasks.write_import(job_id=Job.objects.latest("pk").pk)

    assert Site.objects.filter(key="B").count() == 1
    batch.refresh_from_db()
    assert batch.state == ImportState.WRITTEN


def test_what_changed_since_the_preview_is_looked_at_anew(scene, go, monkeypatch):
    monkeypatch.setattr(writing, "WRITTEN_AT_ONCE", 0)
    batch = upload(go, csv_of(scene, {"key": "A", "name": "新名"}).read())
    go("write", batch, data={}, status=302)
    Site.objects.update(name="别人改的")

    tasks.write_import(job_id=Job.objects.get().pk)
    page = go("import", batch).content.decode()
    assert reverse("imports:recheck", args=[batch.pk]) in page
    go("recheck", batch, data={}, status=302)

    assert "别人改的" in go("import", batch).content.decode()
    assert Site.objects.get().name == "别人改的"


def test_who_writes_second_sees_what_the_file_would_do_now(scene, go):
    batch = upload(go, csv_of(scene, {"key": "A", "name": "新名"}).read())
    Site.objects.update(name="别人改的")

    address = go("write", batch, data={}, status=302).url

    assert address == f"{reverse('imports:import', args=[batch.pk])}?since=changed"
    assert Site.objects.get().name == "别人改的"
    page = go("import", batch, query="?since=changed").content.decode()
    assert "预览之后，系统中的数据有变动" in page
    assert "别人改的" in page
    go("write", batch, data={}, status=302)
    assert Site.objects.get().name == "新名"


def test_what_is_blocked_is_not_asked_about(scene, go):
    batch = upload(go, csv_of(scene, {"key": "A", "name": "新名"}, {"key": "B", "due_on": "不知道"}).read())

    assert go("write", batch, status=302).url == reverse("imports:import", args=[batch.pk])


def test_the_list_asks_the_same_number_of_times_for_one_file_and_three(scene, go, client, django_assert_num_queries):
    receive(scene, csv_of(scene, {}))
    go("of_year")
    for _ in range(2):
        with django_assert_num_queries(6):
            client.get(scene.cycle.address("imports:of_year"))
        for _ in range(2):
            receive(scene, csv_of(scene, {}))


def test_a_preview_asks_the_same_number_of_times_for_one_row_and_many(scene, go, client, django_assert_num_queries):
    for rows in (1, 40):
        batch = upload(go, csv_of(scene, *({"key": f"K{n}"} for n in range(rows))).read())
        go("import", batch)
        with django_assert_num_queries(10) as queries:
            client.get(reverse("imports:import", args=[batch.pk]))
        assert not [one for one in queries if '"content",' in one["sql"]], "the file is not read to show a page"


def test_files_of_others_are_refused(scene, go):
    batch = upload(go, csv_of(scene, {}).read())

    for name in ("import", "columns", "write", "drop", "file", "errors"):
        go(name, batch, who="stranger", status=403)
    for name in ("answers", "recheck", "write", "drop"):
        go(name, batch, who="stranger", data={}, status=403)
    batch.refresh_from_db()
    assert batch.state == ImportState.PREVIEWED
    SiteFactory()
