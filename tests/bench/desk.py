"""Pages that people open all day: their work, the journal, the grid of a unit's sites; and a place found by typing."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.cycles.areas import country, load_areas
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Level
from projects.models import Site
from tests.bench.figure import Figure, compared, in_turns
from tests.bench.load import Request, fire
from tests.bench.pages import EMPTY
from tests.bench.place import settle, web_servers
from tests.bench.scene import Scene, cookie_of
from tests.factories.frame import OrganisationFactory, official

ENTRIES = 100_000
"""Acts in the journal of a year: a few for each site, and for each suggestion."""
OF_THE_UNIT = 500
"""Sites that one unit reports on."""

ACTS = """
INSERT INTO audit_entry (at, act, subject_type, subject_id, cycle_id, actor_id, detail)
SELECT now() - number * interval '1 minute',
    (ARRAY['site.reported', 'site.accepted', 'site.inspected'])[number %% 3 + 1],
    'projects.site', number::text, %s, %s, '{}'
FROM generate_series(1, %s) AS number
"""
"""Not by the services, which would take minutes: what is measured here is reading."""


def pages(scene: Scene, cycle: Cycle, folder: Path, *, entries: int, seconds: float, rounds: int) -> Iterator[Figure]:
    """Open the pages one after another over one connection, against an empty page. cycle: a year with sites."""
    unit = OrganisationFactory(area=scene.province, name_zh="省建设集团")
    reporting = cookie_of(official(Role.IMPLEMENTING_UNIT, scene.province, unit))
    keys = Site.objects.for_cycle(cycle).order_by("pk").values("pk")[:OF_THE_UNIT]
    Site.objects.filter(pk__in=keys).update(organisation=unit)
    with connection.cursor() as cursor:
        cursor.execute(ACTS, [cycle.pk, scene.office.pk, entries])
    townships = _with_townships(scene.province)
    settle()
    desk = f"/desk/{cycle.area.slug}/{cycle.year}"
    with web_servers(folder / "web.log") as ports:
        for name, what, requests in (
            ("my_work", "My work of a livelihood office", [Request("/desk/", cookie=scene.cookie)]),
            ("grid", f"Grid of a unit with {OF_THE_UNIT} sites", [Request(f"{desk}/progress/", cookie=reporting)]),
            (
                "journal_of_a_year",
                f"Journal of a year with {entries:,} entries",
                [Request(f"{desk}/journal/", cookie=scene.cookie)],
            ),
            ("place_search", f"A place found by its name among {townships:,}, each time another", _searches()),
        ):
            sides = [partial(fire, ports, walk, connections=1, seconds=seconds) for walk in (requests, [EMPTY])]
            ours, bares = in_turns(rounds, *sides)
            yield compared(
                f"{name}_p95", f"{what}, 95th percentile", "ms",
                [outcome.percentile(0.95) for outcome in ours], [outcome.percentile(0.95) for outcome in bares],
                limit_is="an empty page",
            )  # fmt: skip


def _with_townships(province: Area) -> int:
    """Add the townships of all counties of a province; return how many areas there are."""
    counties = Area.objects.within(province).filter(level=Level.COUNTY)
    load_areas(country.townships(dict(counties.values_list("code", "slug"))), at=timezone.now())
    return Area.objects.count()


def _searches() -> list[Request]:
    """Return a search for every area by its name, and by its name and that of the one above."""
    names: Iterable[tuple[str, str]] = Area.objects.exclude(parent=None).values_list("name_zh", "parent__name_zh")
    asked = {text for name, above in names for text in (name, f"{above}{name}")}
    return [Request(f"{reverse('portal:index')}?q={quote(text)}") for text in sorted(asked)]
