"""Refusals are compared in the language of the code."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from tests.year.browsing import Watch

pytest.register_assert_rewrite("tests.year.acts", "tests.year.until_decided", "tests.year.until_told")


@pytest.fixture
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Everything seen by everybody; at the end nothing may have been wrong."""
    watch = Watch(only_answers=True)
    yield watch
    assert not watch.wrong, "\n".join(watch.wrong)
