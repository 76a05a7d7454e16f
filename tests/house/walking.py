"""A visitor who means ill: what each page reads is learnt by watching it, what its forms take from their fields."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django import forms
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.forms.formsets import BaseFormSet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.test import Client

from livelihood.cycles.forms import TypedChoiceOf
from livelihood.kernel import pages
from livelihood.lists.grids.typed import TypedSheet

READ: set[str] = set()
"""Names of parameters that the present request was asked for."""

TOO_MANY = 429


class WatchedQuery(QueryDict):
    """A query that notes which names somebody asks it for."""

    def __getitem__(self, key: str) -> Any:
        READ.add(key)
        return super().__getitem__(key)

    def getlist(self, key: str, default: Any = None) -> Any:
        READ.add(key)
        return super().getlist(key, default)

    def __contains__(self, key: object) -> bool:
        READ.add(str(key))
        return super().__contains__(key)


class WatchingMiddleware:
    """Lets every view read watched queries; stands after the one that settles the encoding."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.GET = _watched(request.GET)  # type: ignore[assignment]
        if request.method == "POST":
            request._load_post_and_files()
            request._post = _watched(request._post)  # type: ignore[attr-defined]
        READ.clear()
        return self.get_response(request)


def _watched(query: QueryDict) -> WatchedQuery:
    copy = WatchedQuery(mutable=True)
    for name, values in query.lists():
        copy.setlist(name, values)
    copy._mutable = False
    return copy


