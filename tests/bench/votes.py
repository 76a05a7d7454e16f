"""A whole congress votes: cast over HTTP, plain and sealed, opened, counted and recorded; a real election again."""

import csv
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import DecisionMode, Level, Phase
from tests.bench.figure import Figure, compared, in_turns, slowest
from tests.bench.load import HOST, Outcome, Request, fire
from tests.bench.once import send_each
from tests.bench.place import web_servers
from tests.bench.processor import servers_seconds
from tests.bench.scene import Scene
from tests.factories.frame import CycleFactory
from tests.factories.voting import Plenary, in_urn, plenary
from tests.voting.sealing import SEALED, sealed_in_browser
from voting import exporters, pabulib, record, services
from voting.management.commands import count_pb
from voting.models import Ballot, RollEntry
from voting.schemes.sealed import ENVELOPE, envelopes_of
from voting.states import Step

DEPUTIES = 700
CANDIDATES = 30
CONNECTIONS = 64
"""What the goals speak of."""

REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "pabulib"
TOKEN = "t" * 32


def votes(scene: Scene, folder: Path, seconds: float, rounds: int) -> Iterator[Figure]:
    """Let congresses vote, one after the other, each against one row inserted by a bare view; then count them."""
    years = _deciding(scene, 2 * rounds)
    sessions = [_convened(cycle) for cycle in years[:rounds]]
    sealed = [_convened(cycle, **SEALED) for cycle in years[rounds:]]
    ballots = [_ballots(session, _marked) for session in sessions]
    waiting, waiting_sealed = iter(ballots), iter([_ballots(session, _sealed) for session in sealed])
    row = Request("/bare/insert", body=ballots[0][0].rpartition("\r\n\r\n")[2])
    with web_servers(folder / "web.log") as ports:
        fire(ports, [row], connections=CONNECTIONS, seconds=seconds)
        fire(ports, [_page(sessions[0])], connections=CONNECTIONS, seconds=seconds)
        ours, sealed_ones, bares = in_turns(
            rounds,
            lambda: _timed(lambda: send_each(ports, next(waiting), connections=CONNECTIONS)),
            lambda: _timed(lambda: send_each(ports, next(waiting_sealed), connections=CONNECTIONS)),
            lambda: _timed(lambda: fire(ports, [row], connections=CONNECTIONS, seconds=seconds)),
        )
    for session in [*sessions, *sealed]:
        if not (_votes_of(session) == _in_the_urn(session) == DEPUTIES):
            raise RuntimeError("Ballots were lost on the way")
    what = f"{DEPUTIES} deputies, {CANDIDATES} projects, {CONNECTIONS} connections"
    limit_is = "one row inserted by a bare view behind the same middleware"
    yield compared(
        "votes_cast", f"Ballots cast: {what}", "per second",
        [outcome.rate for outcome, _cpu in ours], [outcome.rate for outcome, _cpu in bares],
        limit_is=limit_is,
    )  # fmt: skip
    yield compared(
        "votes_cast_p99", "Time to answer one, 99th percentile", "ms",
        [outcome.percentile(0.99) for outcome, _cpu in ours], [outcome.percentile(0.99) for outcome, _cpu in bares],
        limit_is=limit_is,
    )  # fmt: skip
    yield slowest(
        "votes_cast_max", "The slowest of them all",
        [outcome.times for outcome, _cpu in ours], [outcome.times for outcome, _cpu in bares], limit_is=limit_is,
    )  # fmt: skip
    yield compared(
        "votes_cast_cpu", "Processor time of one, web server and database", "ms",
        [cpu for _outcome, cpu in ours], [cpu for _outcome, cpu in bares], limit_is=limit_is,
    )  # fmt: skip
    yield compared(
        "votes_cast_sealed", "Ballots cast that the browser has sealed", "per second",
        [outcome.rate for outcome, _cpu in sealed_ones], [outcome.rate for outcome, _cpu in ours],
        limit_is="plain ballots cast",
    )  # fmt: skip
    yield from _counts(sessions)
    yield from _openings(sealed)


def elections(rounds: int) -> Iterator[Figure]:
    """Count the largest real election at hand, against its rows read by csv alone."""
    files = sorted(REAL.glob("*.pb"), key=lambda path: path.stat().st_size)
    if not files:
        print("recount_election: left out, ../shared/data/pabulib is not beside the project", file=sys.stderr)
        return
    text = files[-1].read_text()
    ours, bares = in_turns(
        rounds,
        lambda: _seconds(lambda: count_pb.count(pabulib.read(text), 10)),
        lambda: _seconds(lambda: list(csv.reader(text.splitlines(), delimiter=";"))),
    )
    yield compared(
        "recount_election", f"Count of {files[-1].stem} ({len(text):,} characters)", "s", ours, bares,
        limit_is="its lines by bare csv",
    )  # fmt: skip


