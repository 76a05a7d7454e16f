"""Pages of which a few words differ from answer to answer: drawn once in a process, then only filled in.

A page is drawn for nobody: its templates see the address and the year, and neither what was sent nor who sent it. So
what one answer leaves behind can hold nothing of it.
"""

import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.translation import get_language

from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.imprint import selectors as imprint
from livelihood.web import confined
from livelihood.web.templatetags.form_again import sent_fields

MOST = 64
"""Pages that are kept. The one asked for longest ago goes first: who makes up addresses drives out nobody else's."""
_kept: OrderedDict[Hashable, list[str]] = OrderedDict()
_lock = threading.Lock()

_SECRET = secrets.token_hex(16)
"""Stands in the marks, so that nothing a template prints can be taken for one."""
_MARK = re.compile(f"{_SECRET}-([a-z_]+)-")


def fill(
    request: HttpRequest, template: str, words: Mapping[str, str], *, cycle: Cycle, edition: Hashable | None
) -> HttpResponse:
    """Answer what was sent with a page that is the same at every address and language but for some words.

    words: what the template prints as `{{ name }}` and does nothing else with, escaped here; none of them is empty in
        one answer and not in another.
    edition: of all else that the page shows; a new one is drawn anew. None: unknown, so the page is not kept.
    """
    today = timezone.localdate()  # by which the year track counts
    key = (template, get_language(), request.get_full_path(), edition, imprint.imprint().stamp, today)
    pieces = _kept.get(key)
    if pieces is None:
        bare = _for_nobody(request)
        bare.cycle, bare.may_be_repeated = cycle, True  # type: ignore[attr-defined]  # as the decorators do
        pieces = _draw(template, {name: _mark(name) for name in words}, bare)
    if edition is not None:
        _keep(key, pieces)
    return _filled(request, pieces, words)


def fill_for_person(
    request: HttpRequest, template: str, words: Mapping[str, str], *, shown: Mapping[str, Any], edition: Hashable
) -> HttpResponse:
    """Answer somebody who is signed in with a page of no year, the same for all at one place but for some words.

    words: as above; their name and the token of their forms come on top.
    shown: what else the template prints; the same in one edition.
    """
    user, place = signed_in(request), confined.place_of(request)
    words = {**words, "person": user.name or user.username, "csrf_token": get_token(request)}
    key = (template, get_language(), request.get_full_path(), edition, imprint.imprint().stamp, *place.items())
    pieces = _kept.get(key)
    if pieces is None:
        marks = {name: _mark(name) for name in words}
        bare = _for_nobody(request)
        bare.user = SimpleNamespace(is_authenticated=True, name=marks["person"])  # type: ignore[assignment]
        bare.session = place  # type: ignore[assignment]
        pieces = _draw(template, {**shown, **marks}, bare)
    _keep(key, pieces)
    return _filled(request, pieces, words)


def _mark(name: str) -> str:
    return f"{_SECRET}-{name}-"


def _draw(template: str, context: Mapping[str, Any], bare: HttpRequest) -> list[str]:
    """Return the page in pieces: what stands between the words, and at every second place the name of a word."""
    return _MARK.split(render_to_string(template, dict(context), bare))


def _filled(request: HttpRequest, pieces: list[str], words: Mapping[str, str]) -> HttpResponse:
    names = pieces[1::2]
    filled = {**words, "sent": sent_fields(request)} if "sent" in names else words
    texts = [conditional_escape(filled[piece]) if number % 2 else piece for number, piece in enumerate(pieces)]
    return HttpResponse("".join(texts))


def _keep(key: Hashable, pieces: list[str]) -> None:
    with _lock:
        _kept[key] = pieces
        _kept.move_to_end(key)
        if len(_kept) > MOST:
            _kept.popitem(last=False)


def _for_nobody(request: HttpRequest) -> HttpRequest:
    """Return a request that knows of the other nothing but its address."""
    bare = HttpRequest()
    bare.method, bare.path, bare.path_info, bare.GET = request.method, request.path, request.path_info, request.GET
    bare.META = {"QUERY_STRING": request.META.get("QUERY_STRING", "")}
    bare.sent_fields = _mark("sent")  # type: ignore[attr-defined]
    return bare
