"""What a sheet of sites may leave out, what is asked about it, and how it is taken back."""

import io
from datetime import date
from decimal import Decimal

import pytest

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.imports import selectors
from livelihood.imports import services as imports
from livelihood.imports.models import Import
from livelihood.imports.services import ImportWrong
from livelihood.imports.services.taking_back import NothingGoes
from livelihood.imports.states import ImportSection, ImportState
from livelihood.kernel.errors import IllegalMove, InvalidInput, NotAllowed
from projects import services
from projects.exporters import HEADINGS
from projects.importers import STORED, SiteRow
from projects.models import Notice, Site
from projects.services import SiteEntry
from tests import databases
from tests.factories.frame import CountyFactory, OrganisationFactory, official
from tests.factories.projects import IndicatorFactory, SiteFactory
from tests.imports.tools import (
    NAMES,
    answer,
    asked,
    changes,
    counts,
    csv_of,
    preview,
    read,
    receive,
    take_back,
    write,
    wrong,
)
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db
FEW = ("key", "name", "due_on")


def stored(*, without=("search",)):
    """Return every site with all its columns, but for the words that the database makes of them."""
    names = [field.name for field in Site._meta.concrete_fields if field.name not in without]
    return list(Site.objects.order_by("pk").values_list(*names))


def test_a_column_that_is_absent_changes_nothing(scene):
    Site.objects.update(
        address="文一路1号",
        longitude=Decimal("120.1"),
        latitude=Decimal("30.2"),
        starts_on=date(2025, 2, 1),
        source="市府一号文",
    )
    others = {"search", "due_on", "light", "light_reason"}
    before = stored(without=others)

    same = preview(scene, {"key": "a", "name": scene.site.name, "due_on": "2025-12-31"}, names=FEW)
    later = preview(scene, {"key": "a", "name": scene.site.name, "due_on": "2025-11-30"}, names=FEW)

    assert counts(same) == (0, 0, 1, 0)
    assert changes(later) == {2: {"due_on": ({"day": "2025-12-31"}, {"day": "2025-11-30"})}}
    write(scene, later)
    scene.site.refresh_from_db()
    assert scene.site.due_on == date(2025, 11, 30)
    assert stored(without=others) == before


def test_a_new_site_needs_what_the_sheet_has_no_column_for(scene):
    batch = preview(scene, {"key": "neu"}, names=("project", "key", "name"))

    assert [(one.column, "日期" in one.problem or "时限" in one.problem) for one in wrong(batch)] == [("key", True)]


def test_a_key_of_one_site_alone_names_its_project_too(scene):
    other = IndicatorFactory(project__cycle=scene.cycle, project__number=2)
    SiteFactory(indicator=other, key="C", area=scene.site.area)
    SiteFactory(indicator=other, key="A", area=scene.site.area)

    batch = preview(scene, {"key": "C", "name": "新名"}, {"key": "A"}, {"key": "Z"}, names=FEW)

    assert counts(batch) == (0, 1, 0, 2)
    assert [(one.row, one.column) for one in wrong(batch)] == [(3, "project"), (4, "project")]


def test_a_new_site_of_a_project_with_two_indicators_names_its_own(scene):
    IndicatorFactory(project=scene.indicator.project)
    names = tuple(name for name in NAMES if name != "indicator")

    batch = preview(scene, {"key": "B"}, {"key": "A"}, names=names)

    assert [(one.row, one.column) for one in wrong(batch)] == [(2, "indicator")]


