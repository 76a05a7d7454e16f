"""How the fields of forms are drawn."""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from livelihood.kernel.forms import AskedField

PLAIN = frozenset(
    f"django/forms/widgets/{kind}.html"
    for kind in ("checkbox", "date", "email", "hidden", "input", "number", "password", "text", "url")
)
"""Templates of Django that draw one `<input>` and nothing else."""


class Inputs(DjangoTemplates):
    """Draws fields by Django's templates, a plain input without one: a grid has hundreds, at two templates each."""

    bound_field_class = AskedField

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        """Return the field as HTML."""
        if template_name not in PLAIN:
            return mark_safe(super().render(template_name, context, request))  # noqa: S308 -- as the template escaped it
        widget = context["widget"]
        attributes = {"type": widget["type"], "name": widget["name"], "value": widget["value"], **widget["attrs"]}
        drawn = (
            f" {name}" if value is True else f' {name}="{conditional_escape(value)}"'
            for name, value in attributes.items()
            if value is not None and value is not False
        )
        return mark_safe(f"<input{''.join(drawn)}>")  # noqa: S308 -- names are ours, values are escaped
