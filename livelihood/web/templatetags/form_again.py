"""What is said of the fields of a form, and of a form that is shown again."""

from django import template
from django.forms import BaseForm, BoundField
from django.forms.widgets import ChoiceWidget
from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

ANOTHER_WAY = frozenset({"one-time-code", "current-password", "new-password"})
"""What the browser may fill in: where it is not required, there is another way, and not none."""


@register.filter
def is_optional(field: BoundField) -> bool:
    """Say whether a field may be left out. What may only wait is not called so: a code, a choice that offers no “none”.

    asked_when: of a field that says itself when it is asked for.
    """
    given, widget = field.field, field.field.widget
    if given.required or hasattr(given, "asked_when") or widget.attrs.get("autocomplete") in ANOTHER_WAY:
        return False
    return not isinstance(widget, ChoiceWidget) or widget.allow_multiple_selected or _offers_none(field)


def _offers_none(field: BoundField) -> bool:
    if hasattr(field.field, "empty_label"):  # rows: the choices themselves would be read from the database
        return field.field.empty_label is not None
    return any(value == "" for value, _label in field.field.widget.choices)


@register.filter
def has_emptied_fields(form: BaseForm) -> bool:
    """Say whether a form that is shown again has lost something: browsers keep neither passwords nor files."""
    return any(getattr(field.field.widget, "input_type", "") in {"password", "file"} for field in form)


def sent_fields(request: HttpRequest | None) -> SafeString:
    """Return what was sent as hidden fields, to be sent again."""
    if request is None:
        return mark_safe("")
    if hasattr(request, "sent_fields"):  # a page drawn for many answers, see livelihood.web.shells
        return SafeString(request.sent_fields)
    # Escaped here and not by format_html_join, which takes four times as long: a receipt waits for it.
    return mark_safe(  # noqa: S308 -- all that was sent is escaped
        "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, values in request.POST.lists()
            for value in values
        )
    )
