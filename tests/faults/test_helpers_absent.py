"""One helper of the portal is missing: what people do without it goes on, and where they need it a page says so."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
import redis
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client, override_settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone, translation

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.imports.models import Import
from livelihood.imports.states import ImportState
from livelihood.jobs import pulse
from livelihood.jobs.models import Job, JobState
from livelihood.local_servers import Valkey
from projects.reports.models import Report
from proposals.models import Suggestion
from proposals.states import LetterState, SuggestionState
from tests import databases
from tests.factories.frame import NOW, CityFactory, CycleFactory, UserFactory, official
from tests.factories.projects import IndicatorFactory, ProjectFactory
from tests.factories.proposals import OpenLetterFactory
from tests.factories.reports import announce, judged_year
from tests.factories.voting import Plenary, in_urn, plenary
from tests.house.addresses import COLLECTIONS
from tests.web_servers import WebServer
from tests.workers import Worker, environment, eventually
from tests.year.town import sites_workbook
from voting import services as voting
from voting.models import Credential, RollEntry

SECONDS = 8
"""The longest that anybody waits, on a machine that is busy with other tests, for an answer that hangs on nobody."""

TOKEN = "t" * 32
PASSWORD = "正确的马电池订书钉"
ROWS = 6_000
"""A file of so many rows is previewed by a worker."""


@dataclass
class Visitor:
    """A browser: its cookies, and what it was answered."""

    web: WebServer
    cookie: str = ""

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path)

    def post(self, path: str, **data: str) -> tuple[int, str]:
        form = urlencode({"csrfmiddlewaretoken": TOKEN, **data}).encode()
        return self._ask("POST", path, form, "application/x-www-form-urlencoded")

    def send(self, path: str, file: BytesIO, **fields: str) -> tuple[int, str]:
        form = encode_multipart(BOUNDARY, {"csrfmiddlewaretoken": TOKEN, "file": file, **fields})
        return self._ask("POST", path, form, MULTIPART_CONTENT)

    def _ask(self, method: str, path: str, body: bytes = b"", kind: str = "text/plain") -> tuple[int, str]:
        began = time.monotonic()
        answer = self.web.ask(method, path, body, **{"Cookie": self.cookie, "Content-Type": kind})
        assert time.monotonic() - began < SECONDS, path
        assert answer[0] < 500, (path, answer[0])
        return answer

    @classmethod
    def signed_in(cls, web: WebServer, user: User) -> "Visitor":
        """Give the browser of somebody who signed in before the helper went."""
        client = Client()
        client.force_login(user)
        session = client.session
        session["signed_in_at"] = timezone.now().timestamp()
        session.save()
        return cls(web, f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={TOKEN}")


@dataclass
class Portal:
    """The portal with all its helpers, each of which can be taken away."""

    folder: Path
    valkey: Valkey
    helpers: contextlib.ExitStack
    web: WebServer = field(init=False)
    worker: Worker = field(init=False)
    beat: subprocess.Popen[bytes] = field(init=False)

    def start_web(self) -> None:
        self.web = WebServer(
            self.folder / "web.log",
            DJANGO_SETTINGS_MODULE="livelihood.settings.local",
            LIVELIHOOD_DATA=str(self.folder),
            MEDIA_ROOT=str(self.folder),
            SECRET_KEY=settings.SECRET_KEY,
            DATA_KEYS=",".join(settings.DATA_KEYS),
        )
        self.helpers.callback(self.web.kill)

    def start_worker(self) -> None:
        self.worker = self.helpers.enter_context(Worker(self.folder / "worker.log"))

    def start_beat(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "tests.hasty", "beat", "--schedule", str(self.folder / "beat")]
        with (self.folder / "beat.log").open("ab") as log:
            self.beat = self.helpers.enter_context(
                subprocess.Popen(command, stdout=log, stderr=log, env=environment(), cwd=settings.BASE_DIR)
            )
        self.helpers.callback(self.beat.kill)

    def make_whole(self) -> None:
        """Bring back what the test before took away; nothing that it left waits any more."""
        assert self.valkey.process is not None
        self.valkey.process.send_signal(signal.SIGCONT)
        if not self.valkey.running():
            self.valkey.start()
        with redis.Redis.from_url(self.valkey.url) as client:
            client.flushdb()
        if self.worker.process.poll() is not None:
            self.start_worker()
        if self.beat.poll() is not None:
            self.start_beat()
        eventually(lambda: self.web.answers() and self.has_seen(pulse.SEEN_KEY) and self.has_seen(pulse.CLOCK_KEY), 60)

    def has_seen(self, mark: str) -> bool:
        with redis.Redis.from_url(self.valkey.url) as client:
            return bool(client.exists(f":1:{mark}"))

    def forget(self, mark: str) -> None:
        """Let the time pass after which a helper counts as gone."""
        with redis.Redis.from_url(self.valkey.url) as client:
            client.delete(f":1:{mark}")

    def without_worker(self) -> None:
        self.worker.stop()
        self.forget(pulse.SEEN_KEY)

    def without_beat(self) -> None:
        self.beat.terminate()
        self.beat.wait()
        self.forget(pulse.CLOCK_KEY)

    def without_valkey(self) -> None:
        self.valkey.stop()

    def with_deaf_valkey(self) -> None:
        assert self.valkey.process is not None
        os.kill(self.valkey.process.pid, signal.SIGSTOP)
        self.helpers.callback(self.valkey.kill)  # first of all: who is refused ends sooner than who is not answered


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Portal]:
    """Start everything once for all tests, one beside the other."""
    folder = tmp_path_factory.mktemp("portal")
    with contextlib.ExitStack() as helpers:
        made = Portal(folder, Valkey(folder, "of-these-tests", None), helpers)
        made.valkey.home.mkdir()
        made.valkey.start()
        helpers.callback(made.valkey.kill)
        helpers.enter_context(override_settings(REDIS_URL=made.valkey.url))
        made.start_web()
        made.start_beat()
        made.start_worker()
        yield made


@pytest.fixture
def portal(started: Portal, transactional_db: None) -> Portal:
    started.make_whole()
    return started


@dataclass
class Town:
    """A city with a year in each phase that the walk passes, and the people who act."""

    solicit: Cycle
    deliver: Cycle
    told: Cycle
    session: Plenary
    office: User


def town() -> Town:
    area = CityFactory(code="330700", slug="here")
    office = official(Role.LIVELIHOOD_OFFICE, area)
    office.password = make_password(PASSWORD, hasher="argon2")
    office.save(update_fields=["password"])
    solicit = CycleFactory(area=area, year=2030, phase=Phase.SOLICIT)
    OpenLetterFactory(cycle=solicit, state=LetterState.PUBLISHED, published_at=NOW, published_by=UserFactory())
    deliver = CycleFactory(area=area, year=2025, phase=Phase.DELIVER)
    IndicatorFactory(project=ProjectFactory(cycle=deliver, number=1), name="新建数量")
    told = CycleFactory(area=area, year=2024, phase=Phase.EVALUATE)
    announce(judged_year(told))
    session = plenary(cycle=CycleFactory(area=area, year=2028, phase=Phase.DECIDE), deputies=3)
    for deputy in session.deputies:
        voting.undo_sign_in(entry=session.entry(deputy), by=session.staff, at=NOW)
    return Town(solicit, deliver, told, session, office)


def of(name: str, cycle: Cycle, **more: object) -> str:
    return reverse(name, kwargs={"area": cycle.area.slug, "year": cycle.year, **more})


def citizen_reads_suggests_and_tracks(web: WebServer, town: Town) -> None:
    citizen, cycle = Visitor(web), town.solicit
    for path in ("/", of("portal:cycle", cycle), of("proposals:letter", cycle), of("projects:sites", town.deliver)):
        assert citizen.get(path)[0] == 200
    answers = {
        "title": "老楼没有电梯", "matter": "清风街六层老楼没有电梯，老人下不了楼。", "wish": "请加装电梯。",
        "aspect": "", "address": "", "contact_name": "", "contact_phone": "", "contact_email": "",
        "idempotency_key": uuid.uuid4().hex, "area": cycle.area.code, "step": "send",
    }  # fmt: skip

    status, receipt = citizen.post(of("proposals:suggest", cycle), **answers)

    assert status == 200
    number = Suggestion.objects.get().number
    code = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", receipt)[0]
    wrong = citizen.post(of("proposals:track", cycle), number=number, code="0000-0000-0000")
    right = citizen.post(of("proposals:track", cycle), number=number, code=code)
    assert (wrong[0], right[0]) == (422, 200)
    assert "老楼没有电梯" in right[1]


def official_signs_in_screens_and_asks_for_long_work(web: WebServer, town: Town) -> None:
    stranger = Visitor(web, f"{settings.CSRF_COOKIE_NAME}={TOKEN}")
    attempts = {password: stranger.post("/sign-in/", username=town.office.username, password=password)[0]
                for password in ("falsch", PASSWORD)}  # fmt: skip
    assert attempts == {"falsch": 422, PASSWORD: 302}
    office = Visitor.signed_in(web, town.office)
    suggestion = Suggestion.objects.get()
    wording = {
        "public_title": "加装电梯",
        "public_matter": "六层老楼没有电梯，老人下不了楼。",
        "public_wish": "加装电梯。",
    }
    accept = of("proposals:suggestion_act", town.solicit, number=suggestion.number, act="accept")
    assert office.post(accept, **wording)[0] == 302
    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.ACCEPTED

    row = {"project": 1, "indicator": "新建数量", "area": town.deliver.area.code, "due_on": date(2025, 9, 30)}
    file = sites_workbook(town.deliver, [row | {"key": f"N{n}", "name": f"点位{n}{uuid.uuid4()}"} for n in range(ROWS)])
    file.name = "点位.xlsx"
    assert office.send(of("imports:of_year", town.deliver), file, what="sites:")[0] == 302
    assert office.post(of("reports:report_request", town.told), language="zh-hans")[0] == 302
    assert sorted(Job.objects.values_list("task", flat=True)) == ["imports.preview", "reports.build_report"]


def deputy_comes_in_and_votes(web: WebServer, town: Town) -> None:
    session = town.session
    by_code, by_card, _absent = session.deputies
    cards = voting.issue_credentials(round_=session.round, by=session.staff, at=timezone.now())
    codes = {card.number: card.code for card in cards}
    hall = reverse("voting:booth_round", args=[session.round.pk])

    anybody = Visitor(web)
    card = codes[session.entry(by_card).number]
    assert [anybody.post("/booth/enter/", code=code)[0] for code in ("0000-0000-0000", card)] == [422, 302]
    assert Credential.objects.filter(used_at__isnull=False).count() == 1

    deputy = Visitor.signed_in(web, by_code)
    session.round.refresh_from_db()
    assert [deputy.post(hall, hall_code=code)[0] for code in ("0", session.round.hall_code)] == [422, 302]
    marks = {f"option_{option.pk}": letter for option, letter in zip(session.options, "yyn", strict=True)}
    ballot = reverse("voting:ballot", args=[session.round.pk])
    status, receipt = deputy.post(ballot, step="cast", key=str(uuid.uuid4()), **marks)
    assert status == 200
    assert in_urn("receipt")[0] in receipt
    assert RollEntry.objects.filter(has_voted=True).get().deputy == by_code


def staff_reads_the_api_and_exports(web: WebServer, town: Town) -> None:
    somebody, staff = Visitor(web), Visitor.signed_in(web, town.office)
    for name in COLLECTIONS[::6]:  # all of them without Redis: tests/house/test_urls.py
        assert somebody.get(reverse(f"{name}-list"))[0] == 200
    for path in (of("projects:sites", town.deliver), of("projects:projects", town.told)):
        before, name, _end = path.rsplit("/", 2)
        assert staff.get(f"{before}/lists/{name}/?export=csv")[0] == 200
    assert staff.get(reverse("portal:my_work"))[0] == 200


def walk(web: WebServer, made: Town) -> None:
    """Do what the four kinds of users mainly do."""
    citizen_reads_suggests_and_tracks(web, made)
    official_signs_in_screens_and_asks_for_long_work(web, made)
    deputy_comes_in_and_votes(web, made)
    staff_reads_the_api_and_exports(web, made)


def pages_of_long_work(web: WebServer, made: Town) -> dict[str, str]:
    office = Visitor.signed_in(web, made.office)
    batch = Import.objects.get()
    paths = {
        "import": reverse("imports:import", args=[batch.pk]),
        "reports": of("reports:desk_reports", made.told),
        "year": of("portal:desk", made.solicit),
    }
    return {name: office.get(path)[1] for name, path in paths.items()}


def said(pages: dict[str, str]) -> dict[str, str]:
    """Return which pages say that something stands still, and what."""
    with translation.override("zh-hans"):
        words = {str(pulse.NO_WORKER): "worker", str(pulse.NO_CLOCK): "clock"}
    return {name: what for name, page in pages.items() for word, what in words.items() if word in page}


def is_all_done() -> bool:
    return (
        set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}
        and Import.objects.get().state == ImportState.PREVIEWED
        and Report.objects.get().files.exists()
    )


def assert_all_waits() -> None:
    assert set(Job.objects.values_list("state", "attempts")) == {(JobState.WAITING, 0)}
    assert Import.objects.get().state == ImportState.RECEIVED


STILL = dict.fromkeys(["import", "reports", "year"], "worker")


@pytest.mark.parametrize(
    ("take", "says"),
    [
        (Portal.without_worker, STILL),
        (Portal.without_beat, {"year": "clock"}),
        (Portal.with_deaf_valkey, STILL),
    ],
    ids=["worker", "beat", "valkey hangs"],
)
def test_without_one_helper_all_others_go_on_and_pages_say_what_waits(
    portal: Portal, take: Callable[[Portal], None], says: dict[str, str]
):
    made = town()
    take(portal)

    walk(portal.web, made)

    assert said(pages_of_long_work(portal.web, made)) == says
    if says == STILL:
        assert_all_waits()
    else:
        eventually(is_all_done, 60)


def test_without_valkey_all_others_go_on_and_what_waits_is_done_once_it_is_back(portal: Portal):
    made = town()
    portal.without_valkey()

    walk(portal.web, made)

    assert said(pages_of_long_work(portal.web, made)) == STILL
    assert_all_waits()
    portal.valkey.start()
    with databases.as_superuser():
        Job.objects.update(requested_at=timezone.now() - timedelta(minutes=1))  # the clock looks twice a minute
    eventually(is_all_done, 120)
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}
    eventually(lambda: said(pages_of_long_work(portal.web, made)) == {}, 60)
