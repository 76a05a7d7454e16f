"""What was made before a browser runs is there when its pages are asked for."""

import asyncio

import pytest
from django.db import connections


@pytest.mark.parametrize("alias", list(connections))
def test_an_event_loop_has_no_connection_of_its_own(alias: str):
    async def within() -> object:
        return connections[alias]

    before = connections[alias]
    assert asyncio.run(within()) is before