def refuse_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let refusals be answered without their page, which tests/house/test_looks.py shows: thousands are asked for."""

    def plain(request: HttpRequest, page: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
        return HttpResponse(status=status) if status >= HTTPStatus.BAD_REQUEST else render(request, page, context)

    monkeypatch.setattr(pages, "render", plain)


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever a request did, also where it broke the transaction."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def same_cookies(client: Client) -> Iterator[None]:
    """Let a browser have the cookies afterwards that it had before."""
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    try:
        yield
    finally:
        client.cookies = SimpleCookie(cookies)


class Walker:
    """Sends what it is told to, and keeps every answer that is a failure of the server."""

    def __init__(self) -> None:
        self.failures: list[str] = []

    def send(self, client: Client, method: str, url: str, data: Any = None, **more: Any) -> HttpResponseBase:
        """Send one request as a visitor, nothing of it stays; failures are kept and not raised."""
        with undone(), same_cookies(client):
            if method == "POST" and not isinstance(data, bytes):
                response = client.post(url, data or {}, **more)
            else:
                response = client.generic(method, url, data or b"", **more)
            problem = _problem(response)
        if response.status_code == TOO_MANY:
            cache.clear()
        if problem:
            told = repr(data)[:300] if data else ""
            self.failures.append(f"{method} {url[:300]} {told} {str(more)[:200] if more else ''} → {problem}")
        return response


def _problem(response: Any) -> str:
    """Say what went wrong at the server, also behind an answer that is streamed and at the end of the transaction."""
    if response.status_code >= 500 and response.status_code != 503:
        kind, error, trace = response.exc_info or (None, None, None)
        while trace and trace.tb_next:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
        cause = f"{kind.__name__}: {str(error)[:160]}" if kind else str(response.status_code)
        return f"{cause} at {place}"
    try:
        response.getvalue()
        if response.status_code in {302, 303}:
            connection.check_constraints()
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is a failure
        return f"{type(error).__name__}: {str(error)[:160]}"
    return ""


class _Forms(HTMLParser):
    """The forms of a page that are sent to it by POST: names with what stands in them, and the buttons."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.is_open = path, False
        self.found: list[tuple[dict[str, list[str]], list[tuple[str, str]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = given.get("action", "") or self.path
            self.is_open = given.get("method") == "post" and action.partition("?")[0] == self.path
            if self.is_open:
                self.found.append(({}, []))
        elif self.is_open and given.get("name"):
            fields, buttons = self.found[-1]
            if tag == "button":
                buttons.append((given["name"], given.get("value", "")))
            elif tag in {"input", "select", "textarea"} and given.get("type") not in {"checkbox", "radio"}:
                fields.setdefault(given["name"], []).append(given.get("value", ""))
            elif tag == "input":
                fields.setdefault(given["name"], [given.get("value", "on")])

    def handle_endtag(self, tag: str) -> None:
        self.is_open = self.is_open and tag != "form"


def sendable(response: Any, path: str) -> Iterator[dict[str, list[str]]]:
    """Yield what each form of a page would send as it stands, once for each of its buttons."""
    parser = _Forms(path)
    parser.feed(response.getvalue().decode(errors="replace"))
    for fields, buttons in parser.found:
        for name, value in buttons or [("", "")]:
            yield {**fields, name: [value]} if name else dict(fields)


def fields_of(response: Any) -> dict[str, forms.Field]:
    """Return name → field, for the fields of all forms that a page was drawn from."""
    found: dict[str, forms.Field] = {}

    def look(value: Any, depth: int = 0) -> None:
        if isinstance(value, BaseFormSet):
            for form in [value.management_form, *value.forms]:
                look(form)
        elif isinstance(value, forms.BaseForm):
            found.update({bound.html_name: bound.field for bound in value})
        elif isinstance(value, Mapping) and depth < 2:
            for item in value.values():
                look(item, depth + 1)

    for context in response.context or []:
        for layer in context.dicts:
            look(layer)
    return found | _typed_cells(response)


def _typed_cells(response: Any) -> dict[str, forms.Field]:
    """Return name → field, for the cells of a grid that are typed into."""
    sheet = (response.context or {}).get("sheet")
    if not isinstance(sheet, TypedSheet):
        return {}
    rows = response.context["grid"].rows
    return {f"{one.name}_{row.row.pk}": one.field for one in sheet.fields for row in rows}


MEANT = ("ordinary", "least", "most")


def meant(field: forms.Field, how: str) -> Any:
    """Return a value that a field takes: an ordinary one, its least or its most."""
    return next(values(field) for kind, values in OF_FIELD if isinstance(field, kind))[how]


def _choices(field: Any) -> dict[str, Any]:
    flat = [pair for value, label in field.choices for pair in (label if isinstance(label, list) else [(value, label)])]
    values = [str(value) for value, _label in flat if str(value)] or [""]
    return {"ordinary": values[0], "least": values[0], "most": values[-1]}


def _decimals(field: Any) -> dict[str, Any]:
    most = Decimal(10) ** ((field.max_digits or 9) - (field.decimal_places or 0)) - 1
    return {"ordinary": "1", "least": str(field.min_value or 0), "most": str(field.max_value or most)}


def _wholes(field: Any) -> dict[str, Any]:
    least, most = field.min_value or 0, field.max_value or 2**63
    return {"ordinary": str(max(least, 1)), "least": str(least), "most": str(most)}


def _texts(field: Any) -> dict[str, Any]:
    least, most = getattr(field, "bounds", (1, getattr(field, "max_length", None) or 4000))
    return {"ordinary": "加装电梯" * (least // 4 + 1), "least": "字" * least, "most": "㍿" * most}


def _typed(field: Any) -> dict[str, Any]:
    """Return the names of rows that a line to type in takes; some name where there is no row."""
    names = list(field.queryset.order_by("name_zh", "pk").values_list("name_zh", flat=True)) or ["加装电梯"]
    return {"ordinary": names[0], "least": names[0], "most": names[-1]}


OF_FIELD: tuple[tuple[type[forms.Field], Callable[[Any], dict[str, Any]]], ...] = (
    (forms.FileField, lambda _: dict.fromkeys(MEANT, SimpleUploadedFile("点位.csv", "用户名,姓名\n".encode()))),
    (forms.BooleanField, lambda _: dict.fromkeys(MEANT, "on")),
    (TypedChoiceOf, _typed),
    (forms.ModelChoiceField, _choices),
    (forms.ChoiceField, _choices),
    (forms.DateField, lambda _: {"ordinary": f"{date.today()}", "least": "1900-01-01", "most": "2199-12-31"}),  # noqa: DTZ011
    (forms.DecimalField, _decimals),
    (forms.IntegerField, _wholes),
    (forms.UUIDField, lambda _: dict.fromkeys(MEANT, str(uuid.uuid4()))),
    (forms.Field, _texts),
)
"""Kind of field, the most particular first → how → value."""


def let_go(response: Any) -> None:
    """Close the file of an answer, if it is one, without ending its request, with which the connection would end."""
    for close in response._resource_closers:
        close()
