"""Pages over HTTP: suggestions sent, the letter read, long lists filtered and paged."""

import http.client
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

from django.urls import reverse

from livelihood.cycles.models import Cycle
from tests.bench.figure import Figure, compared, in_turns, slowest
from tests.bench.load import HOST, KEY, Outcome, Request, fire
from tests.bench.place import web_servers
from tests.bench.scene import Scene

SENDERS = 32
READERS = 16
"""Connections at once. Thirty-two senders are what the goal for suggestions speaks of."""

ADDRESSES = 150
"""Different addresses of a list that are asked for."""

EMPTY = Request("/bare/empty")
SUGGESTION = {
    "step": "send",
    "title": "老楼没有电梯，老人下不了楼",
    "matter": "我们小区有十二栋六层老楼，都没有电梯，住着两百多位七十岁以上的老人，有的几个月没有下过楼。" * 5,
    "wish": "请在明年为有条件的单元加装电梯，费用由政府补助一部分，居民分担一部分。",
    "aspect": "1",
    "area": "330106",
    "contact_phone": "13800001111",
    "consent": "0",
    "idempotency_key": KEY,
}
LINK = re.compile(r'href="(\?[^"]*)"')


def suggestions(scene: Scene, folder: Path, seconds: float, rounds: int) -> Iterator[Figure]:
    """Send suggestions, each a new one, against one row inserted by a bare view."""
    body = urlencode(SUGGESTION)
    sent = Request(_address("proposals:suggest", scene.collecting), body=body)
    bare, naked = Request("/bare/insert", body=body), Request("/naked/bare/insert", body=body)
    with web_servers(folder / "web.log") as ports:
        sides = _sides(ports, (sent, bare, naked), SENDERS, seconds)
        ours, bares, nakeds = in_turns(rounds, *sides)
    inserted = "one row inserted by a bare view behind the same middleware"
    yield compared(
        "suggestion_post", "Suggestions received, 32 senders", "per second",
        _rates(ours), _rates(bares), limit_is=inserted,
    )  # fmt: skip
    yield compared(
        "suggestion_post_against_naked_insert", "The same", "per second",
        _rates(ours), _rates(nakeds), limit_is="one row inserted by a bare view without any middleware",
    )  # fmt: skip
    yield compared(
        "suggestion_post_p99", "Time to answer one, 99th percentile", "ms",
        _percentiles(ours, 0.99), _percentiles(bares, 0.99), limit_is=inserted,
    )  # fmt: skip
    yield slowest(
        "suggestion_post_max", "The slowest of them all",
        [outcome.times for outcome in ours], [outcome.times for outcome in bares], limit_is=inserted,
    )  # fmt: skip
    yield from _kept("suggestion_form", "Forms for a suggestion", sent.path, folder, seconds=seconds, rounds=rounds)


def letter(scene: Scene, folder: Path, seconds: float, rounds: int) -> Iterator[Figure]:
    """Read the public letter against an empty page."""
    path = _address("proposals:letter", scene.collecting)
    yield from _kept("letter_page", "Letter pages", path, folder, seconds=seconds, rounds=rounds)


def _kept(name: str, what: str, path: str, folder: Path, *, seconds: float, rounds: int) -> Iterator[Figure]:
    """Read a page as it is kept, and as it is answered to who has it already."""
    with web_servers(folder / "web.log") as ports:
        ours, bares, nakeds = _sides(ports, (Request(path), EMPTY, Request("/naked/bare/empty")), READERS, seconds)

        def known() -> Outcome:
            # Asked for each time: the year track counts days, so at midnight the page is another one.
            request = Request(path, status=304, etag=_etag(ports[0], path))
            return fire(ports, [request], connections=READERS, seconds=seconds)

        pages, knowns, empties, emptied = in_turns(rounds, ours, known, bares, nakeds)
    behind = "an empty page behind the same middleware"
    yield compared(
        name, f"{what}, {READERS} readers, no nginx in front", "per second",
        _rates(pages), _rates(empties), limit_is=behind,
    )  # fmt: skip
    yield compared(
        f"{name}_against_naked_page", "The same", "per second",
        _rates(pages), _rates(emptied), limit_is="an empty page without any middleware",
    )  # fmt: skip
    yield compared(
        f"{name}_not_modified", "The same by readers who have it already (304)", "per second",
        _rates(knowns), _rates(empties), limit_is=behind,
    )  # fmt: skip


def lists(scene: Scene, cycle: Cycle, folder: Path, seconds: float, rounds: int) -> Iterator[Figure]:
    """Walk the lists of all sites: every filter, order and page that they offer, and searches."""
    cookie = scene.cookie
    with web_servers(folder / "web.log") as ports:
        public = _walk(ports[0], _address("projects:sites", cycle), "")
        desk = _walk(ports[0], _address("projects:desk_sites", cycle), cookie)
        walks = (public, desk, [EMPTY])
        sides = [partial(fire, ports, walk, connections=1, seconds=seconds) for walk in walks]
        publics, desks, bares = in_turns(rounds, *sides)
    for name, what, outcomes in (("list_public", "public", publics), ("list_desk", "desk", desks)):
        yield compared(
            f"{name}_p95", f"List of all sites ({what}), every filter, order and page, 95th percentile", "ms",
            _percentiles(outcomes, 0.95), _percentiles(bares, 0.95), limit_is="an empty page",
        )  # fmt: skip
        yield slowest(
            f"{name}_max", "The slowest of them all",
            [outcome.times for outcome in outcomes], [outcome.times for outcome in bares], limit_is="an empty page",
        )  # fmt: skip


def _address(name: str, cycle: Cycle) -> str:
    return reverse(name, kwargs={"area": cycle.area.slug, "year": cycle.year})


def _etag(port: int, path: str) -> str:
    client = http.client.HTTPConnection("127.0.0.1", port)
    client.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
    return client.getresponse().headers["ETag"]


def _sides(
    ports: list[int], requests: Iterable[Request], connections: int, seconds: float
) -> list[Callable[[], Outcome]]:
    return [partial(fire, ports, [one], connections=connections, seconds=seconds) for one in requests]


def _rates(outcomes: list[Outcome]) -> list[float]:
    return [outcome.rate for outcome in outcomes]


def _percentiles(outcomes: list[Outcome], share: float) -> list[float]:
    return [outcome.percentile(share) for outcome in outcomes]


def _walk(port: int, path: str, cookie: str) -> list[Request]:
    """Follow the links of a list to itself, as people do, until there are enough addresses.

    :raises RuntimeError: a page is not found, or the list offers no such links.
    """
    waiting = ["", f"?{urlencode({'q': '人民路'})}", f"?q={quote('第1000号')}", f"?q={quote('没有的地方')}"]
    seen: dict[str, Request] = {}
    client = http.client.HTTPConnection("127.0.0.1", port)
    while waiting and len(seen) < ADDRESSES:
        query = waiting.pop(0)
        if query in seen:
            continue
        client.request("GET", path + query, headers={"Host": HOST, "X-Forwarded-Proto": "https", "Cookie": cookie})
        answer = client.getresponse()
        html = answer.read().decode()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} at {path}{query}")
        seen[query] = Request(path + query, cookie=cookie)
        waiting += [unescape(link) for link in LINK.findall(html)]
    if len(seen) < ADDRESSES // 2:
        raise RuntimeError(f"{path} offers {len(seen)} addresses only")
    return list(seen.values())