def test_cells_left_empty_are_asked_about_and_may_keep_what_is_there(scene):
    Site.objects.update(address="文一路1号")
    row = {"key": "A", "name": scene.site.name, "due_on": "2025-12-31", "address": "", "quantity_planned": 10}

    batch = preview(scene, row)
    assert (asked(batch), changes(batch)) == ({2: ["emptied"]}, {2: {"address": ("文一路1号", "")}})
    with pytest.raises(ImportWrong):
        write(scene, batch)
    kept = answer(scene, batch, {2: {"emptied": "keep"}})
    assert counts(kept, "unchanged", "doubt") == (1, 0)
    emptied = answer(scene, kept, {}) if kept.state == ImportState.RECEIVED else kept
    assert emptied.counts["unchanged"] == 1
    write(scene, answer(scene, preview(scene, row), {2: {"emptied": "yes"}}))

    assert Site.objects.get().address == ""


def test_sites_without_numbers_get_keys_that_are_shown_and_are_found_again_by_name(scene):
    names = tuple(name for name in NAMES if name != "key")
    there = SiteFactory(indicator=scene.indicator, area=scene.site.area, key="1-001", quantity_planned=Decimal(0))
    rows = [{"name": "甲"}, {"name": "乙"}, {"name": there.name, "due_on": "2025-12-31"}]

    batch = preview(scene, *rows, names=names)

    lines = list(selectors.all_lines(batch, [ImportSection.NEW]))
    assert [(line.name, line.values["key"]) for line in lines] == [("甲", "1-002"), ("乙", "1-003")]
    assert counts(batch) == (2, 0, 1, 0)
    write(scene, batch)
    assert counts(preview(scene, *rows, names=names)) == (0, 0, 3, 0)
    assert list(Site.objects.order_by("pk").values_list("key", flat=True)) == ["A", "1-001", "1-002", "1-003"]


def test_two_nameless_rows_of_one_name_cannot_be_told_apart(scene):
    names = tuple(name for name in NAMES if name != "key")

    batch = preview(scene, {"name": "甲"}, {"name": "甲"}, names=names)

    assert (counts(batch), [one.row for one in wrong(batch)]) == ((1, 0, 0, 1), [3])


@pytest.mark.parametrize(("given", "keys"), [("update", {"A"}), ("add", {"A", "X"}), ("leave", {"A"})])
def test_the_same_name_in_the_same_place_under_another_key_is_asked_about(scene, given, keys):
    Site.objects.update(longitude=Decimal("120.10"), latitude=Decimal("30.20"))
    row = {"key": "X", "name": scene.site.name, "longitude": "120.101", "latitude": "30.201", "quantity_planned": 0}
    batch = preview(scene, row)
    assert asked(batch) == {2: ["same_site"]}

    batch = answer(scene, batch, {2: {"same_site": given}})
    write(scene, batch)

    assert set(Site.objects.values_list("key", flat=True)) == keys
    assert (Site.objects.get(key="A").due_on == date(2025, 9, 30)) == (given == "update")


@pytest.mark.parametrize("far", [{"longitude": "121", "latitude": "30.2"}, {"area": "other"}, {"name": "别处"}])
def test_what_lies_elsewhere_or_is_called_otherwise_is_another_site(scene, far):
    Site.objects.update(longitude=Decimal("120.10"), latitude=Decimal("30.20"))
    area = CountyFactory(parent=scene.cycle.area) if "area" in far else scene.site.area
    row = {"key": "X", "name": scene.site.name, "longitude": "120.1", "latitude": "30.2", **far, "area": area.code}

    assert (asked(preview(scene, row)), counts(preview(scene, row))) == ({}, (1, 0, 0, 0))


def test_a_point_beside_its_area_is_asked_about(scene):
    area = scene.site.area
    with databases.as_superuser():
        type(area).objects.filter(pk=area.pk).update(
            longitude=Decimal("120.15"), latitude=Decimal("30.27"), level="county"
        )
        for place, x in ((CountyFactory(parent=scene.cycle.area), "120.60"), (CountyFactory(), "121.60")):
            type(area).objects.filter(pk=place.pk).update(longitude=Decimal(x), latitude=Decimal("30.27"))
    at = {"near": "120.25", "inside": "120.60", "outside": "121.58", "far": "125"}

    batch = preview(scene, *({"key": key, "name": key, "longitude": x, "latitude": "30.27"} for key, x in at.items()))

    assert asked(batch) == {4: ["place"], 5: ["place"]}


