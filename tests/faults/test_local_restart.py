"""The local servers are killed, stopped, started twice at once: what was written stays."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from livelihood import local, local_keeper, local_servers

LOCAL = [sys.executable, "-m", "livelihood.local"]


@pytest.fixture
def folder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty data folder inside one with the mode given; its servers are stopped in the end."""
    parent = Path(tempfile.mkdtemp(prefix="livelihood-test-"))
    parent.chmod(getattr(request, "param", 0o755))
    folder = parent / "data"
    monkeypatch.setenv("LIVELIHOOD_DATA", str(folder))
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("DATABASE_OWNER_URL")
    monkeypatch.delenv("REDIS_URL")
    monkeypatch.delenv("LIVELIHOOD_FSYNC", raising=False)  # without it a kill takes what was written last
    monkeypatch.setenv(local_keeper.LEASE, "")
    yield folder
    local.clean()
    parent.rmdir()


def remember(found: local.Services, what: str) -> None:
    """Write a line into both servers."""
    connection = psycopg2.connect(found.superuser_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS memory (what text)")
        cursor.execute("INSERT INTO memory VALUES (%s)", [what])
    connection.close()
    with redis.Redis.from_url(found.redis_url) as client:
        client.rpush("memory", what)


def remembered(found: local.Services) -> tuple[list[str], list[str]]:
    """Read the lines of PostgreSQL and of Valkey."""
    connection = psycopg2.connect(found.superuser_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT what FROM memory ORDER BY ctid")
        rows = [what for (what,) in cursor]
    connection.close()
    with redis.Redis.from_url(found.redis_url, decode_responses=True) as client:
        return rows, client.lrange("memory", 0, -1)


def process_ids(found: local.Services, folder: Path) -> tuple[int, int]:
    """Return the process ids of the postmaster and of Valkey."""
    connection = psycopg2.connect(found.superuser_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT (regexp_split_to_array(pg_read_file('postmaster.pid'), '\n'))[1]::int")
        (postmaster,) = cursor.fetchone()
    connection.close()
    with redis.Redis.from_url(found.redis_url) as client:
        return postmaster, client.info("server")["process_id"]


@pytest.mark.parametrize("folder", [0o755, 0o700], ids=["open", "closed to others"], indirect=True)
def test_what_was_written_outlives_a_kill_and_a_stop(folder: Path):
    found = local.services()
    remember(found, "before the kill")
    assert local.services() == found  # found running, not started again

    for process in process_ids(found, folder):
        os.kill(process, signal.SIGKILL)
    after_kill = local.services()
    assert remembered(after_kill) == (["before the kill"], ["before the kill"])

    remember(after_kill, "before the stop")
    local.stop()
    assert local.status() == {"Postgres": None, "Valkey": None}

    after_stop = local.services()
    assert remembered(after_stop) == (["before the kill", "before the stop"], ["before the kill", "before the stop"])


def test_a_session_busy_during_the_kill_does_not_hinder_the_restart(folder: Path):
    found = local.services()
    remember(found, "before the kill")
    busy = psycopg2.connect(found.superuser_url)
    with busy.cursor() as cursor:
        cursor.execute("INSERT INTO memory VALUES ('never committed')")

    for process in process_ids(found, folder):
        os.kill(process, signal.SIGKILL)
    again = local.services()

    assert remembered(again) == (["before the kill"], ["before the kill"])
    with pytest.raises(psycopg2.OperationalError):
        busy.commit()
    busy.close()


def test_three_processes_at_once_start_one_server_of_each_kind(folder: Path):
    command = [
        *LOCAL,
        "run",
        sys.executable,
        "-c",
        "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])",
    ]

    starters = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = {starter.communicate(timeout=local_servers.START_SECONDS)[0] for starter in starters}

    found = local.services()
    assert answers == {f"{found.database_url} {found.redis_url}\n"}


@pytest.mark.parametrize("server", [0, 1], ids=["PostgreSQL", "Valkey"])
def test_a_server_that_does_not_answer_is_not_doubled(folder: Path, monkeypatch: pytest.MonkeyPatch, server: int):
    found = local.services()
    monkeypatch.setattr(local_servers, "ANSWER_SECONDS", 1)
    monkeypatch.setattr(local_servers, "START_SECONDS", 1)
    process = process_ids(found, folder)[server]

    os.kill(process, signal.SIGSTOP)
    try:
        with pytest.raises(local_servers.LocalError):
            local.services()
    finally:
        os.kill(process, signal.SIGCONT)

    monkeypatch.undo()
    monkeypatch.setenv("LIVELIHOOD_DATA", str(folder))
    assert local.services() == found


def test_a_dropped_database_is_made_again(folder: Path):
    connection = psycopg2.connect(local.services().superuser_url, dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE livelihood")
    connection.close()

    psycopg2.connect(local.services().database_url).close()


def test_servers_ask_for_their_password_and_offer_both_extensions(folder: Path):
    found = local.services()

    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(found.database_url, password="guessed")
    without_password = "redis://" + found.redis_url.partition("@")[2]
    with pytest.raises(redis.AuthenticationError), redis.Redis.from_url(without_password) as client:
        client.ping()

    connection = psycopg2.connect(found.superuser_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION pg_trgm; CREATE EXTENSION vector")
        cursor.execute("SELECT similarity('老旧小区加装电梯', '老旧小区加装电梯'), '[1,2]'::vector <-> '[1,4]'::vector")
        assert cursor.fetchone() == (1.0, 2.0)
    connection.close()


def test_the_command_line_tells_what_runs(folder: Path):
    started = subprocess.run([*LOCAL, "start"], capture_output=True, text=True, check=True)
    assert [line.partition(" ")[0] for line in started.stdout.splitlines()] == ["Postgres:", "Valkey:", "Data:"]
    assert started.stdout.count("running on 127.0.0.1:") == 2
    assert (folder / "services.json").stat().st_mode & 0o077 == 0

    stopped = subprocess.run([*LOCAL, "stop"], capture_output=True, text=True, check=True)
    assert stopped.stdout == f"Postgres: not running\nValkey: not running\nData: {folder}\n"
    assert subprocess.run([*LOCAL, "status"], capture_output=True, check=False).returncode == 1
