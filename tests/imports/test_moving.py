"""A sheet that moves the date of a listed site says why: asked for all rows or for each, or told by its own columns."""

import io
from datetime import date

import pytest
from django.urls import reverse

from livelihood.imports import selectors, services
from livelihood.imports.exporters import shown_traces
from livelihood.imports.models import Import
from livelihood.imports.services import ImportWrong
from livelihood.imports.states import ImportSection
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.sheets.handling import in_words
from projects.models import Site
from tests.factories.frame import signed_in
from tests.factories.projects import SiteFactory
from tests.imports.tools import answer, asked, counts, csv_of, preview, read, receive, take_back, write, wrong
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db

HEAD = "项目序号,指标,点位编号,点位,地区代码,时限"
LATER = "2026-06-30"


def sheet(scene, *days, head="", cells=""):
    """Return a file that names a day for each of the sites A, A1, A2 and so on, with further columns."""
    lines = [HEAD + head]
    for number, day in enumerate(days):
        key = f"A{number or ''}"
        if number:
            SiteFactory(indicator=scene.indicator, area=scene.site.area, key=key, quantity_planned=0)
        lines.append(
            f"1,{scene.indicator.name},{key},{Site.objects.get(key=key).name},{scene.site.area.code},{day}{cells}"
        )
    return io.BytesIO("\n".join(lines).encode())


def reasons(batch: Import) -> dict[int, str]:
    return {line.row: line.because for line in selectors.all_lines(batch, [ImportSection.CHANGED])}


def due(key="A"):
    return Site.objects.get(key=key).due_on


def told(scene, site):
    """Return what the history of a site says of sheets: what changed, and why."""
    traces = shown_traces("projects.site", site.pk, reader=scene.office, at=AT)
    return [([change["new"] for change in one.line.changes], one.line.because) for one in traces]


def test_a_later_date_waits_for_its_reason_which_stays_with_it(scene):
    batch = read(scene, receive(scene, sheet(scene, LATER)))

    assert asked(batch) == {2: ["moved", "year"]} or asked(batch) == {2: ["year", "moved"]}
    with pytest.raises(ImportWrong):
        write(scene, batch)
    batch = answer(scene, batch, {2: {"moved": in_words(" 市政府常务会议  纪要〔2025〕3号 "), "year": "yes"}})
    assert reasons(batch) == {2: "市政府常务会议 纪要〔2025〕3号"}
    write(scene, batch)

    assert due() == date(2026, 6, 30)
    assert told(scene, scene.site) == [([LATER], "市政府常务会议 纪要〔2025〕3号")]
    take_back(scene, batch)
    assert due() == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("head", "cells", "because"),
    [
        (",调整原因", ",管线迁改", "管线迁改"),
        (",批准文号", ",象政办〔2025〕7号", "象政办〔2025〕7号"),
        (",延期原因,批复文号", ",管线迁改,象政办〔2025〕7号", "管线迁改；象政办〔2025〕7号"),
    ],
)
def test_what_the_sheet_says_of_it_is_not_asked(scene, head, cells, because):
    batch = read(scene, receive(scene, sheet(scene, "2026-01-31", head=head, cells=cells)))
    batch = answer(scene, batch, {row: {"year": "yes"} for row in asked(batch)}) if asked(batch) else batch

    assert (counts(batch), reasons(batch)) == ((0, 1, 0, 0), {2: because})
    write(scene, batch)
    assert told(scene, scene.site) == [(["2026-01-31"], because)]


def test_an_empty_reason_is_none(scene):
    batch = read(scene, receive(scene, sheet(scene, "2026-01-31", head=",调整原因", cells=",无")))

    assert "moved" in asked(batch)[2]


def test_an_earlier_date_a_new_site_and_the_same_date_need_none(scene):
    batch = preview(scene, {"key": "A", "name": scene.site.name, "due_on": "2025-11-30", "quantity_planned": 10},
                    {"key": "N"})  # fmt: skip

    assert (counts(batch), asked(batch)) == ((1, 1, 0, 0), {})
    same = preview(scene, {"key": "A", "name": "新名", "due_on": "2025-12-31", "quantity_planned": 10})
    assert (counts(same), asked(same), reasons(same)) == ((0, 1, 0, 0), {}, {2: ""})


