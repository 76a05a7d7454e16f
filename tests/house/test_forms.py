"""What all forms have in common."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.forms import BaseForm, DateField
from django.urls import get_resolver
from django.utils import translation


def all_forms(parent: Any = BaseForm) -> Iterator[type[BaseForm]]:
    """Yield every form of the portal; the addresses have imported them all."""
    for child in parent.__subclasses__():
        if child.__module__.split(".")[0] in {"livelihood", "proposals", "voting", "projects"}:
            yield child
        yield from all_forms(child)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_day_is_given_to_the_browser_as_it_reads_it(language: str):
    """A calendar of the browser that cannot read its value shows none, as if the day had never been set."""
    assert get_resolver().url_patterns
    fields = {
        f"{form.__name__}.{name}": field
        for form in all_forms()
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        if isinstance(field, DateField)
    }
    with translation.override(language):
        shown = {name: field.widget.format_value(date(2026, 1, 2)) for name, field in fields.items()}
        kinds = {field.widget.input_type for field in fields.values()}

    assert len(fields) > 5
    assert shown == dict.fromkeys(fields, "2026-01-02")
    assert kinds == {"date"}
