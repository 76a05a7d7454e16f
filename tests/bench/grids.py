"""The grids of the desk: a window of all sites of a year, an act upon five hundred rows, five hundred rows pasted."""

import statistics
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from django.test import Client
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from projects.models import Site
from projects.states import SiteState
from tests.bench.figure import Figure, compared, in_turns
from tests.bench.load import HOST, Request, fire
from tests.bench.pages import EMPTY
from tests.bench.place import settle, web_servers
from tests.bench.scene import Scene, come_in
from tests.factories.frame import OrganisationFactory, official

ROWS = 500
WINDOWS = ("", "?light=red", "?state=planned&sort=-due", "?q=点位", "?columns=unit.reported")
"""What is asked of the grid of all sites, in turns."""


def grids(scene: Scene, cycle: Cycle, folder: Path, *, seconds: float, rounds: int) -> Iterator[Figure]:
    """Open windows over one connection against an empty page; act and paste once a round."""
    desk = f"/desk/{cycle.area.slug}/{cycle.year}"
    walk = [Request(f"{desk}/sites/{window}", cookie=scene.cookie) for window in WINDOWS]
    count = Site.objects.for_cycle(cycle).count()
    with web_servers(folder / "web.log") as ports:
        sides = [partial(fire, ports, each, connections=1, seconds=seconds) for each in (walk, [EMPTY])]
        ours, bares = in_turns(rounds, *sides)
        yield compared(
            "grid_window", f"Window of a grid of {count:,} sites, 95th percentile", "ms",
            [outcome.percentile(0.95) for outcome in ours], [outcome.percentile(0.95) for outcome in bares],
            limit_is="an empty page",
        )  # fmt: skip

    unit = OrganisationFactory(area=scene.province, name_zh="省市政集团")
    keys = list(Site.objects.for_cycle(cycle).order_by("pk").values_list("pk", flat=True)[:ROWS])
    Site.objects.filter(pk__in=keys).update(
        organisation=unit, state=SiteState.PLANNED, quantity_done=0, quantity_planned=10, reported_on=None
    )
    settle()
    builder = Client(HTTP_HOST=HOST)
    come_in(builder, official(Role.IMPLEMENTING_UNIT, scene.province, unit))

    def send(path: str, data: Mapping[str, object], status: int) -> float:
        begun = time.perf_counter()
        response = builder.post(f"{desk}/{path}", data, secure=True)
        took = time.perf_counter() - begun
        if response.status_code != status:
            raise RuntimeError(f"{path} answered {response.status_code}: {response.content.decode()[:2000]}")
        return took

    lines = [
        f"{key}\t{n % 9 + 1}" for n, key in enumerate(Site.objects.filter(pk__in=keys).values_list("key", flat=True))
    ]
    sheet = {"sheet": "\n".join(["点位编号\t累计完成", *lines]), "reported_on": timezone.localdate().isoformat()}
    act = {"act": "start", "chosen": ".".join(map(str, keys))}
    pasted = [send("progress/paste/", sheet, 200) for _round in range(rounds)]
    yield Figure(
        "paste_500", f"{ROWS} rows pasted from a sheet, until what they change is shown", statistics.median(pasted), "s"
    )
    acted = []
    for _round in range(rounds):
        Site.objects.filter(pk__in=keys).update(state=SiteState.PLANNED)
        acted.append(send("progress/", act, 302))
    yield Figure(
        "bulk_500", f"An act upon {ROWS} rows of a grid, by one service for all", statistics.median(acted), "s"
    )
