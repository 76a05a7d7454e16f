"""Filters and tags of tables and long lists: ``{% load tables %}``."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from livelihood.web.regions import FIRST, rest_of

register = template.Library()


@register.simple_tag
def rest(count: int, label: str = "") -> SafeString:
    """Fold what a phone need not show at first of a list: `class="foldable"`, right before this.

    label: what opens it where nothing of it is shown at first.
    """
    return rest_of(count, most=0 if label else FIRST, label=label)


@register.filter
def cell(value: Any) -> Mapping[str, Any] | Any:
    """Treat a plain value as a table cell that has only a text."""
    if isinstance(value, Mapping) or hasattr(value, "text"):
        return value
    return {"text": value}


@register.filter
def column(columns: Sequence[Any], index: int) -> Any:
    """Find the column a cell stands in."""
    return columns[index]
