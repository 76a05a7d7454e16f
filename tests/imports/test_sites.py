import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.states import Phase
from livelihood.imports import services as imports
from livelihood.imports.models import Import
from livelihood.imports.services import ImportWrong, previewing
from livelihood.imports.states import ImportState
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.errors import Conflict, IllegalMove, NotAllowed
from livelihood.kernel.exports import Sheet, csv_parts, xlsx_into
from livelihood.kernel.uploads import FileRefused
from projects import selectors, services
from projects.exporters import site_fields
from projects.importers import SiteRow
from projects.models import Indicator, IndicatorFigure, Site
from projects.services import SiteEntry
from projects.services.lists import SitesWrong
from projects.states import CountedBy, SiteState
from tests.factories.frame import CountyFactory, PhasePeriodFactory, official
from tests.factories.projects import AllocationFactory, IndicatorFactory, SiteFactory
from tests.imports.tools import asked, changes, counts, csv_of, preview, read, receive, write, wrong
from tests.projects.conftest import AT
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "spelling", ["b-71", "\uff22\uff0d\uff17\uff11", "B\u2011\u0037\u0031", "B-71\u3000", "B\u200b-71"]
)
def test_a_key_in_another_spelling_is_the_same_site(scene, spelling):
    write(scene, preview(scene, {"key": "B-71"}))

    batch = preview(scene, {"key": spelling, "name": "新名"})
    write(scene, batch)

    assert counts(batch) == (0, 1, 0, 0)
    assert list(Site.objects.filter(key_folded=spelling).values_list("key", "name")) == [("B-71", "新名")]


def test_two_spellings_of_a_key_in_one_file_are_one_entry_twice(scene):
    batch = preview(scene, {"key": "B-71"}, {"key": "\uff42-71"})

    assert counts(batch) == (1, 0, 0, 1)
    assert [one.row for one in wrong(batch)] == [3]


def test_new_sites_are_previewed_then_written(scene):
    batch = preview(scene, {}, {"key": "C", "longitude": "120.15", "latitude": "30.25", "address": "文苑路1号"})
    assert (counts(batch), Site.objects.count()) == ((2, 0, 0, 0), 1)

    batch = write(scene, batch)

    assert (batch.state, batch.prepared, batch.decided_by) == (ImportState.WRITTEN, None, scene.office)
    site = Site.objects.get(key="C")
    assert (site.name, site.area, site.indicator, site.project, site.cycle) == (
        "二号点位", scene.site.area, scene.indicator, scene.indicator.project, scene.cycle,
    )  # fmt: skip
    assert (site.longitude, site.latitude, site.address) == (Decimal("120.15"), Decimal("30.25"), "文苑路1号")
    assert (site.starts_on, site.due_on, site.state) == (date(2025, 1, 1), date(2025, 9, 30), SiteState.PLANNED)
    assert site.light == "red"  # five months late to start: the lights are computed at once
    assert IndicatorFigure.objects.get().sites == 3
    assert list(Entry.objects.order_by("pk").values_list("act", flat=True)) == [
        "import.received", "import.written",
    ]  # fmt: skip


