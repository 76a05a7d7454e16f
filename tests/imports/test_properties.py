"""Whatever a sheet holds: what it does not say stays, what is taken back is gone, what was exported is nothing new."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livelihood.kernel.exports import Sheet, csv_parts, xlsx_into
from projects import selectors, services
from projects.exporters import HEADINGS, site_fields
from projects.models import Site
from tests.factories.projects import SiteFactory
from tests.imports.tools import answer, asked, counts, read, receive, take_back, write
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db
WORDS = st.text(alphabet="甲乙丙路号栋\uff112aB-。'\"", min_size=1, max_size=12).map(lambda text: f"点{text}位")
MAYBE = st.just("") | WORDS
NUMBERS = st.decimals(min_value=0, max_value=1, places=4)
DRAWN = {
    "name": WORDS,
    "address": MAYBE,
    "source": MAYBE,
    "starts_on": st.dates(date(2025, 1, 1), date(2025, 4, 30)),
    "due_on": st.dates(date(2025, 5, 1), date(2025, 12, 31)),
    "longitude": st.decimals(min_value=120, max_value=121, places=6),
    "latitude": st.decimals(min_value=30, max_value=31, places=6),
    "organisation": st.sampled_from(["", "unit"]),
    "standard": st.sampled_from(["", "standard"]),
    "quantity_planned": NUMBERS,
}
SHEETS = st.fixed_dictionaries(DRAWN)
COLUMNS = st.sets(st.sampled_from(["name", "address", "source", "starts_on", "due_on", "point", "organisation",
                                   "standard", "quantity_planned"]), min_size=1)  # fmt: skip
FIELDS = ("project_id", "key", "indicator_id", "area_id", "name", "address", "source", "starts_on", "due_on",
          "longitude", "latitude", "organisation_id", "standard_id", "quantity_planned", "quantity_done", "state",
          "reported_on", "light", "light_reason")  # fmt: skip
on_a_scene = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def sheet(scene, rows, columns):
    """Return a CSV file with the key and some columns of drawn rows."""
    names = ["project", "key", *columns]
    known = {"unit": scene.unit.name_zh, "standard": f"{scene.site.standard.title} v1"}
    lines = [",".join(str(HEADINGS[name]) for name in names)]
    for key, row in rows.items():
        cells = {**row, "project": 1, "key": key, "area": scene.site.area.code, "indicator": scene.indicator.name}
        quoted = ('"' + str(known.get(cells[name], cells[name])).replace('"', '""') + '"' for name in names)
        lines.append(",".join(quoted))
    return io.BytesIO("\n".join(lines).encode())


def bring(scene, file):
    """Read a file, and say yes to whatever is asked."""
    batch = read(scene, receive(scene, file))
    if questions := asked(batch):
        batch = answer(scene, batch, {row: dict.fromkeys(codes, "yes") for row, codes in questions.items()})
    return batch


def stored():
    return {row[0]: row[1:] for row in Site.objects.values_list("pk", *FIELDS)}


def of(columns):
    """Return the columns of a sheet that columns of the test stand for."""
    return sorted((set(columns) - {"point"}) | ({"longitude", "latitude"} if "point" in columns else set()))


@on_a_scene
@given(first=SHEETS, then=SHEETS, columns=COLUMNS)
def test_any_columns_change_these_and_no_others(scene, first, then, columns):
    names = of(columns)
    with transaction.atomic():
        Site.objects.update(quantity_planned=Decimal(0))  # what is promised is planned already
        whole = ["indicator", "area", *of({*DRAWN, "point"})]
        write(scene, bring(scene, sheet(scene, {"N": first}, whole)))
        before: dict[str, Any] = {**Site.objects.filter(key="N").values().get()}

        write(scene, bring(scene, sheet(scene, {"n": then}, names)))

        after: dict[str, Any] = {**Site.objects.filter(key="N").values().get()}
        untouched = set(before) - {*names, *(f"{name}_id" for name in names), "search", "light", "light_reason"}
        assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}
        for name in set(names) - {"organisation", "standard"}:
            assert str(after[name]).rstrip("0") == str(then[name]).strip().rstrip("0")
        assert services.recount_figures() == []
        transaction.set_rollback(True)


@on_a_scene
@given(rows=st.dictionaries(st.sampled_from(["A", "B", "C", "N1", "N2", "N3"]), SHEETS, min_size=1), columns=COLUMNS)
def test_an_import_that_is_taken_back_was_nothing(scene, rows, columns):
    with transaction.atomic():
        for key in "BC":
            SiteFactory(indicator=scene.indicator, area=scene.site.area, key=key, quantity_planned=Decimal(0))
        Site.objects.update(quantity_planned=Decimal("0.5"))
        services.refresh_lights(cycle=scene.cycle, at=AT)
        before = stored()
        names = ["indicator", "area", *of({*columns, "name", "due_on"})]

        batch = bring(scene, sheet(scene, rows, names))
        if not batch.counts["wrong"]:
            write(scene, batch)
            batch = take_back(scene, batch)
            assert batch.counts["stayed"] == 0

        assert stored() == before
        assert services.recount_figures() == []
        transaction.set_rollback(True)


@on_a_scene
@given(
    rows=st.dictionaries(st.sampled_from(["N1", "=1", "'x", "-2", "三"]), SHEETS, min_size=1), as_workbook=st.booleans()
)
def test_what_is_exported_is_nothing_new(scene, rows, as_workbook: bool):
    with transaction.atomic():
        Site.objects.update(quantity_planned=Decimal(0))
        names = ["indicator", "area", *of({*DRAWN, "point"})]
        write(scene, bring(scene, sheet(scene, rows, names)))
        sites, fields, file = selectors.sites_for(scene.cycle), site_fields(scene.cycle), io.BytesIO()
        if as_workbook:
            xlsx_into(file, [Sheet("点位", fields, sites)])
        else:
            file.write(b"".join(csv_parts(sites, fields)))
        file.seek(0)

        batch = read(scene, receive(scene, file))

        assert counts(batch, "new", "changed", "unchanged", "wrong", "doubt") == (0, 0, 1 + len(rows), 0, 0)
        transaction.set_rollback(True)
