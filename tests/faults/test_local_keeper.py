"""Whatever becomes of those who use the local servers, nothing of it stays: no process, no file outside the folder."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg2
import pytest

from livelihood import local, local_keeper, local_servers
from livelihood import local_processes as processes
from tests.faults.test_local_restart import remember, remembered
from tests.workers import eventually

ENDS_WITHIN = local_keeper.LINGER_SECONDS + 20
STARTS_WITHIN = 30
LOCAL = [sys.executable, "-m", "livelihood.local"]
USER = """
import signal, subprocess, sys, time
from livelihood import local
local.ensure_environment()
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell takes from what it starts behind it
begun = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_DFL); print(flush=True); time.sleep(600)"
apart = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {begun!r}])"
started = subprocess.Popen([sys.executable, "-c", apart], start_new_session=True, stdout=subprocess.PIPE)
started.stdout.readline()
print("begun", flush=True)
time.sleep(600)
"""
"""Uses the servers, as a test run or the demo does; what it starts is in another session."""

DEAF_USER = USER.replace("SIG_DFL", "SIG_IGN")
"""What this one starts does not hear SIGTERM."""

REPLACING_USER = USER.replace(
    "signal.signal(signal.SIGTERM, signal.SIG_DFL); print(flush=True)",
    "import os; signal.signal(signal.SIGTERM, lambda *_: (os.fork() and os._exit(0), signal.signal(signal.SIGTERM,"
    " signal.SIG_DFL), time.sleep(600))); print(flush=True)",
)
"""What this one starts leaves another process when it is ended, as a web server does that replaces its workers."""

PORTAL = """
import django
from livelihood import local
local.ensure_environment()
django.setup()
from livelihood.demo import servers
with servers.running(18500) as portal:
    print("begun", flush=True)
    portal.wait()
"""
"""What `manage.py demo` does once its years are built: web server, worker and clock, which live without tables, too."""


@pytest.fixture
def folder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty data folder inside one with the mode given, which may vanish in the test."""
    parent = Path(tempfile.mkdtemp(prefix="livelihood-test-"))
    parent.chmod(getattr(request, "param", 0o755))
    monkeypatch.setenv("LIVELIHOOD_DATA", str(parent / "data"))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "livelihood.settings.local")
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "MEDIA_ROOT", "SECRET_KEY", "DATA_KEYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(local_keeper.LEASE, "")
    yield parent / "data"
    local.clean()
    parent.rmdir()


def processes_of(folder: Path) -> dict[int, str]:
    """Find the processes that speak of a folder in command, environment or place, except this test's own line."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command, where = (place / "cmdline").read_bytes(), (place / "cwd").readlink()
            if str(folder).encode() in command + (place / "environ").read_bytes() + bytes(where):
                found[int(place.name)] = command.replace(b"\0", b" ").decode()
    return {pid: command for pid, command in found.items() if command and pid not in processes.own_line()}


def outside() -> set[Path]:
    return set(Path(local_servers.OUTSIDE).parent.glob(f"{Path(local_servers.OUTSIDE).name}*"))


def have_ended(pids: set[int]) -> bool:
    return not any(map(processes.name_of, pids))


def runs_whole(folder: Path) -> bool:
    """Say whether web server, worker and clock of the demo run."""
    commands = processes_of(folder).values()
    return [sum(program in command for command in commands) for program in ("granian", "celery")] == [3, 3]


@contextlib.contextmanager
def using(script: str) -> Iterator[subprocess.Popen[str]]:
    """Give a program that uses the servers; whatever becomes of the test, it ends."""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as started:
        try:
            assert started.stdout is not None
            while (line := started.stdout.readline()) != "begun\n":
                assert line, "it has ended"
            yield started
        finally:
            started.kill()


def test_servers_and_all_that_was_started_end_with_who_used_them(folder: Path):
    """Four users end, each by another signal, and with each what it started; with the last one the servers."""
    numbers = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL]
    with contextlib.ExitStack() as stack:
        users = {number: stack.enter_context(using(USER)) for number in numbers[:-1]}
        users[signal.SIGKILL] = stack.enter_context(using(DEAF_USER))
        commands = " ".join(processes_of(folder).values())
        assert all(name in commands for name in ("local_keeper", "postgres", "valkey", "SIG_IGN")), commands
        for number, user in users.items():
            started = local_keeper.belonging_to(folder, str(processes.name_of(user.pid)))
            assert len(started) == 2, number

            user.send_signal(number)
            user.wait()

            eventually(partial(have_ended, started), ENDS_WITHIN)
            if number != numbers[-1]:
                assert None not in local.status().values(), number

    eventually(lambda: processes_of(folder) == {}, ENDS_WITHIN)


@pytest.mark.parametrize("how", ["stop", "killed"])
def test_what_is_left_by_what_was_ended_ends_too(folder: Path, how: str):
    with using(REPLACING_USER) as user:
        if how == "stop":
            subprocess.run([*LOCAL, "stop"], check=True, capture_output=True)
        else:
            user.kill()

        eventually(lambda: processes_of(folder) == {}, ENDS_WITHIN)


def test_web_server_worker_and_clock_end_with_the_demo(folder: Path):
    """Stopped, and killed when it was started again."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with using(PORTAL) as demo:
            eventually(partial(runs_whole, folder), STARTS_WITHIN)

            demo.send_signal(number)
            demo.wait()

        eventually(lambda: processes_of(folder) == {}, ENDS_WITHIN)


