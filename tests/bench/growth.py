"""What a page costs the database: measured before and after a table grew, and handed to `figure.grown`."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import override_settings

from livelihood.accounts.models import User
from tests.bench import load
from tests.bench.scene import come_in

TIMES = 9
"""Each page is opened so often; the plan may be another each time, so the slowest tells as much as the middle."""

KEPT = "livelihood.web.kept.KeptPagesMiddleware"


def opened(addresses: Mapping[str, str], *, by: User | None = None) -> dict[str, list[float]]:
    """Open each page some times, past what is kept of it, and return the milliseconds of its queries.

    addresses: by the name of the page. by: who is signed in.

    :raises RuntimeError: a page answers other than 200, or without the database.
    """
    client, times = Client(headers={"host": load.HOST}), dict[str, list[float]]()
    if by is not None:
        come_in(client, by)
    plain = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=plain, MIDDLEWARE=[one for one in settings.MIDDLEWARE if one != KEPT]):
        for page, address in addresses.items():
            _milliseconds(client, address)
            times[page] = [_milliseconds(client, address) for _ in range(TIMES)]
    return times


def _milliseconds(client: Client, address: str) -> float:
    seconds: list[float] = []

    def timed(execute: Callable[..., Any], *query: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(*query)
        finally:
            seconds.append(time.perf_counter() - started)

    with connection.execute_wrapper(timed):
        answer = client.get(address, secure=True)
    if answer.status_code != 200 or not seconds:
        raise RuntimeError(f"{answer.status_code} at {address}, with {len(seconds)} queries")
    return 1000 * sum(seconds)