def test_departments_change_only_what_they_lead_or_answer_for(scene):
    led = IndicatorFactory(project__cycle=scene.cycle, project__number=2)
    with databases.as_superuser():
        led.project.lead_organisation = OrganisationFactory(area=scene.cycle.area)
        led.project.save(update_fields=["lead_organisation"])
    theirs = {"project": 2, "indicator": led.name}
    SiteFactory(indicator=led, key="C", area=scene.site.area)
    SiteFactory(indicator=led, key="D", area=scene.site.area, organisation=scene.lead)
    rows = [{"key": "A", "name": "一"}, {"key": "B"}, *({**theirs, "key": key, "name": key} for key in "CDE")]

    batch = read(scene, receive(scene, csv_of(scene, *rows), by=scene.department), by=scene.department)
    office = preview(scene, *rows)

    assert [(one.row, one.column) for one in wrong(batch)] == [(4, "project"), (6, "project")]
    assert counts(batch) == (1, 2, 0, 2)
    assert counts(office) == (2, 3, 0, 0)
    site = Site.objects.get(key="C")
    row = SiteRow(*(getattr(site, column) for column in STORED))._replace(name="改名")
    with pytest.raises(NotAllowed):
        services.correct_site(site=site, row=row, reason="x", by=scene.department, at=AT)


def test_what_a_department_gets_as_a_file_it_may_bring_back(scene):
    other = IndicatorFactory(project__cycle=scene.cycle, project__number=2)
    with databases.as_superuser():
        other.project.lead_organisation = OrganisationFactory(area=scene.cycle.area)
        other.project.save(update_fields=["lead_organisation"])
    theirs = SiteFactory(indicator=other, area=scene.site.area)
    row = {"project": 2, "indicator": other.name, "key": theirs.key, "name": theirs.name, "due_on": theirs.due_on,
           "quantity_planned": ""}  # fmt: skip

    same = read(scene, receive(scene, csv_of(scene, row), by=scene.department), by=scene.department)
    changed = {**row, "name": "改名"}
    renamed = read(scene, receive(scene, csv_of(scene, changed), by=scene.department), by=scene.department)

    assert counts(same) == (0, 0, 1, 0)
    assert [(one.row, one.column) for one in wrong(renamed)] == [(2, "project")]


def test_a_file_that_is_read_otherwise_forgets_what_it_was_read_as(scene):
    batch = preview(scene, {"area": "110101"})
    assert counts(batch) == (0, 0, 0, 1)

    mapping = {"地区代码": "", "项目序号": "project", "点位编号": "key", "点位": "name", "时限": "due_on"}
    batch = imports.map_import(batch=batch, sheet="", mapping=mapping, meanings={}, datum="", by=scene.office, at=AT)

    assert (batch.state, batch.counts, batch.version) == (ImportState.RECEIVED, {}, 1)
    assert selectors.lines_of(batch, ImportSection.WRONG, 1) == ([], None)
    assert [one.column for one in wrong(read(scene, batch))] == ["key"]


@pytest.mark.parametrize(
    ("mapping", "datum"), [({"甲": "nothing"}, ""), ({"甲": "name"}, "mars"), ({"甲": "name", "乙": "name"}, "")]
)
def test_a_mapping_that_makes_no_sense_is_refused(scene, mapping, datum):
    batch = receive(scene, csv_of(scene, {}))

    with pytest.raises(InvalidInput):
        imports.map_import(batch=batch, sheet="", mapping=mapping, meanings={}, datum=datum, by=scene.office, at=AT)

    batch.refresh_from_db()
    assert (batch.mapping, batch.version) == ({}, 0)


