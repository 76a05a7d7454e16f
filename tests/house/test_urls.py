"""Every address of the portal × everybody: who is let in, and that looking changes nothing.

The table below is the whole truth about who may open what; an address that is not in it fails the house.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from livelihood.accounts.roles import Role
from tests.house.world import EMPTY_AFTER, YEARS, World, build

pytestmark = pytest.mark.django_db

ANYBODY = frozenset(Role)
OFFICE = frozenset({Role.LIVELIHOOD_OFFICE})
DESK = ANYBODY - {Role.DEPUTY, Role.CPPCC_MEMBER}
INTAKE = frozenset({Role.LIVELIHOOD_OFFICE, Role.DEPARTMENT, Role.AUDITOR, Role.ADMINISTRATOR})
LEADING = frozenset({Role.LIVELIHOOD_OFFICE, Role.DEPARTMENT})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
YEAR = frozenset({Role.LIVELIHOOD_OFFICE, Role.ADMINISTRATOR})
JOURNAL = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
CONGRESS = frozenset({Role.CONGRESS_STAFF})
DEPUTY = frozenset({Role.DEPUTY})
SESSIONS = frozenset({Role.DEPUTY, Role.CPPCC_MEMBER})
BUILDING = frozenset({Role.DEPARTMENT, Role.IMPLEMENTING_UNIT})


@dataclass(frozen=True)
class Row:
    """Who may open an address.

    where: the year of the world it is opened in; "area" has no year, "" neither area nor year.
    who: roles that are let in; None for everybody, signed in or not.
    ok: what they are answered. is_post: it takes POST alone.
    names: part of the address → its name in the world's year, or the part itself.
    """

    where: str
    who: frozenset[Role] | None
    ok: int = 200
    is_post: bool = False
    names: dict[str, Any] = field(default_factory=dict)


def public(where: str = "", **names: Any) -> Row:
    return Row(where, None, names=names)


def page(where: str, who: frozenset[Role], ok: int = 200, **names: Any) -> Row:
    return Row(where, who, ok, names=names)


def act(where: str, who: frozenset[Role], **names: Any) -> Row:
    return Row(where, who, is_post=True, names=names)


TABLE: dict[str, Row] = {
    # --- the frame
    "live": public(),
    "ready": public(),
    "metrics": public(),
    "schema": public(),
    "docs": public(),
    "accounts:sign_in": public(),
    "accounts:sign_out": Row("", None, is_post=True),
    "accounts:people": page("area", ADMINISTRATOR),
    "accounts:person_add": page("area", ADMINISTRATOR),
    "accounts:person": page("area", ADMINISTRATOR, pk="person"),
    "accounts:mandate_end": page("area", ADMINISTRATOR, pk="mandate"),
    "portal:index": public(),
    "portal:search": public(),
    "portal:data": public(),
    "portal:styleguide": public(),
    "portal:my_work": page("", ANYBODY),
    "portal:year_open": page("area", YEAR),
    "portal:desk": page("plan", DESK),
    "portal:year_dates": page("plan", YEAR),
    "portal:year_advance": page("plan", YEAR),
    "portal:journal": page("plan", JOURNAL),
    "portal:cycle": public("plan"),
    # --- collect and plan
    "proposals:letter": public("solicit"),
    "proposals:suggest": public("solicit"),
    "proposals:track": public("solicit"),
    "proposals:board": public("solicit"),
    "proposals:need": public("solicit", number="need"),
    "proposals:suggestions": public("solicit"),
    "proposals:statistics": public("solicit"),
    "proposals:candidates": public("decide"),
    "proposals:candidate": public("plan", number="proposed"),
    "proposals:candidate_list_file": public("decide"),
    "proposals:letter_edit": page("solicit", DESK),
    "proposals:letter_publish": page("solicit", OFFICE),
    "proposals:intake": page("solicit", INTAKE),
    "proposals:suggestion_desk": page("solicit", INTAKE, number="suggestion"),
    "proposals:suggestion_contact": act("solicit", OFFICE, number="suggestion"),
    "proposals:suggestion_link": act("solicit", OFFICE, number="loose", need="need"),
    "proposals:suggestion_unlink": act("solicit", OFFICE, number="suggestion", need="need"),
    "proposals:suggestion_act": act("solicit", INTAKE, number="suggestion", act="reply"),
    "proposals:needs_desk": page("solicit", DESK),
    "proposals:need_open": page("solicit", OFFICE),
    "proposals:need_desk": page("solicit", DESK, number="need"),
    "proposals:candidates_desk": page("plan", DESK),
    "proposals:candidate_draft": page("plan", LEADING),
    "proposals:candidates_freeze": page("plan", OFFICE),
    "proposals:candidate_desk": page("plan", DESK, number="draft"),
    "proposals:candidate_propose": page("plan", LEADING, number="draft"),
    "proposals:candidate_drop": page("plan", OFFICE, number="draft"),
    # --- decide
    "voting:booth": page("", ANYBODY),
    "voting:booth_round": page("", DEPUTY, round_id="decide.round"),
    "voting:ballot": page("", DEPUTY, round_id="decide.round"),
    "voting:opinion_give": page("review", SESSIONS),
    "voting:decision": public("review"),
    "voting:record": public("decided", number="round"),
    "voting:record_pb": public("decided", number="round"),
    "voting:verifier": public(),
    "voting:threats": public(),
    "voting:rounds": page("decide", DESK),
    "voting:round_create": page("decide", CONGRESS),
    "voting:round": page("decide", DESK, number=1),
    "voting:round_rules": page("decide", CONGRESS, number=2),
    "voting:roll": page("decide", DESK, number=1),
    "voting:roll_import": page("decide", CONGRESS, number=2),
    "voting:sign_in": act("decide", CONGRESS, number=1, line="line"),
    "voting:hall": page("decide", DESK, number=1),
    "voting:round_sheet": page("decide", DESK, number=3),
    "voting:round_act": page("decide", frozenset({Role.CHAIR}), number=1, act="pause"),
    "voting:review": page("review", DESK),
    "voting:opinions": page("review", DESK),
    "voting:opinion_answer": page("review", LEADING, opinion_id="opinion"),
    "voting:review_adopt": page("adopt", CONGRESS),
    # --- deliver
    "projects:projects": public("deliver"),
    "projects:project": public("deliver", pk="project"),
    "projects:standards": public("deliver"),
    "projects:standard": public("deliver", pk="standard"),
    "projects:sites": public("deliver"),
    "projects:points": public("deliver"),
    "projects:site": public("deliver", pk="site"),
    "projects:progress": public("deliver"),
    "projects:desk_projects": page("deliver", DESK),
    "projects:hand_over": page("deliver", OFFICE),
    "projects:project_add": page("deliver", OFFICE),
    "projects:desk_project": page("deliver", DESK, pk="project"),
    "projects:indicator_change": page("deliver", OFFICE, pk="project", indicator="indicator"),
    "projects:area_report": page("deliver", DESK, pk="project", indicator="indicator"),
    "projects:allocation": page("deliver", OFFICE, pk="project"),
    "projects:close_out": page("deliver", OFFICE, pk="project"),
    "projects:desk_standards": page("deliver", DESK),
    "projects:standard_add": page("deliver", OFFICE),
    "projects:desk_standard": page("deliver", DESK, pk="standard"),
    "projects:lights": page("deliver", OFFICE),
    "projects:desk_sites": page("deliver", DESK),
    "projects:desk_site": page("deliver", DESK, pk="site"),
    "projects:site_start": page("deliver", BUILDING, pk="site"),
    "projects:site_inspect": page("deliver", frozenset({Role.DEPARTMENT}), pk="completed"),
    "projects:grid": page("deliver", DESK),
    "projects:desk_notices": page("deliver", DESK),
    "projects:desk_notice": page("deliver", DESK, pk="notice"),
    "projects:imports": page("deliver", LEADING),
    "projects:import_template": page("deliver", LEADING),
    "projects:import": page("deliver", LEADING, pk="import"),
    "projects:import_errors": page("deliver", LEADING, pk="import"),
    "projects:import_write": page("deliver", LEADING, pk="import"),
    "projects:import_drop": page("deliver", LEADING, pk="import"),
    # --- evaluate
    "surveys:answer-code": public(),
    "surveys:answer-site": public("evaluate", pk="site"),
    "surveys:answer-project": public("evaluate", pk="project"),
    "surveys:answer-thanks": public("evaluate"),
    "surveys:satisfaction": public("evaluate"),
    "surveys:desk-surveys": page("evaluate", DESK),
    "surveys:survey-create": page("evaluate", OFFICE),
    "surveys:desk-survey": page("evaluate", DESK, pk="survey"),
    "surveys:invitations-draw": page("evaluate", OFFICE, pk="survey"),
    "surveys:survey-recount": act("evaluate", OFFICE, pk="survey"),
    "surveys:survey-move": page("evaluate", OFFICE, pk="survey", verb="close"),
    "reports:announcement": public("tell"),
    "reports:announced-sites": public("tell"),
    "reports:reports": public("tell"),
    "reports:report": public("tell", pk="report"),
    "reports:report-file": public("tell", pk="report", file_format="xlsx"),
    "reports:announcement-prepare": page("evaluate", OFFICE),
    "reports:desk-reports": page("tell", DESK),
    "reports:report-request": act("tell", OFFICE),
    "reports:report-retry": act("tell", OFFICE, pk="failed"),
}

MACHINES = {"live", "ready", "metrics"}
"""Asked by probes and Prometheus: no pages, nothing to keep."""

FORMS = {
    "proposals:suggest",
    "proposals:track",
    "surveys:answer-code",
    "surveys:answer-site",
    "surveys:answer-project",
    "accounts:sign_in",
    "portal:styleguide",
    "schema",
    *MACHINES,
}
"""Open to everybody, but with a form or of the moment: no proxy keeps them."""

COLLECTIONS = (
    "areas", "cycles", "letters", "suggestions", "needs", "candidates", "rounds", "reviews", "projects", "indicators",
    "standards", "sites", "figures", "surveys", "satisfaction", "announcements", "announced-sites", "reports",
)  # fmt: skip

WRITES = ("INSERT", "UPDATE", "DELETE", "COPY", "TRUNCATE", "MERGE", "SELECT NEXTVAL", "LOCK")
OF_SIGN_IN = ('"django_session"', '"axes_')


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, made once for all addresses and taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build()
        connection.check_constraints()  # what the database puts off until the commit is done now, once
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def visitors(world: World) -> dict[str, Client]:
    """Everybody who comes: nobody signed in, somebody without mandate, all roles of another city, each role here."""
    people = {
        "idle": world.idle,
        "stranger": world.stranger,
        **{str(role): user for role, user in world.people.items()},
    }
    clients = {"anonymous": Client()}
    for name, user in people.items():
        clients[name] = Client()
        clients[name].force_login(user)
    return clients


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Yield the name of every address."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        else:
            yield from patterns(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)


def address(world: World, name: str, *, years_later: int = 0) -> str:
    row = TABLE[name]
    kwargs: dict[str, Any] = {"area": world.area.slug} if row.where else {}
    if row.where in YEARS:
        kwargs["year"] = YEARS[row.where][0] + years_later
    for part, value in row.names.items():
        where, _dot, key = value.rpartition(".") if isinstance(value, str) else ("", "", value)
        kwargs[part] = world.names.get(where or row.where, {}).get(key, value)
    return reverse(name, kwargs=kwargs)


def written(queries: CaptureQueriesContext) -> list[str]:
    """Return what a request wrote, except that somebody is signed in."""
    return [
        query["sql"]
        for query in queries
        if query["sql"].lstrip().upper().startswith(WRITES) and not any(name in query["sql"] for name in OF_SIGN_IN)
    ]


def is_let_in(name: str, row: Row) -> bool:
    return (
        row.who is None
        or (name in Role.values and Role(name) in row.who)
        or (row.who is ANYBODY and name != "anonymous")
    )


def test_every_address_is_in_the_table():
    listed = {*TABLE, *(f"{name}-{kind}" for name in COLLECTIONS for kind in ("list", "detail"))}

    assert set(patterns(get_resolver())) == listed


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if not row.is_post])
def test_a_page_opens_to_whom_it_should_and_changes_nothing(name: str, world: World, visitors: dict[str, Client]):
    """Looking writes nothing, and every answer says what the browser may do with it."""
    row, url = TABLE[name], address(world, name)
    expected: dict[str, object] = {}
    answered: dict[str, object] = {}

    for visitor, client in visitors.items():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        response.getvalue()  # a file is closed once it is read
        assert written(queries) == []
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        if is_let_in(visitor, row):
            expected[visitor], answered[visitor] = row.ok, response.status_code
        elif visitor == "anonymous":
            expected[visitor], answered[visitor] = f"/sign-in/?next={url}", response.headers.get("Location")
        else:
            expected[visitor] = "refused"
            answered[visitor] = "refused" if response.status_code in {403, 404} else str(response.status_code)

    assert answered == expected


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.who is not None])
def test_who_may_not_open_it_may_not_send_it_either(name: str, world: World, visitors: dict[str, Client]):
    row, url = TABLE[name], address(world, name)

    for visitor, client in visitors.items():
        if is_let_in(visitor, row):
            continue
        with CaptureQueriesContext(connection) as queries:
            response = client.post(url)
        assert response.status_code in ({302} if visitor == "anonymous" else {403, 404, 405}), visitor
        assert written(queries) == []


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.is_post])
def test_what_only_takes_posts_refuses_to_be_opened(name: str, world: World, visitors: dict[str, Client]):
    for visitor, client in visitors.items():
        response = client.get(address(world, name))

        is_sent_to_sign_in = visitor == "anonymous" and TABLE[name].who is not None
        assert response.status_code == (302 if is_sent_to_sign_in else 405), visitor


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.who])
def test_nothing_is_taken_from_another_site(name: str, world: World):
    """A form without the token of its page is refused, whoever is signed in."""
    row = TABLE[name]
    who = min(row.who or ())
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people[who])

    with CaptureQueriesContext(connection) as queries:
        response = client.post(address(world, name))

    assert response.status_code in {403, 405}
    assert written(queries) == []


@pytest.mark.parametrize(
    "name",
    [name for name, row in TABLE.items() if row.where in YEARS and set(row.names) - {"act", "verb", "file_format"}],
)
def test_an_object_of_another_year_is_not_found(name: str, world: World, visitors: dict[str, Client]):
    row, url = TABLE[name], address(world, name, years_later=EMPTY_AFTER)
    client = visitors["anonymous"] if row.who is None else visitors[min(row.who)]

    response = client.post(url) if row.is_post else client.get(url)

    assert response.status_code == 404


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.who is None and not row.is_post])
def test_a_public_page_is_the_same_for_everybody(name: str, world: World, visitors: dict[str, Client]):
    url = address(world, name)
    anonymous = visitors["anonymous"].get(url)
    with CaptureQueriesContext(connection) as queries:
        signed_in = visitors[Role.LIVELIHOOD_OFFICE].get(url)

    assert [query["sql"] for query in queries if "django_session" in query["sql"]] == []
    if name != "accounts:sign_in":
        assert not anonymous.cookies
        assert "cookie" not in anonymous.headers.get("Vary", "").lower()
    if name not in FORMS:
        assert "public" in anonymous.headers["Cache-Control"]
        assert anonymous.getvalue() == signed_in.getvalue()
    else:
        assert "no-store" in anonymous.headers["Cache-Control"]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_the_api_is_read_by_everybody_and_written_by_nobody(name: str, world: World, visitors: dict[str, Client]):
    url = reverse(f"{name}-list")
    one = reverse(f"{name}-detail", args=["999999999"])

    for visitor in ("anonymous", "idle", str(Role.LIVELIHOOD_OFFICE)):
        client = visitors[visitor]
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
            assert client.get(one).status_code == 404
            for method in (client.post, client.put, client.patch, client.delete):
                assert method(url).status_code in {403, 405}
                assert method(one).status_code in {403, 405}
        assert written(queries) == []
        assert [query["sql"] for query in queries if "django_session" in query["sql"]] == []