def test_the_date_can_be_kept_while_the_rest_of_the_row_is_written(scene):
    batch = preview(scene, {"key": "A", "name": "新名", "due_on": "2026-01-31", "quantity_planned": 10})
    batch = answer(scene, batch, {2: {"moved": "keep"}})

    write(scene, batch)

    scene.site.refresh_from_db()
    assert (scene.site.name, scene.site.due_on) == ("新名", date(2025, 12, 31))


def test_a_date_that_is_kept_and_lies_before_the_new_start_is_refused(scene):
    row = {"key": "A", "starts_on": "2026-01-05", "due_on": "2026-01-31", "quantity_planned": 10}
    batch = answer(scene, preview(scene, row), {2: {"moved": "keep"}})

    assert [(one.row, one.column) for one in wrong(batch)] == [(2, "due_on")]


def test_a_date_before_the_start_that_stands_on_the_list_is_refused(scene):
    Site.objects.update(starts_on=date(2025, 6, 1))

    batch = preview(scene, {"key": "A", "due_on": "2025-05-01", "quantity_planned": 10})

    assert [(one.row, one.column) for one in wrong(batch)] == [(2, "due_on")]


@pytest.mark.parametrize("given", ["said", "said:", "said: ", "said:改", "yes", "因为", f"said:{'长' * 301}"])
def test_what_is_no_reason_is_refused(scene, given):
    batch = preview(scene, {"key": "A", "due_on": "2026-01-31", "quantity_planned": 10})

    with pytest.raises(InvalidInput):
        services.answer_import(batch=batch, answers={2: {"moved": given}}, by=scene.office, at=AT)

    batch.refresh_from_db()
    assert batch.answers == {}


def test_one_reason_is_given_for_all_rows_and_another_for_one(scene):
    batch = read(scene, receive(scene, sheet(scene, "2025-12-30", LATER, LATER, LATER)))
    client = signed_in(scene.office)
    address = reverse("imports:answers", kwargs={"pk": batch.pk})
    years = {f"row_{row}_year": "yes" for row in asked(batch) if "year" in asked(batch)[row]}

    wordless = client.post(address, {"alike": "moved:said", "row_3_moved": "said"})
    assert wordless.status_code == 422
    assert set(wordless.context["form"].errors) == {"said_alike_moved", "said_3_moved"}
    sent = {"said_alike_moved": "县常委会会议纪要2号", "said_4_moved": "管线迁改", **years}
    assert client.post(address, sent).status_code == 302

    batch.refresh_from_db()
    assert reasons(batch) == {2: "", 3: "县常委会会议纪要2号", 4: "管线迁改", 5: "县常委会会议纪要2号"}
    page = client.get(f"{reverse('imports:import', kwargs={'pk': batch.pk})}?section=changed").content.decode()
    assert page.count("县常委会会议纪要2号") == 4  # of two rows, as the reason and as what was answered


def test_the_page_of_a_site_says_why_its_date_moved(scene):
    batch = preview(scene, {"key": "A", "due_on": "2026-01-31", "quantity_planned": 10})
    answers = dict.fromkeys(asked(batch)[2], "yes") | {"moved": in_words("管线迁改")}
    write(scene, answer(scene, batch, {2: answers}))

    page = signed_in(scene.office).get(scene.cycle.address("projects:desk_site", pk=scene.site.pk)).content.decode()

    assert "管线迁改" in page
    assert "2025-12-31" in page


def test_a_column_of_reasons_beside_other_changes_is_shown_with_them(scene):
    names = ("project", "indicator", "key", "name", "area", "due_on", "quantity_planned")
    file = csv_of(scene, {"key": "A", "name": "新名", "due_on": "2025-12-31", "quantity_planned": 10}, names=names)
    text = file.read().decode().splitlines()
    batch = read(scene, receive(scene, io.BytesIO(f"{text[0]},变更原因\n{text[1]},门牌更名".encode())))

    assert (counts(batch), reasons(batch)) == ((0, 1, 0, 0), {2: "门牌更名"})
