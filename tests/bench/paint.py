"""Pages as a telephone meets them the first time: by Chromium, over a slow line, through the nginx of production.

A line of 1.6 Mbit/s with 150 ms and a processor four times slower is what Lighthouse calls slow 4G.
"""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import reverse
from playwright.sync_api import Browser, sync_playwright

from livelihood.cycles.models import Cycle
from tests import browser, nginx
from tests.bench.figure import Figure
from tests.bench.place import settle, web_servers
from tests.bench.scene import Scene

LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER = 4
"""Of the processor."""
KB = 1000
READ = """
() => new Promise((done) => new PerformanceObserver((list) => done({
    painted: list.getEntries().at(-1).startTime,
    blocking: performance.getEntriesByType("resource").filter((one) =>
        one.initiatorType === "script" && one.renderBlockingStatus === "blocking").map((one) => one.name),
})).observe({ type: "largest-contentful-paint", buffered: true }))
"""


@dataclass(frozen=True, slots=True)
class Load:
    """A first load. painted: seconds until the largest piece stood there. weight: kB on the line."""

    painted: float
    weight: float
    blocking: list[str]


def paint(scene: Scene, cycle: Cycle, folder: Path, rounds: int) -> Iterator[Figure]:
    """Load each page once a round, and once before, by a browser that has never been here."""
    if browser.find() is None or nginx.find() is None:
        return
    names = {
        "year": ("portal:cycle", cycle),
        "sites": ("projects:sites", cycle),
        "progress": ("projects:progress", cycle),
        "letter": ("proposals:letter", scene.collecting),
        "suggest": ("proposals:suggest", scene.collecting),
    }
    pages = {"front": reverse("portal:index")} | {
        page: reverse(name, kwargs={"area": one.area.slug, "year": one.year}) for page, (name, one) in names.items()
    }
    settle()
    place = folder / "nginx"
    place.mkdir(exist_ok=True)
    with (
        web_servers(folder / "web.log") as ports,
        nginx.Nginx(place, ports[0]) as front,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(
            executable_path=browser.find(),
            args=[*browser.ARGUMENTS, f"--host-resolver-rules=MAP {nginx.HOST} 127.0.0.1"],
        )
        loads = {
            page: [_load(chromium, f"https://{nginx.HOST}:{front.https}{path}") for _round in range(rounds + 1)][1:]
            for page, path in pages.items()
        }
        chromium.close()
    for page, measured in loads.items():
        painted = statistics.median(load.painted for load in measured)
        yield Figure(f"paint_{page}", f"First load of {page} on slow 4G, until its largest piece is seen", painted, "s")
        yield Figure(
            f"weight_{page}", f"What comes over the line for {page}", max(load.weight for load in measured), "kB"
        )
    blocking = {name for measured in loads.values() for load in measured for name in load.blocking}
    yield Figure("blocking_scripts", "Scripts that keep these pages from being drawn", len(blocking), "scripts")


def _load(chromium: Browser, address: str) -> Load:
    """Load a page with nothing kept.

    :raises RuntimeError: the page is not there.
    """
    context = chromium.new_context(
        ignore_https_errors=True, locale="zh-CN", viewport={"width": 375, "height": 812}, device_scale_factor=2
    )
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    came: list[float] = []
    line.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
    answer = page.goto(address, wait_until="networkidle")
    if answer is None or not answer.ok:
        raise RuntimeError(f"{answer.status if answer else 'nothing'} at {address}")
    seen: dict[str, Any] = page.evaluate(READ)
    context.close()
    return Load(seen["painted"] / 1000, sum(came) / KB, seen["blocking"])