def test_the_datum_is_remembered_with_the_headings(scene):
    batch = receive(scene, csv_of(scene, {}))
    imports.map_import(
        batch=batch, sheet="", mapping={"甲": "name"}, meanings={}, datum="gcj02", by=scene.office, at=AT
    )
    read(scene, batch)

    again = receive(scene, csv_of(scene, {"longitude": "120.16", "latitude": "30.27"}))
    elsewhere = receive(scene, csv_of(scene, {}), by=scene.department)

    assert (again.mapping, again.datum) == ({"甲": "name"}, "gcj02")
    assert (elsewhere.mapping, elsewhere.datum) == ({}, "")
    (line,) = selectors.all_lines(read(scene, again), [ImportSection.NEW])
    assert line.values["longitude"] == {"number": "120.155306"}


def test_a_slip_about_headings_spoils_no_file_that_follows(scene):
    def mapped(**mapping: str) -> Import:
        batch = receive(scene, csv_of(scene, {}))
        given = {"sheet": "", "mapping": mapping, "meanings": {}, "datum": "", "by": scene.office, "at": AT}
        return read(scene, imports.map_import(batch=batch, **given))

    assert mapped(**dict.fromkeys(map(str, HEADINGS.values()), "")).problem
    imports.drop_import(batch=mapped(甲="name"), by=scene.office, at=AT)

    assert receive(scene, csv_of(scene, {})).mapping == {}


@pytest.mark.parametrize("values", [{"kind": "nothing"}, {"cycle": None}, {"target": "2"}])
def test_what_no_handler_takes_is_not_received(scene, values):
    with pytest.raises(InvalidInput):
        receive(scene, csv_of(scene, {}), **values)

    assert not Import.objects.exists()


def test_answers_are_to_questions_that_were_asked(scene):
    batch = preview(scene, {"due_on": "2027-01-01"})

    for answers in ({2: {"year": "no"}}, {3: {"year": "yes"}}, {2: {"place": "yes"}}):
        with pytest.raises(InvalidInput):
            answer(scene, batch, answers)

    batch.refresh_from_db()
    assert (batch.state, batch.answers) == (ImportState.PREVIEWED, {})
    with pytest.raises(IllegalMove):
        imports.answer_import(batch=receive(scene, csv_of(scene, {})), answers={}, by=scene.office, at=AT)


def test_what_the_file_itself_leaves_in_doubt_is_asked_too(scene):
    batch = preview(scene, {"longitude": "30.27", "latitude": "120.15"})
    assert asked(batch) == {2: ["read.longitude"]}

    batch = answer(scene, batch, {2: {"read.longitude": "yes"}})

    (line,) = selectors.all_lines(batch, [ImportSection.NEW])
    assert (line.values["longitude"], line.values["latitude"]) == ({"number": "120.15"}, {"number": "30.27"})


def test_what_a_sheet_says_of_all_its_rows_against_how_it_was_brought_is_asked(scene):
    rows = csv_of(scene, {"key": "B"}, {"key": "C", "name": "三号点位"}).getvalue().decode()
    batch = receive(scene, io.BytesIO(f"某市2024年点位清单\n{rows}".encode()))
    read(scene, batch)
    batch.refresh_from_db()
    assert asked(batch) == {3: ["read."], 4: ["read."]}

    batch = answer(scene, batch, {3: {"read.": "yes"}, 4: {"read.": "leave"}})

    assert (batch.state, counts(batch)) == (ImportState.PREVIEWED, (1, 0, 0, 0))
    assert asked(batch) == {}


def test_taking_back_leaves_everything_as_it_was(scene):
    Site.objects.update(address="文一路1号", reported_on=None)
    services.refresh_lights(cycle=scene.cycle, at=AT)
    before = stored()
    batch = preview(scene, {"key": "A", "name": "新名", "address": "文二路", "quantity_planned": 7}, {"key": "B"})
    write(scene, batch)
    assert Site.objects.count() == 2

    batch = take_back(scene, batch)

    assert (batch.state, batch.counts["stayed"], batch.reason) == (ImportState.TAKEN_BACK, 0, "错了")
    assert stored() == before
    assert services.recount_figures() == []
    assert Entry.objects.latest("pk").act == "import.taken_back"
    with pytest.raises(NotAllowed):
        take_back(scene, batch)


