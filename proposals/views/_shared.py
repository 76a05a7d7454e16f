"""What several pages of this room do alike."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from livelihood.accounts.models import User
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import DomainError, NotReady

Choices = Iterable[tuple[Any, ...]]


def done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Act if the form is valid; a refusal is shown at its field, or above the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except DomainError as error:
        refuse(form, error)
        return False
    return True


def refuse(form: forms.Form, error: DomainError) -> None:
    """Show a refusal at its field, or above the form."""
    field = error.field if error.field in form.fields else None
    for issue in error.issues if isinstance(error, NotReady) else [error]:
        form.add_error(field, str(issue))


def person(request: HttpRequest) -> User:
    """Return who is signed in; the pages that ask this need a sign-in."""
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware
    return request.user


def aspect_choices(cycle: Cycle) -> Choices:
    """Return the cycle's aspects for filter chips."""
    return [(aspect.number, aspect.name) for aspect in cycles.aspects_of(cycle)]


def area_choices(cycle: Cycle) -> Choices:
    """Return the areas directly below the cycle's for filter chips."""
    return [(area.code, area.name) for area in cycles.child_areas(cycle.area)]


def counts_by(rows: QuerySet, field: str) -> dict[str, int]:
    """Count rows by the values of a field."""
    return dict(rows.order_by().values_list(field).annotate(Count("pk")))
