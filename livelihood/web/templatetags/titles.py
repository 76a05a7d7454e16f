"""What the title of a page begins with: ``{% load titles %}``."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.forms.formsets import BaseFormSet
from django.template.context import Context
from django.utils.functional import LazyObject, Promise
from django.utils.translation import gettext as _

register = template.Library()

DEEPEST = 2


@register.simple_tag(takes_context=True)
def refused_title(context: Context) -> str:
    """Begin the title of a page that says what is wrong with what was sent, so that it is heard first."""
    request = getattr(context, "request", None) or context.get("request")
    if getattr(request, "method", "") != "POST":
        return ""
    is_refused = any(_has_errors(value) for layer in context.dicts for value in layer.values())
    return f"{_('Error:')} " if is_refused else ""


def _has_errors(value: Any, depth: int = 0) -> bool:
    # What is made when it is asked for is no form; to look into it would ask for it, on pages without a user too.
    if issubclass(type(value), LazyObject | Promise):
        return False
    if isinstance(value, Mapping):
        return depth < DEEPEST and any(_has_errors(one, depth + 1) for one in value.values())
    if isinstance(value, list | tuple):
        return depth < DEEPEST and any(_has_errors(one, depth + 1) for one in value)
    if isinstance(value, BaseFormSet):  # a list with one entry for each of its forms, most of them empty
        return any(value.errors) or bool(value.non_form_errors())
    return bool(getattr(value, "errors", None))