def test_rows_on_which_somebody_acted_since_stay(scene):
    rows = [{"key": key, "name": key} for key in "BCDE"]
    batch = write(scene, preview(scene, *rows, {"key": "A", "name": "新名", "quantity_planned": 10}))
    new = {site.key: site for site in Site.objects.all()}
    services.report_sites(
        entries=[SiteEntry(new["A"].pk, Decimal(1))], reported_on=date(2025, 6, 1), idempotency_key="k",
        by=scene.builder, at=AT,
    )  # fmt: skip
    write(scene, preview(scene, {"key": "C", "name": "后来改的"}))
    Notice.objects.create(
        cycle=scene.cycle, site=new["D"], site_due_on=AT, issued_on=date(2025, 6, 1), due_on=date(2025, 6, 9)
    )
    Site.objects.filter(key="E").update(state="under_way")

    batch = take_back(scene, batch)

    assert [one.row for one in wrong(batch, ImportSection.STAYED)] == [3, 4, 5]
    assert batch.counts["stayed"] == 3
    assert {site.key: site.name for site in Site.objects.all()} == {
        "A": scene.site.name, "C": "后来改的", "D": "D", "E": "E",
    }  # fmt: skip
    assert services.recount_figures() == []


def test_a_finished_site_stays_as_it_was_written(scene):
    batch = write(scene, preview(scene, {"key": "A", "name": "新名", "quantity_planned": 10}))
    Site.objects.update(state="completed")

    with pytest.raises(NothingGoes):
        take_back(scene, batch)

    assert Site.objects.get().name == "新名"


def test_taking_back_needs_a_reason_and_somebody_who_may(scene):
    batch = write(scene, preview(scene, {}))

    with pytest.raises(InvalidInput):
        imports.take_back_import(batch=batch, reason=" ", by=scene.office, at=AT)
    with pytest.raises(NotAllowed):
        take_back(scene, batch, by=scene.builder)
    with pytest.raises(NotAllowed):
        take_back(scene, preview(scene, {"key": "C"}))
    assert Site.objects.filter(key="B").exists()


def test_an_object_knows_which_files_wrote_it(scene):
    write(scene, preview(scene, {"key": "A", "name": "一", "quantity_planned": 10}, {"key": "B", "name": "乙"}))
    write(scene, preview(scene, {"key": "A", "name": "二", "quantity_planned": 10}))

    traces = selectors.traces_of("projects.site", scene.site.pk)

    assert [(one.line.changes[0][2], one.is_new) for one in traces] == [("二", False), ("一", False)]
    assert [one.is_new for one in selectors.traces_of("projects.site", Site.objects.get(key="B").pk)] == [True]
    assert selectors.traces_of("projects.site", 0) == []


def test_only_who_acts_for_one_organisation_shares_its_memory(scene):
    department = official(Role.DEPARTMENT, scene.cycle.area, scene.lead)

    assert selectors.organisation_in(department, scene.cycle.area, AT) == scene.lead.pk
    assert selectors.organisation_in(scene.office, CountyFactory(), AT) is None


def test_totals_and_notes_are_left_out_and_said(scene):
    content = csv_of(scene, {}).read() + "\n合计,,,,,,1\n备注：以上数据截至九月,,,,,,".encode()

    batch = read(scene, receive(scene, io.BytesIO(content)))

    lines = list(selectors.all_lines(batch, [ImportSection.LEFT_OUT]))
    assert [(line.row, line.why) for line in lines] == [(3, "total"), (4, "note")]
