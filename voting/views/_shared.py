"""What several pages of this room do alike."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest

from livelihood.accounts.models import User
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import DomainError, NotReady
from livelihood.web.decorators import found
from voting import selectors
from voting.models import Round


def done(form: forms.BaseForm, act: Callable[[], object]) -> bool:
    """Act if the form is valid; a refusal is shown at its field, or above the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except DomainError as error:
        refuse(form, error)
        return False
    return True


def refuse(form: forms.BaseForm, error: DomainError) -> None:
    """Show a refusal at its field, or above the form."""
    field = error.field if error.field in form.fields else None
    for issue in error.issues if isinstance(error, NotReady) else [error]:
        form.add_error(field, str(issue))


def person(request: HttpRequest) -> User:
    """Return who is signed in; the pages that ask this need a sign-in."""
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware
    return request.user


def find_round(cycle: Cycle, number: int) -> Round:
    """Return a round of the cycle.

    :raises Http404: no such round.
    """
    round_: Round = found(selectors.round_at(cycle, number))
    return round_