def test_changes_are_shown_old_and_new_by_name(scene):
    other = CountyFactory(parent=scene.cycle.area)
    batch = preview(scene, {"key": "A", "name": "新名", "area": other.code, "quantity_planned": 10})

    assert counts(batch) == (0, 1, 0, 0)
    shown = changes(batch)[2]
    assert shown["name"] == (scene.site.name, "新名")
    assert shown["area"] == (
        f"{scene.site.area.code} {scene.site.area.name_zh}", f"{other.code} {other.name_zh}",
    )  # fmt: skip

    write(scene, batch)

    scene.site.refresh_from_db()
    assert (scene.site.name, scene.site.area) == ("新名", other)
    assert services.recount_figures() == []


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_exported_imports_again_unchanged(scene, kind):
    site = SiteFactory(
        indicator=scene.indicator, organisation=scene.unit, standard=scene.site.standard, key="=1+1", name="'@单引号",
        address="-路, \"引号\"", longitude=Decimal("120.123456"), latitude=Decimal("30.000001"),
        quantity_planned=Decimal("0.0001"), source="市政府工作报告",
    )  # fmt: skip
    fields, rows = site_fields(scene.cycle), selectors.sites_for(scene.cycle)
    file = io.BytesIO()
    if kind == "xlsx":
        xlsx_into(file, [Sheet("点位", fields, rows)])
    else:
        file.write(b"".join(csv_parts(rows, fields)))
    file.seek(0)

    batch = read(scene, receive(scene, file))

    assert counts(batch) == (0, 0, 2, 0)
    write(scene, batch)
    before = {name: getattr(site, name) for name in ("key", "name", "address", "quantity_planned")}
    site.refresh_from_db()
    assert {name: getattr(site, name) for name in before} == before


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"project": 99}, "project"),
        ({"indicator": "没有这个指标"}, "indicator"),
        ({"area": "110101"}, "area"),
        ({"area": "浙江"}, "area"),
        ({"due_on": "2025-02-30"}, "due_on"),
        ({"due_on": "1999-01-01"}, "due_on"),
        ({"due_on": "明天"}, "due_on"),
        ({"starts_on": "2025-10-01"}, "due_on"),
        ({"quantity_planned": "-1"}, "quantity_planned"),
        ({"quantity_planned": "许多"}, "quantity_planned"),
        ({"longitude": "200", "latitude": "30"}, "longitude"),
        ({"longitude": "120"}, "latitude"),
        ({"organisation": "没有这个单位"}, "organisation"),
        ({"standard": "没有这个标准"}, "standard"),
        ({"name": "长" * 201}, "name"),
        ({"key": ""}, "key"),
    ],
)
def test_wrong_rows_are_named_with_place_value_and_remedy_and_nothing_is_written(scene, row, column):
    batch = preview(scene, {"key": "good"}, row)

    one = wrong(batch)[0]
    assert (one.row, one.column) == (3, column)
    assert one.problem
    assert one.remedy
    assert batch.counts["wrong"] == 1
    with pytest.raises(ImportWrong):
        write(scene, batch)
    assert Site.objects.count() == 1


def test_an_indicator_reported_by_areas_takes_no_sites(scene):
    other = IndicatorFactory(project=scene.indicator.project, counted_by=CountedBy.AREAS)

    assert counts(preview(scene, {"indicator": other.name})) == (0, 0, 0, 1)


def test_a_key_that_stands_twice_is_wrong(scene):
    batch = preview(scene, {}, {})

    assert [one.row for one in wrong(batch)] == [3]


def test_sums_beyond_target_and_share_are_wrong_at_the_row_that_passes_them(scene):
    area = CountyFactory(parent=scene.cycle.area)
    AllocationFactory(indicator=scene.indicator, area=area, target=Decimal(3))
    scene.site.quantity_planned = Decimal(4)
    scene.site.save(update_fields=["quantity_planned"])

    share = preview(scene, {"area": area.code, "quantity_planned": 3}, {"key": "C", "area": area.code,
                                                                        "quantity_planned": "0.5"})  # fmt: skip
    whole = preview(scene, {"quantity_planned": 6}, {"key": "C", "quantity_planned": "0.0001"})
    exact = preview(scene, {"quantity_planned": 6})

    assert [one.row for one in wrong(share)] == [3]
    assert [one.row for one in wrong(whole)] == [3]
    assert counts(exact) == (1, 0, 0, 0)


def test_a_list_that_plans_too_much_already_is_read_in_again_and_may_shrink(scene):
    Indicator.objects.update(target=Decimal(5))

    standard = f"{scene.site.standard.title} v1"
    same = preview(
        scene,
        {
            "key": "A", "name": scene.site.name, "due_on": "2025-12-31", "organisation": scene.unit.name_zh,
            "standard": standard, "quantity_planned": 10,
        },
    )  # fmt: skip
    less = preview(scene, {"key": "A", "quantity_planned": 9})
    more = preview(scene, {"key": "A", "quantity_planned": 9}, {"quantity_planned": "0.5"})

    assert (counts(same), counts(less), counts(more)) == ((0, 0, 1, 0), (0, 1, 0, 0), (0, 1, 0, 1))


def test_a_row_that_may_not_change_its_site_counts_as_the_site_that_stays(scene):
    Site.objects.update(state=SiteState.COMPLETED, quantity_planned=Decimal(4))

    fits = preview(scene, {"key": "A", "quantity_planned": 10}, {"quantity_planned": 6})
    too_much = preview(scene, {"key": "A", "quantity_planned": 0}, {"quantity_planned": 7})

    assert [one.row for one in wrong(fits)] == [2]
    assert [one.row for one in wrong(too_much)] == [2, 3]


def test_a_row_that_replaces_a_site_is_not_added_to_it(scene):
    assert counts(preview(scene, {"key": "A", "quantity_planned": 9})) == (0, 1, 0, 0)


