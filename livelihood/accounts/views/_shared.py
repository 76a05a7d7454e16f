"""What pages of people have in common."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext_lazy

from livelihood.accounts import proof, rules, selectors, services
from livelihood.accounts.attempts import Attempts
from livelihood.accounts.models import User
from livelihood.accounts.selectors import signed_in
from livelihood.accounts.services import WrongPassword
from livelihood.accounts.states import Entrance
from livelihood.cycles.models import Area
from livelihood.kernel.forms import NotDone, Submitted, T, submit
from livelihood.kernel.verdict import require

ADDRESS_LENGTH = 2000
"""Characters of an address to go on to."""

BACKEND = "django.contrib.auth.backends.ModelBackend"

SIGNED_IN_AT, BY_PROVIDER = "signed_in_at", "by_provider"
"""What the session says of how it began."""

WRONG_PASSWORDS = Attempts(
    "accounts.password",
    5,
    ngettext_lazy(
        "Too many wrong passwords. Try again in %(minutes)s minute.",
        "Too many wrong passwords. Try again in %(minutes)s minutes.",
        "minutes",
    ),
)
"""By user name: who sits at a machine that was left open tries no further."""


def begin(request: HttpRequest, user: User, way: Entrance, *, at: datetime) -> None:
    """Sign somebody in, under a new session key, and note it."""
    login(request, user, backend=BACKEND)
    request.session[SIGNED_IN_AT] = at.timestamp()
    proof.expect(request, user)
    services.note_sign_in(user=user, way=way, session_key=request.session.session_key or "", at=at)


def is_by_provider(request: HttpRequest) -> bool:
    """Say whether somebody came in by an identity provider, and perhaps has no password."""
    return bool(request.session.get(BY_PROVIDER, False))


def cycle_key(request: HttpRequest) -> None:
    """Let a session go on under a new key, and its sign-in with it."""
    before = request.session.session_key or ""
    request.session.cycle_key()
    services.move_session(before=before, after=request.session.session_key or "")


def submit_password(user: User, form: Any, act: Callable[[], T], *, at: datetime) -> Submitted[T] | NotDone:
    """Send a form in which somebody's present password stands, as `submit` does, and count wrong ones.

    :raises TooManyAttempts: too many were wrong.
    """
    is_tried = form.is_valid() and "present" in form.fields
    if is_tried:  # counted before, as many may be sent at once
        WRONG_PASSWORDS.failed(user.username, at=at)
    done = submit(form, act)
    if is_tried and (done or not isinstance(done.refusal, WrongPassword)):
        WRONG_PASSWORDS.forget(user.username)
    return done


def safe_target(request: HttpRequest, target: str) -> str:
    """Return where somebody wanted to go, if it is a page of this portal; to their work otherwise."""
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    # Of a word without a slash Django would look for a view of that name.
    return target if is_ours and target.startswith("/") else resolve_url("portal:my_work")


def managed_area(request: HttpRequest, area: str) -> tuple[Area, datetime]:
    """Return an area whose people the visitor manages, and the present instant."""
    place, now = get_object_or_404(Area, slug=area), timezone.now()
    require(rules.may_manage_people(signed_in(request), place, now))
    return place, now


def found_person(place: Area, pk: int) -> User:
    """Return a person near an area."""
    return get_object_or_404(selectors.people_near(place), pk=pk)


def person_address(place: Area, someone: User) -> str:
    """Return the address of a person's page in an area."""
    return reverse("accounts:person", kwargs={"area": place.slug, "pk": someone.pk})


def managed_person(request: HttpRequest, area: str, pk: int) -> tuple[Area, User, datetime]:
    """Return a person near an area, whose account the visitor looks after."""
    place, now = managed_area(request, area)
    someone = found_person(place, pk)
    require(selectors.may_manage_account(signed_in(request), someone, now))
    return place, someone, now


def pdf(content: bytes, name: str) -> HttpResponse:
    """Answer with a file to be printed, which nobody keeps."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
