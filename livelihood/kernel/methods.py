"""Which methods a page answers, said on the view itself, so that a wrong one is refused before anything else is asked.

Django's decorators of these names refuse inside the view, after the check of form tokens: a POST to a page would be
told that its sign-in has changed. HEAD is answered as GET wherever GET is (livelihood.web.middleware).
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

V = TypeVar("V", bound=Callable[..., object])


def require_http_methods(methods: Iterable[str]) -> Callable[[V], V]:
    """Let the view answer these methods alone."""

    def mark(view: V) -> V:
        view.methods = frozenset(methods)  # type: ignore[attr-defined]  # decorators outside copy it
        return view

    return mark


require_GET = require_http_methods(["GET"])  # noqa: N816 -- the names that Django has for them
require_POST = require_http_methods(["POST"])  # noqa: N816
