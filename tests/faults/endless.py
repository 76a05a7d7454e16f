"""A web server with pages that never end, and short limits; served by tests/faults/test_deadline.py alone."""

import os
import time
import unicodedata
from importlib import import_module

import django
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path


@login_not_required
def process(request: HttpRequest) -> HttpResponse:
    """Say which process answers."""
    return HttpResponse(str(os.getpid()))


@login_not_required
def steps(request: HttpRequest) -> HttpResponse:
    """Go on for ever, step by step."""
    while True:
        pass


@login_not_required
def one_step(request: HttpRequest) -> HttpResponse:
    """Hold the process in a single step: minutes, from a text of 400 KB."""
    return HttpResponse(unicodedata.normalize("NFC", "a" + "\u0315\u0300" * 200_000))


@login_not_required
def asleep(request: HttpRequest) -> HttpResponse:
    """Wait where no interruption is heard."""
    time.sleep(600)
    return HttpResponse()


@login_not_required
def statement(request: HttpRequest) -> HttpResponse:
    """Let the database work for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(600)")
    return HttpResponse()


urlpatterns = [path(f"{view.__name__}/", view) for view in (process, steps, one_step, asleep, statement)]

if __name__ != "tests.faults.endless.urls":
    django.setup()
    urlpatterns += import_module(settings.ROOT_URLCONF).urlpatterns  # a refusal leads to pages of the portal
    settings.ROOT_URLCONF = __name__
settings.STATEMENT_SECONDS, settings.REQUEST_SECONDS, settings.FROZEN_SECONDS = 1, 2, 5

from livelihood.wsgi import application  # noqa: E402 -- it reads the settings when it is loaded

__all__ = ["application"]
