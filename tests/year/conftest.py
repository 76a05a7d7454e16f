"""Refusals are compared in the language of the code."""

from collections.abc import Iterator

import pytest
from django.utils import translation

pytest.register_assert_rewrite("tests.year.acts", "tests.year.until_decided", "tests.year.until_told")


@pytest.fixture
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield
