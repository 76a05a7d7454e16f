"""Requests that are sent once each, over connections that are kept; run as a process of its own, like `load`."""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from itertools import cycle, islice
from time import perf_counter
from typing import Any

from tests.bench.load import Client, Outcome


def send_each(ports: list[int], requests: list[str], *, connections: int) -> Outcome:
    """Send each request once from another process, as fast as the answers come.

    requests: as they go over the wire.

    :raises RuntimeError: an answer had another status than 200.
    """
    order = json.dumps({"ports": ports, "connections": connections, "requests": requests})
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.once"], input=order, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Outcome(**json.loads(done.stdout))


class Once(Client):
    """A connection that closes when nothing is left to send."""

    def send(self) -> None:
        try:
            super().send()
        except StopIteration:
            self.stopped = True
            self.transport.close()


async def attack(order: dict[str, Any]) -> Outcome:
    """Carry out an order.

    :raises RuntimeError: an answer had another status than 200, or some did not come.
    """
    times: list[float] = []
    wrong: Counter[str] = Counter()
    requests = iter([(row.encode(), 200) for row in order["requests"]])
    loop = asyncio.get_running_loop()
    started = perf_counter()
    clients = [
        (await loop.create_connection(lambda: Once(requests, times, wrong), "127.0.0.1", port))[1]
        for port in islice(cycle(order["ports"]), order["connections"])
    ]
    await asyncio.gather(*(client.closed for client in clients))
    seconds = perf_counter() - started
    if wrong or len(times) != len(order["requests"]):
        raise RuntimeError(f"{len(times)} answers, of them wrong: {wrong.most_common(3)}")
    return Outcome(len(times) / seconds, sorted(times))


if __name__ == "__main__":
    json.dump(asdict(asyncio.run(attack(json.load(sys.stdin)))), sys.stdout)
