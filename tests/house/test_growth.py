"""No text costs more than its length: whatever is typed, four times as much takes at most some four times as long.

Every field of every form and filter is tried by introspection, so that a new one is covered by itself. Times are
compared with each other and never with the clock on the wall, so that a slow machine changes nothing.
"""

import csv
import io
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO
from urllib.parse import urlencode
from xml.parsers.expat import ExpatError

import django_filters
import pytest
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import Client, RequestFactory, override_settings
from django.test.client import FakePayload
from django.urls import get_resolver, reverse
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.kernel import folding, numbers, text
from livelihood.kernel.errors import DomainError, Text
from livelihood.kernel.sheets import cells, codes, days, persons, points, quantities
from livelihood.kernel.sheets.cells import CellProblem
from livelihood.kernel.sheets.declaration import Column, Kind, kinds
from livelihood.kernel.sheets.handling import Frame, handlers
from livelihood.kernel.sheets.marks import measure, quick_measure
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.web.bounds import LONGEST_HEAD, LONGEST_QUERY, PUBLIC_BODY, bounded
from projects.exporters import HEADINGS
from projects.importers import SITES, resolve_sites
from tests.house.addresses import COLLECTIONS, TABLE, address
from tests.house.test_forms import all_forms
from tests.house.test_hostile import HEADERS, SLOW, WATCHED, form_of, learnt
from tests.house.walking import Walker, undone
from tests.house.world import YEARS, World
from voting.importers import ROLL

HOSTILE = [
    # marks that have to be put in order, letters that are put together or fall apart
    "\u0315\u0300", "a\u0315\u0300", "\u0344", "\u0f73\u0f71", "\u1100\u1161\u11a8", "\u1100\u1161", "\ufdfa", "\u3300",
    # what numbers, days, telephones and cards begin with
    "1", "1 ", "1-", "+86 1", "13", "0", "0571-", "(0", "\uff11", "\u0663", "1,", "1,000", "1.", "1e", "1e9",
    "999999999e", "2024-", "2024年1", "2024-01-01T",
    # addresses, and words before numbers
    "@", "a@", "a@a.", "a.", "a-", "电话", "微信", "京A", "QQ",
    # spaces and what is not seen
    "\n", " \n", "\r", "\t", " ", "\u3000", "\u2028", "\u200b", "\u200d", "\u2800", "\u3164", "\ufe0f", "\x07",
    "\ud800",
    # marks of Markdown, XML and CSV
    "[", "](", "[[", "*", "_a ", "`", "``a", "<", "<a", "&", "&#", "> ", "- ", "1. ", "#", "|", "!", "\\", '"', "'",
    ",", ";", "(", "{", "=",
    "é", "ß", "字", "\U00020bb7", "👨\u200d",
]  # fmt: skip
WORST = ["\u0315\u0300", "\u1100\u1161\u11a8", "1", "a@a.", "京A", " \n", "1e999999999"]
"""Of all kinds one: what is sent in whole requests."""
ANYBODY = [name for name, row in TABLE.items() if row.who is None]
SHORT, FACTOR = 8_000, 4
MOST = 2.2 * FACTOR
"""As much as n log n, and room for a busy machine; the square would be 16."""
LONGEST_CODED = 9
"""Bytes of a character of the worst pieces, as addresses and forms write it."""
TOO_QUICK = 0.004
"""Seconds of the longer text below which nothing can be said, and nothing needs to be."""


def seconds(work: Callable[[str], Any], typed: str, tries: int = 3) -> float:
    best = float("inf")
    for _try in range(tries):
        started = time.process_time()
        with suppress(ValidationError, DomainError, CellProblem, ValueError, ExpatError):
            work(typed)
        best = min(best, time.process_time() - started)
        if best < TOO_QUICK:
            break
    return best


