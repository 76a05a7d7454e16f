"""Deputies cast over HTTP while the servers under them are killed: what was acknowledged is kept, and nothing is twice.

A cluster of the test's own with fsync on, two web servers of one worker each as two containers of the image, browsers
that send the same ballot again until its receipt comes.
"""

import contextlib
import itertools
import random
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from pathlib import Path
from time import sleep
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from livelihood import local
from livelihood.audit.models import Entry
from tests import journal
from tests.factories.voting import Plenary, plenary
from tests.faults.cluster import answers, ask, end_backends, held, kill_backend, kill_postmaster
from tests.web_servers import WebServer
from tests.workers import eventually
from voting.models import Ballot, OptionResult, RollEntry

CANDIDATES = 4
AT_ONCE = 8
"""Deputies who cast around one kill."""

TRIES = 1000
TOKEN = "t" * 32
RECEIPT = re.compile(r"<dd>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){2})</dd>")


@dataclass
class Hall:
    """A session that votes, and the servers under it."""

    session: Plenary
    servers: list[WebServer]
    draw: random.Random = field(default_factory=lambda: random.Random(20261122))
    kills: int = 0
    unanswered: Counter[int] = field(default_factory=Counter)
    """Sends without an answer, by the number of the kill that they met."""

    def __post_init__(self) -> None:
        self.path = reverse("voting:ballot", args=[self.session.round.pk])
        self.letters = ["".join(self.draw.choices("na", k=CANDIDATES - 1)) + "y" for _ in self.session.deputies]
        self.bodies = [self._body(letters) for letters in self.letters]
        self.cookies = [self._cookie(place) for place in range(len(self.letters))]
        lines = dict(RollEntry.objects.values_list("deputy_id", "pk"))
        self.lines = [lines[deputy.pk] for deputy in self.session.deputies]

    def cast(self, place: int) -> str:
        """Send a deputy's ballot until its receipt comes, and return the code; one after the other begins elsewhere."""
        first = place % len(self.servers)
        for server in itertools.islice(itertools.cycle(self.servers), first, first + TRIES):
            try:
                status, page = server.ask(
                    "POST",
                    self.path,
                    self.bodies[place],
                    **{"Cookie": self.cookies[place], "Content-Type": "application/x-www-form-urlencoded"},
                )
            except (OSError, HTTPException):
                status, page = 503, ""
            if status == 200:
                return RECEIPT.findall(page)[0]
            assert status == 503, page
            self.unanswered[self.kills] += 1
            sleep(0.05)
        raise AssertionError(f"no receipt after {TRIES} tries")

    def _body(self, letters: str) -> str:
        marks = {f"option_{option.pk}": letter for option, letter in zip(self.session.options, letters, strict=True)}
        return urlencode({"step": "cast", "key": str(uuid.uuid4()), "csrfmiddlewaretoken": TOKEN, **marks})

    def _cookie(self, place: int) -> str:
        client = Client()
        client.force_login(self.session.deputies[place])
        session = client.session
        session["signed_in_at"] = timezone.now().timestamp()
        session.save()
        return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={TOKEN}"


def kill_worker(servers: Iterator[WebServer]) -> None:
    """Kill a web server with its worker; it is started again as Docker does."""
    server = next(servers)
    server.kill()
    server.start()


@pytest.mark.parametrize(
    "rounds",
    [
        pytest.param(3, id="12 kills"),
        pytest.param(50, id="200 kills", marks=pytest.mark.slow),
    ],
)
def test_no_acknowledged_ballot_is_lost_and_none_is_twice(own_database: local.Services, folder: Path, rounds: int):
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert ask(own_database, f"SHOW {setting}") == [("on",)]
    servers = [WebServer(folder / f"web{number}.log") for number in range(2)]
    with contextlib.ExitStack() as stack:
        for server in servers:
            stack.callback(server.kill)
        turns = itertools.cycle(servers)
        kinds = [
            partial(kill_worker, turns),
            *(partial(kill, own_database) for kill in (end_backends, kill_backend, kill_postmaster)),
        ]
        kills = kinds * rounds
        session = plenary(candidates=CANDIDATES, deputies=AT_ONCE * len(kills), method={"most_approvals": None})
        hall = Hall(session, servers)
        connection.close()

        codes = vote(hall, own_database, kills)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            again = list(pool.map(hall.cast, range(len(codes))))

    ballots = sorted(zip(codes, hall.letters, strict=True))
    assert set(range(1, len(kills) + 1)) <= set(hall.unanswered)  # every kill met somebody
    assert again == codes
    assert RollEntry.objects.filter(has_voted=True).count() == len(codes)
    casts = Entry.objects.filter(act="ballot.cast").values_list("subject_id", flat=True)
    assert sorted(casts) == sorted(str(pk) for pk in RollEntry.objects.values_list("pk", flat=True))

    session.finish()

    assert sorted(Ballot.objects.values_list("receipt", "marks")) == ballots
    counts = OptionResult.objects.order_by("option__number").values_list("approve", "oppose", "abstain")
    columns = [Counter(letters[place] for letters in hall.letters) for place in range(CANDIDATES)]
    assert list(counts) == [(column["y"], column["n"], column["a"]) for column in columns]
    assert journal.is_whole()


def vote(hall: Hall, found: local.Services, kills: list[partial[None]]) -> list[str]:
    """Let a group of deputies cast around each kill; return the code that each was told.

    One of them at each server has come as far as their line on the roll and no further: it meets them for certain.
    """
    codes, each = [], len(hall.servers)
    places = iter(range(len(hall.session.deputies)))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for kill in kills:
            for server in hall.servers:
                eventually(server.answers, 60)
            eventually(partial(answers, found), 60)
            group = list(itertools.islice(places, AT_ONCE))
            lines = [hall.lines[place] for place in group[:each]]
            with held(found, f"SELECT FROM voting_rollentry WHERE id = ANY(ARRAY{lines}) FOR UPDATE") as are_waiting:
                casts = [pool.submit(hall.cast, place) for place in group]
                eventually(partial(are_waiting, each))
                wait(casts, 60, return_when="FIRST_COMPLETED")
                hall.kills += 1
                kill()
            codes += [cast.result(120) for cast in casts]
    return codes
