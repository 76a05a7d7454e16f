"""The local servers as the other parts see them: addresses, environment, folder."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from psycopg2.sql import SQL, Identifier

from livelihood import local, local_ports
from tests import databases


def test_data_folder_is_in_the_project_unless_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("LIVELIHOOD_DATA", raising=False)
    assert local.data_folder() == Path(__file__).parents[2] / ".local"

    monkeypatch.setenv("LIVELIHOOD_DATA", str(tmp_path))
    assert local.data_folder() == tmp_path


def test_addresses_that_are_set_are_kept_and_nothing_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("LIVELIHOOD_DATA", str(tmp_path / "never made"))
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/else")

    local.ensure_environment()

    assert os.environ["DATABASE_URL"] == "postgres://somewhere/else"
    assert os.environ["REDIS_URL"] == "redis://somewhere/else"
    assert not (tmp_path / "never made").exists()


def test_free_port_is_the_wanted_one_unless_somebody_listens_there():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = listener.getsockname()[1]
        other = local_ports.free_port(taken)
        assert other != taken

    assert local_ports.free_port(other) == other


def test_the_wanted_port_is_waited_for_while_who_holds_it_is_on_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = listener.getsockname()[1]
        leaving = threading.Timer(0.2, listener.close)
        leaving.start()

        assert local_ports.free_port(taken, patience=30) == taken

        leaving.join()


def test_status_of_an_unused_folder_is_not_running(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("LIVELIHOOD_DATA", str(tmp_path))

    assert local.status() == {"Postgres": None, "Valkey": None}


def test_tests_have_a_database_and_a_redis_database_of_their_own(db: None, settings, testrun_uid: str, worker_id: str):
    assert settings.DATABASES["default"]["NAME"] == f"test_livelihood_{os.getpid()}_{testrun_uid[:8]}_{worker_id}"
    assert int(settings.REDIS_URL.rpartition("/")[2]) >= 1


def test_databases_of_killed_runs_and_of_other_code_are_dropped_and_no_others(db: None):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dropped = [f"test_killed_{ended.pid}_0123abcd_gw0", f"{databases.TEMPLATE}0123456789ab"]
    left = [f"test_killed_{os.getpid()}_0123abcd_gw0", "test_of_somebody_else"]
    with contextlib.closing(databases.connect()) as server, server.cursor() as cursor:
        for name in dropped + left:
            cursor.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))

        databases.drop_left_behind()

        names = [*dropped, *left, databases.template()]
        cursor.execute("SELECT datname FROM pg_database WHERE datname = ANY(%s)", [names])
        found = {name for (name,) in cursor.fetchall()}
        for name in found & {*left}:
            cursor.execute(SQL("DROP DATABASE {}").format(Identifier(name)))
    assert found == {*left, databases.template()}
