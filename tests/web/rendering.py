"""Renders template sources and components, white space aside."""

import re
from typing import Any

from django.template import engines
from django.test import RequestFactory


def render(source: str, /, path: str = "/en/list/", **context: Any) -> str:
    """Render a template source for a request of that path, white space between tags and words made single."""
    template = engines["django"].from_string("{% load lists web %}" + source)
    html = re.sub(r"\s+", " ", template.render(context, RequestFactory().get(path)))
    return re.sub(r"\s*(<[^>]*?)\s*(/?>)\s*", r"\1\2", re.sub(r">\s+<", "><", html)).strip()


def component(name: str, /, **context: Any) -> str:
    """Render a component alone, as `include … only` does."""
    arguments = " ".join(f"{key}={key}" for key in context)
    return render(f'{{% include "components/{name}.html" with {arguments} only %}}', **context)
