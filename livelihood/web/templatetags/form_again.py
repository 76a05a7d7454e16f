"""What is said of a form that is shown again."""

from django import template
from django.forms import BaseForm

register = template.Library()


@register.filter
def has_emptied_fields(form: BaseForm) -> bool:
    """Say whether a form that is shown again has lost something: browsers keep neither passwords nor files."""
    return any(getattr(field.field.widget, "input_type", "") in {"password", "file"} for field in form)