@pytest.mark.parametrize("state", [SiteState.COMPLETED, SiteState.ACCEPTED])
def test_finished_sites_change_no_more(scene, state):
    Site.objects.update(state=state)

    batch = preview(scene, {"key": "A", "name": "新名", "quantity_planned": 10})

    assert counts(batch) == (0, 0, 0, 1)


def test_reported_sites_stay_where_they_are_but_may_be_corrected(scene):
    Site.objects.update(reported_on=date(2025, 6, 1))
    other = CountyFactory(parent=scene.cycle.area)

    moved = preview(scene, {"key": "A", "area": other.code, "quantity_planned": 10})
    renamed = preview(scene, {"key": "A", "name": "新名", "quantity_planned": 10})

    assert (counts(moved), counts(renamed)) == ((0, 0, 0, 1), (0, 1, 0, 0))


def test_writing_refuses_when_the_sites_have_changed_since(scene):
    batch = preview(scene, {"key": "A", "name": "新名", "quantity_planned": 10})
    Site.objects.update(name="别人改的")

    with pytest.raises(Conflict):
        write(scene, batch)

    scene.site.refresh_from_db()
    assert scene.site.name == "别人改的"


def test_writing_refuses_when_the_target_has_changed_since(scene):
    batch = preview(scene, {"quantity_planned": 0})
    scene.indicator.target = Decimal(5)
    scene.indicator.save(update_fields=["target"])

    with pytest.raises(Conflict):
        write(scene, batch)

    assert Site.objects.count() == 1


def test_reports_on_other_sites_do_not_hold_up_an_import(scene):
    batch = preview(scene, {"quantity_planned": 0})
    services.report_sites(
        entries=[SiteEntry(scene.site.pk, Decimal(1))], reported_on=date(2025, 6, 1), idempotency_key="k",
        by=scene.builder, at=AT,
    )  # fmt: skip

    write(scene, batch)

    assert Site.objects.count() == 2


def test_a_file_is_decided_once(scene):
    batch = write(scene, preview(scene, {}))

    for act in (imports.write_import, imports.drop_import):
        with pytest.raises(NotAllowed):
            act(batch=batch, by=scene.office, at=AT)


def test_a_file_is_previewed_once_and_before_it_is_written(scene):
    received = receive(scene, csv_of(scene, {}))
    with pytest.raises(IllegalMove):
        write(scene, received)
    imports.preview_import(batch=received, by=scene.office, at=AT)
    with pytest.raises(IllegalMove):
        imports.preview_import(batch=received, by=scene.office, at=AT)

    assert Site.objects.count() == 1


def test_a_dropped_file_is_gone(scene):
    batch = imports.drop_import(batch=preview(scene, {}), by=scene.office, at=AT)

    assert (batch.state, batch.content, batch.prepared) == (ImportState.DROPPED, None, None)
    assert Site.objects.count() == 1


@pytest.mark.parametrize("who", ["builder", "supervisor", "stranger"])
def test_imports_refuse_strangers(scene, who):
    batch = receive(scene, csv_of(scene, {}))
    user = getattr(scene, who)

    with pytest.raises(NotAllowed):
        receive(scene, csv_of(scene, {}), by=user)
    for act in (imports.preview_import, imports.write_import, imports.drop_import, imports.ask_for_preview):
        with pytest.raises(NotAllowed):
            act(batch=batch, by=user, at=AT)

    batch.refresh_from_db()
    assert (batch.state, Import.objects.count()) == (ImportState.RECEIVED, 1)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 ...", b"PK\x03\x04 not a workbook", b"<html><table>"])
def test_what_is_no_table_is_not_taken_in(scene, content):
    with pytest.raises(FileRefused):
        receive(scene, io.BytesIO(content))

    assert Import.objects.count() == 0


def test_a_file_that_cannot_be_read_waits_for_somebody_to_say_how(scene):
    batch = receive(scene, io.BytesIO("不是,表头\n1,2".encode()))

    assert imports.ask_for_preview(batch=batch, by=scene.office, at=AT) is None

    batch.refresh_from_db()
    assert (batch.state, "表头" in str(batch.refusal)) == (ImportState.RECEIVED, True)