def too_steep(
    work: Callable[[str], Any], *, longest: int = SHORT * FACTOR, pieces: list[str] | None = None
) -> list[tuple[str, float]]:
    """Return the hostile pieces with which the time of this work grows faster than the length.

    What looks steep at the first try is measured again, as something else may have come between.
    """
    found = []
    for piece in pieces or HOSTILE:
        long = (piece * (longest // len(piece) + 1))[:longest]
        for tries in (1, 3, 3):
            slow = seconds(work, long, tries)
            if slow < TOO_QUICK or slow <= MOST * (quick := seconds(work, long[: longest // FACTOR], tries)):
                break
        else:
            found.append((ascii(piece), round(slow / quick, 1)))
    return found


def a_cell(parse: Callable[[Any], Any]) -> Callable[[str], Any]:
    columns = Column("one", "one", parse), Column("two", "two", cells.text(9), required=False)
    kind = Kind("things", "Things", columns)
    return lambda typed: read_sheet(io.BytesIO(f'one,two\n"{typed}",2'.encode(errors="replace")), kind)


KERNEL: dict[str, Callable[[str], Any]] = {
    "clean_text": lambda typed: text.clean_text(typed, max_length=10**6),
    "clean_text, one line": lambda typed: text.clean_text(typed, max_length=10**6, multiline=False),
    "mask_personal": text.mask_personal,
    "mask_phone": text.mask_phone,
    "letter_html": text.letter_html,
    "fold_characters": folding.fold_characters,
    "normalised": lambda typed: folding.normalised(typed, "NFKC"),
    "parse_reference": numbers.parse_reference,
    "normalise_code": numbers.normalise_code,
    "text cell": a_cell(cells.text(10**6)),
    "number cell": a_cell(quantities.number()),
    "whole number cell": a_cell(quantities.integer()),
    "quantity cell": a_cell(quantities.quantity(unit="万元")),
    "day cell": a_cell(days.day()),
    "area cell": a_cell(codes.area()),
    "key cell": a_cell(codes.key(10**6)),
    "name cell": a_cell(persons.person_name(10**6)),
    "list cell": a_cell(cells.several(cells.text(10**6))),
    "angle cell": a_cell(points.angle),
    "point cell": a_cell(points.both),
    "choice cell": a_cell(cells.choice({"yes": "yes", "no": "no"})),
    "place in a sheet": lambda typed: measure(f'<worksheet><c r="{typed}1"/></worksheet>'.encode(errors="replace")),
    "cells of a sheet": lambda typed: quick_measure(f"<worksheet>{typed}</worksheet>".encode(errors="replace")),
}


@pytest.mark.parametrize("name", KERNEL)
def test_work_on_texts_grows_with_their_length(name: str):
    assert too_steep(KERNEL[name]) == []


def test_what_is_compared_grows_with_its_length():
    assert too_steep(folding.fold, longest=folding.LONGEST_NAME // 4) == []


def kinds_of_fields() -> Iterator[tuple[str, forms.Field]]:
    """Yield one field of every kind that forms and filters have: class, checks, and whether its length is bounded."""
    assert get_resolver().url_patterns
    fields = {
        f"{form.__name__}.{name}": field
        for form in all_forms()
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
    } | {
        f"{filters.__name__}.{name}": one.field
        for filters in all_filters(django_filters.FilterSet)
        for name, one in filters.base_filters.items()
    }
    by_kind = {
        (type(field), tuple(sorted(type(check).__name__ for check in field.validators))): name
        for name, field in fields.items()
    }
    return ((name, fields[name]) for name in by_kind.values())


def all_filters(parent: type[django_filters.FilterSet]) -> Iterator[type[django_filters.FilterSet]]:
    for child in parent.__subclasses__():
        yield child
        yield from all_filters(child)


@pytest.mark.django_db
def test_every_field_of_every_form_and_filter_grows_with_its_length():
    tried = dict(kinds_of_fields())
    assert len(tried) > 12

    steep = {name: found for name, field in tried.items() if (found := too_steep(field.clean))}

    assert steep == {}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ANYBODY)
def test_every_form_of_anybody_grows_with_its_length(name: str, world: World, visitors: dict[str, Client]):
    url, client = address(world, name), visitors["anonymous"]
    steep = {}

    for sent, _fields in form_of(client, TABLE[name], url):
        for field in sent:

            def send(typed: str, sent: dict[str, Any] = sent, field: str = field) -> None:
                cache.clear()
                with undone():
                    body = urlencode({**sent, field: typed}, doseq=True, errors="replace")
                    response = client.post(url, body, content_type="application/x-www-form-urlencoded")
                assert response.status_code < 500
                assert response.status_code not in {413, 429}

            if found := too_steep(send, longest=(PUBLIC_BODY - 16 * 1024) // LONGEST_CODED, pieces=WORST):
                steep[field] = found

    assert steep == {}


IN_HEADERS = ['\\"', '"', "\\", ";", "a=", "a;b=", ",", "q=0,", "en-", "W/", "1-2,", "::", ".", " ", "("]
"""What the fields of a head are made of."""


@pytest.fixture
def _kept_connection() -> Iterator[None]:
    """Keep a request from closing the connection, whose transaction is the world's, as the client of tests does."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.parametrize("around", ["{}", 'a="{}"'], ids=["bare", "quoted"])
@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.usefixtures("_kept_connection")
def test_every_header_grows_with_its_length(header: str, around: str, world: World):
    """At a page that reads a session, as a server hands it over: some of a head is parsed before any middleware."""
    application = bounded(WSGIHandler())
    page, name = reverse("portal:my_work"), header.upper().replace("-", "_")

    def send(typed: str) -> None:
        given = {name if name == "CONTENT_TYPE" else f"HTTP_{name}": around.format(typed)}
        request = RequestFactory()._base_environ(  # type: ignore[attr-defined]
            PATH_INFO=page, REQUEST_METHOD="POST", CONTENT_LENGTH="3", **{"wsgi.input": FakePayload(b"a=1"), **given}
        )
        status: list[str] = []
        b"".join(application(request, lambda said, _headers: status.append(said)))  # type: ignore[arg-type]
        assert status[0] < "500"

    assert too_steep(send, longest=LONGEST_HEAD - 4 * 1024, pieces=IN_HEADERS) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*(name for name in ANYBODY if name not in SLOW), *COLLECTIONS])
def test_every_parameter_of_anybody_costs_no_more_than_plain_letters(name: str, world: World):
    """At its longest, which is too short for a growth to be measured."""
    url = address(world, name) if name in TABLE else reverse(f"{name}-list")
    client = Client()
    with override_settings(MIDDLEWARE=WATCHED):
        names = learnt(Walker(), client, url)

    def ask(typed: str, each: str) -> None:
        cache.clear()
        assert client.get(url, {each: typed}).status_code < 500

    longest = (LONGEST_QUERY - 64) // LONGEST_CODED
    for each in names:
        work = partial(ask, each=each)

        def is_slow(piece: str, plain: float, work: Callable[[str], Any] = work) -> bool:
            return seconds(work, (piece * longest)[:longest], 1) > 4 * plain + 0.02

        plain = seconds(work, "a" * longest, 1)
        slow = [piece for piece in WORST if is_slow(piece, plain)]
        plain = seconds(work, "a" * longest) if slow else plain
        assert [ascii(piece) for piece in slow if all(is_slow(piece, plain) for _try in "123")] == []


@pytest.mark.django_db
def test_every_cell_of_every_import_grows_with_its_length(world: World):
    cycle = Cycle.objects.get(area=world.area, year=YEARS["deliver"][0])
    deciding = Cycle.objects.get(area=world.area, year=YEARS["decide"][0])
    roll = Frame(world.area, deciding, world.people[Role.CONGRESS_STAFF], timezone.now(), target="2")
    imports: list[tuple[Sequence[Text], Callable[[BinaryIO], Any]]] = [
        ([*HEADINGS.values()], lambda file: resolve_sites(read_sheet(file, SITES, year=cycle.year), cycle)),
        (
            [column.heading for column in ROLL.columns],
            lambda file: handlers()["roll"].plan(roll, read_sheet(file, ROLL).rows),
        ),
    ]

    for headings, read in imports:
        for place in range(len(headings)):

            def work(
                typed: str, headings: Any = headings, place: int = place, read: Callable[[BinaryIO], Any] = read
            ) -> None:
                cells_of_row = ["1"] * len(headings)
                cells_of_row[place] = typed
                text = io.StringIO()
                csv.writer(text).writerows([[str(heading) for heading in headings], cells_of_row])
                read(io.BytesIO(text.getvalue().encode(errors="replace")))

            assert (str(headings[place]), too_steep(work, pieces=WORST)) == (str(headings[place]), [])


def how(parse: Any) -> str:
    """Name a way of reading a cell: the function, and those that it was made of."""
    if isinstance(parse, cells.InContext):
        parse = parse.make
    kept = [cell.cell_contents for cell in getattr(parse, "__closure__", None) or ()]
    made_of = sorted(how(each) for each in kept if callable(each) and not isinstance(each, type))
    return f"{getattr(parse, '__qualname__', type(parse).__qualname__)}{made_of or ''}"


READERS = {how(column.parse): (kind, place) for kind in kinds().values() for place, column in enumerate(kind.columns)}
"""Of every way of reading a cell one column: its kind, and where it stands."""


def sheet_with(kind: Kind, row: int, place: int) -> Callable[[str], Any]:
    """Read a sheet of title, headings and two rows with what is typed in one of its cells."""
    headings = [str(column.heading) for column in kind.columns]
    rows = [["title"] * len(headings), headings, ["1"] * len(headings), ["2"] * len(headings)]

    def work(typed: str) -> None:
        text = io.StringIO()
        csv.writer(text).writerows(
            [typed if (row, place) == (at, each) else cell for each, cell in enumerate(cells_of_row)]
            for at, cells_of_row in enumerate(rows)
        )
        read_sheet(io.BytesIO(text.getvalue().encode(errors="replace")), kind)

    return work


@pytest.mark.parametrize("reader", READERS)
def test_every_way_of_reading_a_cell_grows_with_its_length(reader: str):
    kind, place = READERS[reader]

    assert too_steep(sheet_with(kind, 2, place), pieces=WORST) == []


@pytest.mark.parametrize("name", kinds())
def test_heading_and_title_of_every_kind_of_sheet_grow_with_their_length(name: str):
    kind = kinds()[name]

    for row, place in itertools.product((0, 1), (0, len(kind.columns) - 1)):
        assert (row, place, too_steep(sheet_with(kind, row, place), pieces=WORST)) == (row, place, [])


def test_the_measure_finds_the_square(monkeypatch: pytest.MonkeyPatch):
    def square(typed: str) -> int:
        return sum(1 for _pair in itertools.product(range(len(typed) // 40), repeat=2))

    monkeypatch.setattr("tests.house.test_growth.HOSTILE", ["a"])

    assert [piece for piece, _factor in too_steep(square)] == ["'a'"]