def test_nothing_goes_on_when_the_folder_vanishes(folder: Path):
    with using(USER) as user:
        shutil.rmtree(folder)

        eventually(lambda: set(processes_of(folder)) == {user.pid}, ENDS_WITHIN)
    assert not folder.exists()


def test_servers_end_with_their_keeper_and_come_back_with_their_data(folder: Path):
    remember(local.services(), "before")
    keeper = local_keeper.pid_of(folder)
    assert keeper is not None

    os.kill(keeper, signal.SIGKILL)
    eventually(lambda: processes_of(folder) == {}, ENDS_WITHIN)

    assert remembered(local.services()) == (["before"], ["before"])


def test_servers_stay_while_anybody_uses_them_and_a_little_longer(folder: Path):
    with using(USER):
        keeper = local_keeper.pid_of(folder)
        subprocess.run([*LOCAL, "run", "true"], check=True)
        subprocess.run([*LOCAL, "release"], check=True)
        assert None not in local.status().values()

    subprocess.run([*LOCAL, "run", "true"], check=True)
    assert local_keeper.pid_of(folder) == keeper  # not started anew for one who comes soon after another

    subprocess.run([*LOCAL, "release"], check=True)
    assert processes_of(folder) == {}


def test_started_servers_stay_until_they_are_stopped_and_whatever_uses_them_ends_too(folder: Path):
    subprocess.run([*LOCAL, "start"], check=True, capture_output=True)
    subprocess.run([*LOCAL, "release"], check=True, capture_output=True)

    with using(USER) as user:
        subprocess.run([*LOCAL, "stop"], check=True, capture_output=True)

        assert user.wait() == -signal.SIGTERM
    assert processes_of(folder) == {}


def test_who_stops_the_servers_from_within_goes_on(folder: Path):
    within = [*LOCAL, "run", "sh", "-c", f"{sys.executable} -m livelihood.local stop && echo went on"]

    said = subprocess.run(within, check=True, capture_output=True, text=True).stdout

    assert said.endswith("went on\n")
    assert processes_of(folder) == {}


@pytest.mark.parametrize("folder", [0o755, 0o700], ids=["open", "closed to others"], indirect=True)
def test_all_data_lies_in_the_folder_and_goes_with_it(folder: Path):
    before = outside()
    remember(local.services(), "something")

    assert outside() == before
    assert local.places() == [folder]
    assert (folder / "postgres" / "data" / "PG_VERSION").resolve().is_relative_to(folder)

    assert local.clean() == [folder]
    assert processes_of(folder) == {}
    assert not folder.exists()


WITHOUT_NAMESPACES = """
import ctypes, os, sys
here, there = os.pipe()
inside = os.getpid()
if not (helper := os.fork()):
    os.read(here, 1)
    for file in ("uid_map", "gid_map"):
        open(f"/proc/{inside}/{file}", "w").write("0 0 65536")
    os._exit(0)
ctypes.CDLL(None).unshare(0x10000000)
os.write(there, b"!")
os.waitpid(helper, 0)
open("/proc/sys/user/max_user_namespaces", "w").write("0")
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Runs a command with all accounts as they are, where the system refuses to make another user namespace."""


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root has to hand its data to another account.")
@pytest.mark.parametrize("folder", [0o700], ids=["closed to others"], indirect=True)
def test_what_has_to_lie_outside_is_named_and_deleted(folder: Path):
    """Where the system allows no namespace, as in many containers, `nobody` comes into no folder that is closed."""
    before = outside()
    here = [sys.executable, "-c", WITHOUT_NAMESPACES, *LOCAL]

    said = subprocess.run([*here, "start"], check=True, capture_output=True, text=True).stdout
    (place,) = outside() - before
    assert said.splitlines()[-2:] == [f"Data: {folder}", f"Data: {place}"]
    assert (folder / "postgres" / "data" / "PG_VERSION").resolve().is_relative_to(place)

    said = subprocess.run([*here, "clean"], check=True, capture_output=True, text=True).stdout
    assert said.splitlines() == [f"Deleted {place}", f"Deleted {folder}"]
    assert outside() == before
    assert processes_of(folder) == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root has to hand its data to another account.")
def test_the_server_of_root_may_not_do_what_root_may(folder: Path):
    """Neither as `nobody` nor in a namespace: a program that the database starts is not root's."""
    connection = psycopg2.connect(local.services().superuser_url)
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; test $(id -u) = 65534'")