def test_the_days_that_are_taken_lie_around_the_delivery_wherever_the_year_lies(scene):
    PhasePeriodFactory(cycle=scene.cycle, phase=Phase.DELIVER, starts_on=date(2031, 2, 1), ends_on=date(2032, 3, 1))

    batch = preview(
        scene, {"key": "a", "due_on": "2029-01-01"}, {"key": "b", "due_on": "2035-12-31"},
        {"key": "c", "due_on": "2028-12-31"}, {"key": "d", "due_on": "2036-01-01"},
    )  # fmt: skip

    assert [(one.row, one.value) for one in wrong(batch)] == [(4, "2028-12-31"), (5, "2036-01-01")]
    assert asked(batch) == {2: ["year", "moved"], 3: ["year"]}  # the first is the site that is there


def test_gb18030_is_read(scene):
    file = io.BytesIO(csv_of(scene, {"name": "㐂老年食堂"}).read().decode().encode("gb18030"))

    batch = read(scene, receive(scene, file))

    write(scene, batch)
    assert Site.objects.get(key="B").name == "㐂老年食堂"


def test_a_small_file_is_previewed_at_once_and_a_large_one_by_a_worker(scene, monkeypatch):
    small, large = (receive(scene, csv_of(scene, {}), by=by) for by in (scene.department, scene.office))

    assert imports.ask_for_preview(batch=small, by=scene.department, at=AT) is None
    monkeypatch.setattr(previewing, "PREVIEWED_AT_ONCE", 10)
    job = imports.ask_for_preview(batch=large, by=scene.office, at=AT)
    imports.run_preview(job.pk, at=AT)

    for batch in (small, large):
        batch.refresh_from_db()
        assert (batch.state, counts(batch)) == (ImportState.PREVIEWED, (1, 0, 0, 0))
    assert Job.objects.get().state == JobState.DONE


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_sites_at_once_write_them_once(scene):
    people = [official(Role.LIVELIHOOD_OFFICE, scene.cycle.area) for _one in range(3)]
    files = [receive(scene, csv_of(scene, {"name": f"第{by.pk}份"}), by=by) for by in people]
    batches = [read(scene, batch, by) for batch, by in zip(files, people, strict=True)]

    answers = at_once(*(lambda batch=batch: write(scene, batch, batch.received_by) for batch in batches))

    assert sorted(type(answer).__name__ for answer in answers) == ["Import", "ImportOutdated", "ImportOutdated"]
    assert Site.objects.filter(key="B").count() == 1
    assert services.recount_figures() == []


@pytest.mark.django_db(transaction=True)
def test_an_import_and_reports_at_once_keep_the_figures(scene):
    batch = preview(scene, {"key": "A", "name": "新名", "quantity_planned": 7}, {"key": "B", "quantity_planned": 2})

    def report(number):
        return services.report_sites(
            entries=[SiteEntry(scene.site.pk, Decimal(number), "x")], reported_on=date(2025, 6, 1),
            idempotency_key=str(number), by=scene.builder, at=AT,
        )  # fmt: skip

    at_once(lambda: write(scene, batch), *(lambda n=n: report(n) for n in range(1, 5)))

    assert services.recount_figures() == []


@pytest.mark.django_db(transaction=True)
def test_who_drops_or_answers_what_is_being_written_is_told_at_once(scene):
    batch = preview(scene, {})
    acts = (
        lambda: imports.drop_import(batch=batch, by=scene.office, at=AT),
        lambda: imports.recheck_import(batch=batch, by=scene.office, at=AT),
        lambda: imports.answer_import(batch=batch, answers={}, by=scene.office, at=AT),
    )

    with transaction.atomic():
        write(scene, batch)
        answers = at_once(*acts)

    assert [type(answer).__name__ for answer in answers] == ["ImportBusy"] * 3
    batch.refresh_from_db()
    assert batch.state == ImportState.WRITTEN


def test_write_sites_checks_like_an_import(scene):
    row = SiteRow(
        project_id=scene.indicator.project_id, key="B", indicator_id=scene.indicator.pk, area_id=scene.site.area_id,
        standard_id=None, organisation_id=None, name="点位", address="", longitude=None, latitude=None,
        starts_on=date(2025, 5, 30), due_on=date(2025, 9, 1), quantity_planned=Decimal(0),
    )  # fmt: skip

    assert services.write_sites(cycle=scene.cycle, rows=[row], by=scene.office, at=AT) == 1
    with pytest.raises(SitesWrong):
        services.write_sites(
            cycle=scene.cycle, rows=[row._replace(key="C", quantity_planned=Decimal(1))], by=scene.office, at=AT
        )
    with pytest.raises(NotAllowed):
        services.write_sites(cycle=scene.cycle, rows=[row], by=scene.builder, at=AT)

    assert set(Site.objects.values_list("key", flat=True)) == {"A", "B"}
