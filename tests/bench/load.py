"""Requests as fast as the answers come, over connections that are kept; run as a process of its own.

Reads one order as JSON from standard input and writes what came of it as JSON to standard output.
"""

import asyncio
import contextlib
import itertools
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from ipaddress import IPv4Address
from typing import Any
from uuid import uuid4

KEY = "0" * 32
"""Stands in a body where every request has its own key."""

ANYWHERE = "0.0.0.0"  # noqa: S104 -- nobody listens there: it stands for an address of each request's own
"""Who asks: another one each time, as what one address may send is counted."""

HOST = "portal.example"

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """One request and the status that answers it."""

    path: str
    body: str = ""
    cookie: str = ""
    status: int = 200
    etag: str = ""

    def data(self) -> bytes:
        """Return the request as nginx would pass it on."""
        lines = [
            f"{'POST' if self.body else 'GET'} {self.path} HTTP/1.1",
            f"Host: {HOST}",
            "X-Forwarded-Proto: https",
            f"X-Real-IP: {ANYWHERE}",
            "Accept-Language: zh-CN",
        ]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        if self.etag:
            lines.append(f"If-None-Match: {self.etag}")
        body = self.body.encode()
        if body:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an order: answers per second and the time of each in milliseconds, sorted."""

    rate: float
    times: list[float] = field(repr=False)

    def percentile(self, share: float) -> float:
        """Return the time within which this share of the answers came."""
        return self.times[min(len(self.times) - 1, int(len(self.times) * share))]


def fire(ports: list[int], requests: list[Request], *, connections: int, seconds: float) -> Outcome:
    """Send the requests in turns from another process for some seconds, to each port over as many connections.

    :raises RuntimeError: an answer had another status than expected.
    """
    rows = [asdict(one) for one in requests]
    order = {"ports": ports, "connections": connections, "seconds": seconds, "requests": rows}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"], input=json.dumps(order), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Outcome(**json.loads(done.stdout))


class Client(asyncio.Protocol):
    """One connection: sends the next request when the answer to the last is complete."""

    def __init__(self, requests: Iterator[tuple[bytes, int]], times: list[float], wrong: Counter[str]) -> None:
        self.requests, self.times, self.wrong = requests, times, wrong
        self.closed = asyncio.get_running_loop().create_future()
        self.answer = b""
        self.end = 0
        self.stopped = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        data, self.status = next(self.requests)
        if KEY.encode() in data:
            data = data.replace(KEY.encode(), uuid4().hex.encode())
        data = data.replace(ANYWHERE.encode(), str(IPv4Address(random.getrandbits(32))).encode())
        self.answer, self.end = b"", 0
        self.sent_at = time.perf_counter()
        self.transport.write(data)

    def data_received(self, data: bytes) -> None:
        self.answer += data
        if not self.end:
            head = self.answer.find(b"\r\n\r\n")
            if head < 0:
                return
            length = LENGTH.search(self.answer, 0, head + 2)
            if self.answer[9:12] == b"304":  # has no body, whatever it says of the page's length
                self.end = head + 4
            elif length is None:
                self.wrong["an answer without length"] += 1
                self.transport.close()
                return
            else:
                self.end = head + 4 + int(length[1])
        if len(self.answer) >= self.end:
            self.times.append((time.perf_counter() - self.sent_at) * 1000)
            status = int(self.answer[9:12])
            if status != self.status:
                self.wrong[f"{status} instead of {self.status}: {self.answer[:2000]!r}"] += 1
            if self.stopped:
                self.transport.close()
            else:
                self.send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.stopped:
            self.wrong[f"connection lost: {error}"] += 1
        self.closed.set_result(None)


async def attack(order: dict[str, Any]) -> Outcome:
    """Carry out an order.

    :raises RuntimeError: an answer had another status than expected, or none came.
    """
    times: list[float] = []
    wrong: Counter[str] = Counter()
    rows = [Request(**one) for one in order["requests"]]
    requests = itertools.cycle([(row.data(), row.status) for row in rows])
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    clients = [
        (await loop.create_connection(lambda: Client(requests, times, wrong), "127.0.0.1", port))[1]
        for port in itertools.islice(itertools.cycle(order["ports"]), order["connections"])
    ]
    await asyncio.sleep(order["seconds"])
    for client in clients:
        client.stopped = True
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*(client.closed for client in clients)), 30)
    seconds = time.perf_counter() - started
    if wrong or not times:
        raise RuntimeError(f"{len(times)} answers, of them wrong: {wrong.most_common(3)}")
    return Outcome(len(times) / seconds, sorted(times))


if __name__ == "__main__":
    json.dump(asdict(asyncio.run(attack(json.load(sys.stdin)))), sys.stdout)
