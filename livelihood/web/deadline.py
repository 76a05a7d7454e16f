"""No request lasts for ever: it is broken off, and a process that cannot even do that ends (ADR 15).

Three limits, each for what the one before cannot reach: the database gives up a statement; a thread of Python is
interrupted between two of its steps; a single step that holds the whole process, or a request that outlives its
interruption, ends the process, and Granian starts another.
"""

import ctypes
import faulthandler
import logging
import os
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from psycopg2.errors import QueryCanceled

from livelihood.kernel.errors import DomainError
from livelihood.kernel.pages import show_refusal

logger = logging.getLogger("livelihood.requests")

TICK = 0.5  # seconds between two looks at what is running


class TookTooLong(DomainError):
    """The work on a request was broken off; what was not committed by then is undone."""

    status = 503
    code = "took_too_long"
    message = _("This took too long and was broken off. See whether it was done before you try again.")


_running: dict[int, float] = {}  # thread → when its request began
_told: set[int] = set()  # threads that were interrupted already
_lock = threading.Lock()


class DeadlineMiddleware:
    """Know what is running since when."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        thread = threading.get_ident()
        with _lock:
            _running[thread] = time.monotonic()
        try:
            return self.get_response(request)
        finally:
            with _lock:
                del _running[thread]
                _told.discard(thread)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say of a statement that the database gave up what is said of every work that took too long."""
        if isinstance(error, OperationalError) and isinstance(error.__cause__, QueryCanceled):
            logger.error("A statement took too long", exc_info=error)
            return show_refusal(request, TookTooLong())
        return None


def start() -> None:
    """Limit the statements of this process and watch its requests; called once, by the entry of the web server."""
    database = connections.settings["default"]
    options = database.setdefault("OPTIONS", {})
    milliseconds = round(settings.STATEMENT_SECONDS * 1000)
    options["options"] = f"{options.get('options', '')} -c statement_timeout={milliseconds}".strip()
    threading.Thread(target=_watch, name="deadline", daemon=True).start()


def _watch() -> None:
    while True:
        # Counted outside Python: it strikes when a step of one thread keeps this one from coming back in time.
        faulthandler.dump_traceback_later(settings.FROZEN_SECONDS, exit=True)
        time.sleep(TICK)
        _look(time.monotonic())


def _look(now: float) -> None:
    with _lock:
        for thread, began in _running.items():
            if now - began > settings.FROZEN_SECONDS:
                faulthandler.dump_traceback()
                os._exit(1)
            if now - began > settings.REQUEST_SECONDS and thread not in _told:
                _told.add(thread)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TookTooLong))
                logger.error("A request is broken off after %s seconds", round(now - began))
