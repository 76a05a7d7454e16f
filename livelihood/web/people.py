"""Who is asking."""

from django.http import HttpRequest

from livelihood.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """Return the person behind a request of a page that requires a sign-in.

    :raises TypeError: the page was opened without one; every such page is refused before its view runs.
    """
    if not isinstance(request.user, User):
        raise TypeError("this page needs a signed-in person")
    return request.user
