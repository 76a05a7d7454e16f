"""The head of the journal is told elsewhere, and shows what its own seals cannot: that all of it was written anew."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from livelihood.audit.models import Seal
from livelihood.audit.services import seal, tell_head
from livelihood.celery import app
from tests.audit.conftest import write
from tests.audit.test_verification import run
from tests.factories.frame import NOW

pytestmark = pytest.mark.django_db


def head() -> str:
    last = Seal.objects.order_by("number").last()
    return f"{last.number}:{bytes(last.digest).hex()}"


def test_number_and_digest_go_to_every_place_each_day(tmp_path: Path, settings: Any, mailoutbox: list):
    settings.JOURNAL_HEADS = [str(tmp_path), "mailto:audit@example.gov.cn"]
    lines = []
    for day in range(2):
        write(2)
        seal()
        at = NOW + timedelta(days=day)
        tell_head(at=at)
        lines.append(f"{at.isoformat(timespec='seconds')} {head()}\n")

    assert (tmp_path / "journal-heads.txt").read_text() == "".join(lines)
    assert [(mail.to, mail.body) for mail in mailoutbox] == [(["audit@example.gov.cn"], line) for line in lines]
    assert run("verify_journal", "--heads", str(tmp_path / "journal-heads.txt")).endswith(f"intact: {head()}\n")


def test_a_place_that_is_away_keeps_no_other_from_knowing(tmp_path: Path, settings: Any, mailoutbox: list):
    settings.JOURNAL_HEADS = [str(tmp_path / "gone"), "mailto:audit@example.gov.cn"]
    write(1)
    seal()

    with pytest.raises(FileNotFoundError):
        tell_head(at=NOW)

    assert [head() in mail.body for mail in mailoutbox] == [True]


def test_a_journal_without_seals_has_no_head(tmp_path: Path, settings: Any):
    settings.JOURNAL_HEADS = [str(tmp_path)]

    assert tell_head(at=NOW) == ""
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_was_written_anew_is_not_the_one_that_is_known(tmp_path: Path):
    heads = tmp_path / "heads.txt"
    heads.write_text(f"2026-11-30T02:50:00+08:00 1:{'a' * 64}\n> forwarded: 7:{'b' * 64}.\n")
    write(3)
    seal()

    assert "intact" in run("verify_journal")
    with pytest.raises(CommandError, match="The journal is damaged: 2 findings"):
        run("verify_journal", "--heads", str(heads))


def test_the_clock_tells_it_every_day():
    (entry,) = [one for one in app.conf.beat_schedule.values() if one["task"] == "audit.tell_head"]

    assert (entry["schedule"].hour, entry["schedule"].minute) == ({2}, {50})
