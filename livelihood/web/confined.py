"""Sign-ins that are good for one place of the portal only: somebody came by a card, not by a password."""

from django.contrib.auth import login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.kernel.verdict import YES, Verdict, no

BACKEND = "django.contrib.auth.backends.ModelBackend"
PLACE, RETURN = "confined_to", "confined_return"
SECONDS_WHEN_DONE = 60
"""Long enough to write a receipt down; a button leaves at once."""


def sign_in(
    request: HttpRequest, user: User, *, place: str, seconds: int, back_to: str = "", back_after: int = 0
) -> None:
    """Sign somebody in for one place; whoever was signed in before on this machine is gone.

    place: the beginning of the only addresses that open, without language. seconds: without use, until it ends.
    back_to, back_after: on a machine of many, the address that a page leads to after so many seconds without use.
    """
    request.session.flush()
    login(request, user, backend=BACKEND)
    request.session["signed_in_at"] = timezone.now().timestamp()
    request.session[PLACE] = place
    request.session[RETURN] = [back_to, back_after] if back_to else None
    request.session.set_expiry(seconds)


def is_confined(request: HttpRequest) -> bool:
    """Say whether the sign-in is good for one place only."""
    return PLACE in request.session


def place_of(request: HttpRequest) -> dict[str, str | tuple[str, int]]:
    """Return what the session says of the place to which a sign-in is confined; nothing where it is not."""
    found: dict[str, str | tuple[str, int]] = {}
    if is_confined(request):
        found[PLACE] = request.session[PLACE]
        if request.session.get(RETURN):
            back_to, seconds = request.session[RETURN]
            found[RETURN] = (back_to, seconds)
    return found


def leave_soon(request: HttpRequest) -> None:
    """Let a machine of many go back to its start soon, when what the sign-in was for is done."""
    if request.session.get(RETURN):
        request.session[RETURN] = [request.session[RETURN][0], SECONDS_WHEN_DONE]


def may_open(request: HttpRequest) -> Verdict:
    """May: everybody, unless the sign-in is confined to another place."""
    place = request.session.get(PLACE)
    path = request.path_info.removeprefix(f"/{request.LANGUAGE_CODE}")
    if place is None or path.startswith(place):
        return YES
    return no(_("With a card you can open the booth of this round only. Sign in with your password for other pages."))


def lead_back(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let a page of a machine of many go back to its start by itself; nothing where the session was not looked at."""
    session = getattr(request, "session", None)
    if session is None or not session.accessed or not session.get(RETURN):
        return
    back_to, seconds = session[RETURN]
    response.setdefault("Refresh", f"{seconds}; url={back_to}")
