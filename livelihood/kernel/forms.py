"""How a page lets a form act, and shows what the act refuses."""

from collections.abc import Callable
from typing import Any

from django import forms

from livelihood.kernel.errors import DomainError, NotReady


class DayInput(forms.DateInput):
    """A day for the browser's own calendar, which reads one form of it in every language and shows no other."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def done(form: Any, act: Callable[[], object]) -> bool:
    """Act if the form is valid; say whether it was done. form: any form of Django, bound."""
    if not form.is_valid():
        return False
    try:
        act()
    except DomainError as error:
        refuse(form, error)
        return False
    return True


def refuse(form: Any, error: DomainError) -> None:
    """Show a refusal at its field, or above the form."""
    field = error.field if error.field in form.fields else None
    for issue in error.issues if isinstance(error, NotReady) else [error]:
        form.add_error(field, str(issue))
