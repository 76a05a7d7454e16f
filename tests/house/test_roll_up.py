"""Whatever is asked of an area is asked of what lies below it too: in every filter, page, file and figure."""

import re
from itertools import pairwise
from typing import Any

import pytest
from django.conf import settings
from django.db.models import QuerySet
from django.test import Client

from livelihood.api import router
from livelihood.cycles.filters import AreaOfField, OwnAreaFilter, WithinFilter
from livelihood.cycles.models import Area
from livelihood.cycles.states import Level, Phase
from projects import selectors as projects
from projects.models import IndicatorFigure, Site
from proposals import selectors as proposals
from proposals.models import Suggestion
from tests.factories.frame import AspectFactory, CityFactory, CountyFactory, CycleFactory
from tests.factories.projects import IndicatorFactory, ProjectFactory, SiteFactory
from tests.factories.proposals import AcceptedFactory
from tests.house.test_filters import sets

pytestmark = pytest.mark.django_db

OWN = {"cycle_area": "the area whose year it is", "parent": "the area directly above"}
"""Filters that ask for one area alone, and what they ask for."""


@pytest.fixture
def tree() -> list[Area]:
    """A province, a city in it, a county in that, a township in that; and a town in a city without counties."""
    city = CityFactory(code="330700", slug="here")
    county = CountyFactory(parent=city, code="330702", slug="east")
    township = Area.objects.create(
        code="330702001", slug="east-town", name_zh="某街道", level=Level.TOWNSHIP, parent=county
    )
    return [city.parent, city, county, township]


def test_every_filter_of_an_area_reaches_what_lies_below_it():
    found = [(one, name, filter_) for one in sets() for name, filter_ in one.base_filters.items()]
    of_areas = [
        (one.__name__, name, type(filter_))
        for one, name, filter_ in found
        if "area" in name or issubclass(getattr(filter_, "field_class", object), AreaOfField)
    ]

    wrong = [row for row in of_areas if row[2] is not (OwnAreaFilter if row[1] in OWN else WithinFilter)]
    assert wrong == []
    assert len(of_areas) > 20


def test_every_collection_finds_what_lies_in_a_township_from_its_province(tree: list[Area]):
    """The condition itself is compared: rows of the province's filter hold those of each area below."""
    checked = set()
    viewsets: list[tuple[str, Any]] = [(prefix, viewset) for prefix, viewset, _name in router.registry]
    for prefix, viewset in viewsets:
        filterset: Any = viewset.filterset_class
        if "area" not in filterset.base_filters:
            continue
        made = viewset()
        made.request, made.action, made.kwargs, made.format_kwarg = None, "list", {}, None
        rows: QuerySet[Any] = made.get_queryset()
        for area in tree:
            sql = str(filterset({"area": area.code}, rows).qs.query)
            assert f'"path"::text LIKE {area.path}%' in sql, (prefix, area.code)
        checked.add(prefix)

    assert checked >= {"cycles", "suggestions", "needs", "sites", "projects"}
    assert len(checked) > 8


def test_sites_and_figures_of_a_township_are_those_of_every_area_above(tree: list[Area]):
    cycle = CycleFactory(area=tree[0], year=2025, phase=Phase.DELIVER)
    project = ProjectFactory(cycle=cycle, aspect=AspectFactory(cycle=cycle, number=1))
    site = SiteFactory(indicator=IndicatorFactory(project=project, target=5), area=tree[3], quantity_planned=1)
    client = Client()

    for area in tree:
        assert list(Site.objects.within(area)) == [site]
        assert IndicatorFigure.objects.within(area).count() == 1
        assert [tally.sites.total for tally in projects.progress_by_aspect(cycle, area)] == [1]
        for address in (f"/zhejiang/2025/sites/?area={area.code}", f"/zhejiang/2025/sites/?area={area.slug}"):
            assert client.get(address).context["count"] == 1
        points = client.get(f"/zhejiang/2025/sites/points/?area={area.code}&zoom=20")
        assert points.status_code in {200, 404}
    for above, below in pairwise(tree):
        told = {tally.key: tally.sites.total for tally in projects.progress_by_area(cycle, above)}
        assert told[below.code] == 1
        page = client.get(f"/zhejiang/2025/progress/?area={above.code}")
        assert [(tally.key, tally.sites.total) for tally in page.context["by_area"]] == [(below.code, 1)]


def test_statistics_count_a_township_for_the_area_directly_below_the_years(tree: list[Area]):
    for whole, child in pairwise(tree):
        cycle = CycleFactory(area=whole, year=2030)
        for area in (tree[3], tree[3], whole):
            AcceptedFactory(cycle=cycle, area=area)

        by_area = proposals.statistics(cycle).by_area
        assert [(share.label, share.received) for share in by_area] == [(whole.name, 1), (child.name, 2)]
    assert Suggestion.objects.count() == 9


def test_nothing_reads_what_lies_below_from_a_code():
    """Codes nest by their digits only mostly; the tree alone tells (livelihood.cycles.querysets.within)."""
    by_code = re.compile(r"""code__(i?startswith|i?regex)|Substr\([^)]*code|\bcode\[\s*:|code\.startswith""")
    rooms = ("livelihood", "proposals", "voting", "projects")
    found = {
        str(path.relative_to(settings.BASE_DIR)): by_code.findall(path.read_text(encoding="utf-8"))
        for room in rooms
        for path in (settings.BASE_DIR / room).rglob("*.py")
        if by_code.search(path.read_text(encoding="utf-8")) and "migrations" not in path.parts
    }

    # A search for a place finds what begins with the digits that were typed; the form of a code is a constraint; of a
    # code that is not stored only its digits are known, by which the sheet reader judges whether it should be; outlines
    # bear the country's number before theirs; sites of the demo are called by digits of their city.
    of_digits = {
        "livelihood/cycles/querysets.py": 2,
        "livelihood/cycles/models.py": 1,
        "livelihood/cycles/tree.py": 3,
        "livelihood/cycles/code_table.py": 2,
        "livelihood/cycles/outlines/reading.py": 1,
        "livelihood/demo/site_lives.py": 1,
    }
    assert {path: len(hits) for path, hits in found.items()} == of_digits