def _timed(act: Callable[[], Outcome]) -> tuple[Outcome, float]:
    """Send, and return what came of it and the milliseconds of processor time that the servers used for each answer."""
    before = servers_seconds()
    outcome = act()
    return outcome, (servers_seconds() - before) * 1000 / len(outcome.times)


def _deciding(scene: Scene, number: int) -> list[Cycle]:
    """Return so many counties' years; a year has one vote."""
    counties = Area.objects.filter(level=Level.COUNTY).order_by("code")[:number]
    how = {"year": scene.this_year, "phase": Phase.DECIDE, "decision_mode": DecisionMode.VOTE}
    return [CycleFactory(area=county, **how) for county in counties]


def _convened(cycle: Cycle, **method: str) -> Plenary:
    """Return a congress whose deputies may vote now."""
    rules = {"most_approvals": None, **method}
    return plenary(candidates=CANDIDATES, seats=20, deputies=DEPUTIES, method=rules, cycle=cycle)


def _ballots(session: Plenary, fields: Callable[[Plenary, str], Mapping[str, str]]) -> list[str]:
    """Return a request for each deputy that casts marks drawn at random. fields: how they are sent."""
    draw, options = Random(20261122), session.options
    return [
        _cast(session, deputy, fields(session, "".join(draw.choices("yna", k=len(options)))))
        for deputy in session.deputies
    ]


def _marked(session: Plenary, letters: str) -> dict[str, str]:
    return {f"option_{option.pk}": letter for option, letter in zip(session.options, letters, strict=True)}


def _sealed(session: Plenary, letters: str) -> dict[str, str]:
    return {ENVELOPE: sealed_in_browser(session, letters)[0]}


def _cast(session: Plenary, deputy: User, fields: Mapping[str, str]) -> str:
    body = urlencode({"step": "cast", "key": str(uuid4()), "csrfmiddlewaretoken": TOKEN, **fields})
    head = [
        f"POST {_address(session)} HTTP/1.1",
        f"Host: {HOST}",
        "X-Forwarded-Proto: https",
        f"Origin: https://{HOST}",
        "Accept-Language: zh-CN",
        f"Cookie: {_session(deputy)}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*head, "", body])


def _page(session: Plenary) -> Request:
    return Request(_address(session), cookie=_session(session.deputies[0]))


def _address(session: Plenary) -> str:
    return reverse("voting:ballot", args=[session.round.pk])


def _session(deputy: User) -> str:
    """Return the cookie of a deputy who has signed in just now."""
    client = Client()
    client.force_login(deputy)
    session = client.session
    session["signed_in_at"] = timezone.now().timestamp()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _votes_of(session: Plenary) -> int:
    return RollEntry.objects.filter(round=session.round, has_voted=True).count()


def _in_the_urn(session: Plenary) -> int:
    return in_urn("round").count(session.round.pk)


def _counts(sessions: list[Plenary]) -> Iterator[Figure]:
    """Count each round and make its record, against its ballots read and nothing done with them."""
    ours, bares = [], []
    for session in sessions:
        session.step(Step.CLOSE)
        ours.append(_seconds(partial(_count, session)))
        bares.append(_seconds(partial(_read, session)))
    yield compared(
        "votes_counted", f"Count and record of {DEPUTIES} ballots with {CANDIDATES} projects", "s", ours, bares,
        limit_is="the ballots read by a bare SELECT",
    )  # fmt: skip


def _openings(sessions: list[Plenary]) -> Iterator[Figure]:
    """Open each sealed round by its second half, against its envelopes read and left closed."""
    ours, bares = [], []
    for session in sessions:
        session.step(Step.CLOSE)
        bares.append(_seconds(partial(envelopes_of, session.round)))
        ours.append(_seconds(session.open_ballots))
        if Ballot.objects.filter(round=session.round).count() != DEPUTIES:
            raise RuntimeError("Envelopes were lost on the way")
    yield compared(
        "votes_opened", f"{DEPUTIES} sealed ballots opened by two halves", "s", ours, bares,
        limit_is="the envelopes read by a bare SELECT",
    )  # fmt: skip


def _count(session: Plenary) -> None:
    services.count_round(round_=session.round, by=session.chair, at=timezone.now())
    session.round.refresh_from_db()
    content = exporters.round_record(session.round)
    if len(record.canonical(content)) < DEPUTIES * CANDIDATES or len(content["ballots"]) != DEPUTIES:
        raise RuntimeError("The record lacks ballots")


def _read(session: Plenary) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT marks, receipt FROM voting_ballot WHERE round_id = %s", [session.round.pk])
        cursor.fetchall()


def _seconds(act: Callable[[], object]) -> float:
    started = perf_counter()
    act()
    return perf_counter() - started
