"""What announcements and reports say: kept as JSON, read as it was meant, in every form that was ever written."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from livelihood.kernel.documents import UnknownForm
from projects.reports import selectors
from projects.reports.content import AnnouncementContent, ReportFigures
from projects.reports.models import Announcement, Report
from projects.reports.selectors.announcing import canonical
from tests.factories.frame import NOW
from tests.factories.reports import announce, ask_for_report

LEAVES: dict[type, st.SearchStrategy[Any]] = {
    str: st.text(),
    int: st.integers(),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: st.decimals(-(10**12), 10**12, places=6),
    date: st.dates(),
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for everything that a field of a document may hold."""
    inner = get_args(kind)
    if get_origin(kind) is UnionType:
        return st.none() | any_of(inner[0])
    if get_origin(kind) is tuple:
        return st.lists(any_of(inner[0]), max_size=2).map(tuple)
    if get_origin(kind) is dict:
        return st.dictionaries(any_of(inner[0]), any_of(inner[1]), max_size=2)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    if kind in LEAVES:
        return LEAVES[kind]
    fields = {name: any_of(hint) for name, hint in get_type_hints(kind).items() if name not in {"form", "FORMS"}}
    return st.builds(kind, **fields)


@given(content=any_of(AnnouncementContent), form=st.sampled_from(AnnouncementContent.FORMS))
def test_every_announcement_is_read_as_it_was_written(content, form):
    told = replace(content, form=form)

    read = AnnouncementContent.from_json(json.loads(canonical(told.to_json())))

    assert read == told
    assert canonical(read.to_json()) == canonical(told.to_json())


@given(figures=any_of(ReportFigures))
def test_every_report_is_read_as_it_was_written(figures):
    read = ReportFigures.from_json(json.loads(canonical(figures.to_json())))

    assert read == figures
    assert selectors.fingerprint_of(read) == selectors.fingerprint_of(figures)


def test_what_the_database_keeps_has_the_digest_that_was_published(year):
    announcement = announce(year)
    report = ask_for_report(year)
    kept = Announcement.objects.get()

    assert kept.content["form"] == AnnouncementContent.FORMS[-1]
    assert selectors.digest_of(kept.told, selectors.site_copies(year.cycle)) == announcement.digest
    assert kept.told == selectors.announcement_content(year.cycle)
    assert selectors.fingerprint_of(Report.objects.get().told) == report.fingerprint
    assert report.told.projects == kept.told.projects


def kept_before_forms_had_numbers(year):
    """Return an announcement as it stood in the database then."""
    content = selectors.announcement_content(year.cycle).to_json()
    del content["form"]
    return Announcement.objects.create(
        cycle=year.cycle, content=content, digest="0" * 64, published_at=NOW, published_by=year.office
    )


def test_an_announcement_without_a_number_is_read_as_the_first_form_and_keeps_its_digest(year):
    announcement = kept_before_forms_had_numbers(year)

    assert announcement.told == replace(selectors.announcement_content(year.cycle), form=1)
    assert announcement.told.to_json() == announcement.content
    assert [project.title for project in ask_for_report(year).told.projects] == [year.school.title, year.canteen.title]


@pytest.mark.parametrize("form", [0, 3, "2", None])
def test_an_announcement_of_a_form_to_come_is_refused_in_words_and_nothing_is_built_on_it(year, form, client: Client):
    content = selectors.announcement_content(year.cycle).to_json() | {"form": form}
    Announcement.objects.create(
        cycle=year.cycle, content=content, digest="0" * 64, published_at=NOW, published_by=year.office
    )
    at = {"area": year.cycle.area.slug, "year": year.cycle.year}

    page = client.get(reverse("reports:announcement", kwargs=at))
    with pytest.raises(UnknownForm):
        ask_for_report(year)

    assert page.status_code == 501
    assert f"格式编号为“{form}”" in page.content.decode()
    assert not Report.objects.exists()
