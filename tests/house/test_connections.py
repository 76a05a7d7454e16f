"""What was made before a browser runs is there when its pages are asked for."""

import asyncio
import contextlib

import pytest
from django.db import connections


@pytest.mark.parametrize("alias", list(connections))
def test_an_event_loop_has_no_connection_of_its_own(alias: str):
    around = asyncio._get_running_loop()
    seen = []
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        for running in (None, loop):
            asyncio._set_running_loop(running)  # as Playwright does
            seen.append(connections[alias])
        asyncio._set_running_loop(around)

    assert seen[0] is seen[1]
