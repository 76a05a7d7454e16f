"""The record of a round as it leaves the database: what it holds, what it keeps to itself, and that it adds up."""

import hashlib
import io
import json
import re
import time

import pytest
from django.core.management import CommandError, call_command

from livelihood.kernel.errors import NotAllowed
from tests import databases
from tests.factories.frame import NOW
from tests.factories.voting import Plenary, plenary
from tests.voting.records import record_of
from voting import exporters, pabulib, record, services, verifier
from voting.models import Ballot, Round
from voting.states import RoundState, Step

pytestmark = pytest.mark.django_db

CASTS = ["yny", "yya", "ynb"]


def counted(casts: list[str] = CASTS, **arguments) -> Plenary:
    """Hold a round in which these ballots are cast, and announce it."""
    session = plenary(deputies=len(casts), **arguments)
    for deputy, letters in zip(session.deputies, casts, strict=True):
        session.cast(deputy, letters)
    session.finish()
    return session


def reread(session: Plenary) -> Round:
    return Round.objects.select_related("cycle__area", "method").get(pk=session.round.pk)


def recount(*arguments: str) -> str:
    """Run the command; return what it wrote, the last line first."""
    out, errors = io.StringIO(), io.StringIO()
    try:
        call_command("recount", *arguments, stdout=out, stderr=errors)
    except CommandError as error:
        return f"{error}\n{errors.getvalue()}"
    return out.getvalue()


def test_record_says_everything_about_the_count():
    session = counted()
    receipts = {ballot.receipt for ballot in Ballot.objects.all()}

    whole = exporters.round_record(reread(session))

    assert whole["format"] == "livelihood-round-record/1"
    assert whole["round"] == {
        "area": session.cycle.area.code, "area_name": session.cycle.area.name_zh, "year": 2025, "number": 1,
        "kind": "main", "title": "民生实事项目票决", "is_rehearsal": False, "voted_on": "2024-11-01",
        "in_term_by": {
            "document": "关于代表名额的公告〔2024〕1号", "date": "2024-11-01",
            "sha256": hashlib.sha256(b"%PDF-1.7").hexdigest(),
        },
        "run_by": [
            {"role": str(role), "name": person.name, "since": "2020-01-01", "confirmed": ""}
            for role, person in (
                ("chair", session.chair), ("congress_staff", session.staff), ("scrutineer", session.scrutineer)
            )
        ],
    }  # fmt: skip
    assert whole["rules"] == {
        "seats": 2, "scheme": "plain", "form": "each", "most_approvals": whole["rules"]["most_approvals"],
        "denominator": "in_term", "threshold_numerator": 1, "threshold_denominator": 2, "is_strict": True,
        "quorum_base": "in_term", "quorum_numerator": 2, "quorum_denominator": 3, "over_vote": "ballot_invalid",
        "blank": "abstain", "tie": "run_off", "run_off_limit": 1, "shortfall": "leave_open", "option_order": "list",
        "lot_seed": "", "remote_voting": "nobody", "publishes_counts": True, "has_substitutes": False,
    }  # fmt: skip
    assert whole["options"] == [{"number": number, "title": f"项目{number}"} for number in (1, 2, 3)]
    assert sorted(ballot["marks"] for ballot in whole["ballots"]) == sorted(CASTS)
    assert {ballot["receipt"] for ballot in whole["ballots"]} == receipts
    assert len(receipts) == 3
    assert whole["figures"] == {
        "in_term": 3, "present": 3, "issued": 3, "returned": 3, "on_paper": 0, "valid": 3, "invalid": 0, "blank": 0,
        "not_voted": 0, "needed": 2, "is_quorate": True, "tied_seats": 0, "shortfall": 1,
    }  # fmt: skip
    assert whole["totals"] == [
        {"number": 1, "approve": 3, "oppose": 0, "abstain": 0, "blank": 0, "outcome": "elected"},
        {"number": 2, "approve": 1, "oppose": 2, "abstain": 0, "blank": 0, "outcome": "not_passed"},
        {"number": 3, "approve": 1, "oppose": 0, "abstain": 2, "blank": 0, "outcome": "not_passed"},
    ]
    assert (whole["elected"], whole["tied"]) == ([1], [])
    assert verifier.verify(record.canonical(whole)) == []


def test_record_names_nobody_but_who_ran_the_vote_and_no_time_of_a_ballot():
    session = counted()
    whole = exporters.round_record(reread(session))
    whole["round"].pop("run_by")
    text = record.canonical(whole).decode()

    people = [session.staff, session.chair, session.scrutineer, *session.deputies]
    assert [person.name for person in people if person.name in text or person.username in text] == []
    assert {tuple(sorted(ballot)) for ballot in json.loads(text)["ballots"]} == {("digest", "marks", "receipt")}
    assert re.findall(r"\d\d:\d\d", text) == []
    assert [str(key) for key in Ballot.objects.values_list("pk", flat=True) if str(key) in text] == []


def test_record_is_the_same_every_time_and_before_the_announcement():
    session = plenary(deputies=3)
    for deputy, letters in zip(session.deputies, CASTS, strict=True):
        session.cast(deputy, letters)
    session.step(Step.CLOSE)
    with pytest.raises(NotAllowed, match=str(exporters.NOT_COUNTED)):
        exporters.round_record(reread(session))
    services.count_round(round_=session.round, by=session.chair, at=NOW)

    before = record.canonical(exporters.round_record(reread(session)))
    session.step(Step.ANNOUNCE)

    assert record.canonical(exporters.round_record(reread(session))) == before


def test_void_round_has_no_record():
    session = plenary(deputies=3)
    session.cast(session.deputies[0], "yny")
    session.step(Step.CLOSE)
    services.count_round(round_=session.round, by=session.chair, at=NOW)
    session.step(Step.VOID, "名册有误")

    for export in (exporters.round_record, exporters.full_record, exporters.round_pb):
        with pytest.raises(NotAllowed):
            export(reread(session))
    assert recount("--round", str(session.round.pk)) == f"{exporters.NOT_COUNTED}\n"


def test_options_and_marks_stand_in_the_order_of_the_ballot():
    session = counted(
        method={"option_order": "lot", "most_approvals": None}, candidates=8, casts=["yyynnnnn", "yyynnnnn", "yyyaaaaa"]
    )
    order = list(session.round.options.order_by("position").values_list("number", flat=True))
    assert order != sorted(order)

    whole = exporters.round_record(reread(session))

    assert [option["number"] for option in whole["options"]] == order
    letters = {1: "y", 2: "y", 3: "y"}
    assert sorted(ballot["marks"] for ballot in whole["ballots"]) == sorted(
        "".join(letters.get(number, other) for number in order) for other in "nna"
    )
    assert sorted(whole["tied"]) == [1, 2, 3]
    assert verifier.verify(record.canonical(whole)) == []


def test_kept_back_counts_leave_names_and_receipts_only():
    session = counted(method={"publishes_counts": False})
    round_ = reread(session)

    extract = exporters.round_record(round_)

    assert set(extract) == {
        "format", "round", "rules", "options", "figures", "elected", "tied", "receipts", "record_hash", "hash",
    }  # fmt: skip
    assert extract["elected"] == [1]
    assert extract["receipts"] == sorted(Ballot.objects.values_list("receipt", flat=True))
    assert extract["record_hash"] == exporters.full_record(round_)["hash"]
    with pytest.raises(NotAllowed, match=str(exporters.COUNTS_KEPT_BACK)):
        exporters.round_pb(round_)


def test_hash_of_kept_back_ballots_cannot_be_guessed():
    session = counted(casts=["yyn", "yyn", "yyn"], method={"publishes_counts": False})
    round_ = reread(session)
    extract, whole = exporters.round_record(round_), exporters.full_record(round_)

    # Everything but the salt is known to one who guesses a unanimous vote; the order of receipts is tried out.
    assert whole["salt"] not in record.canonical(extract).decode()
    assert whole["salt"] != hashlib.sha256(b"").hexdigest()
    guessed = {**whole, "salt": ""}
    ballots = [{"marks": row["marks"], "receipt": row["receipt"]} for row in whole["ballots"]]
    rest = {name: value for name, value in guessed.items() if name not in ("hash", "ballots")}
    assert record.sealed({**rest, "ballots": ballots})["hash"] != extract["record_hash"]
    assert record.sealed({**rest, "ballots": ballots, "salt": whole["salt"]})["hash"] == extract["record_hash"]


def test_recount_from_file_from_database_and_from_both(tmp_path):
    session = counted()
    key = str(session.round.pk)
    file = tmp_path / "record.json"
    file.write_bytes(record.canonical(exporters.round_record(reread(session))))

    assert recount(str(file)) == recount("--round", key) == recount(str(file), "--round", key) == "EQUAL\n"

    changed = tmp_path / "changed.json"
    changed.write_bytes(file.read_bytes().replace(b'"elected":[1]', b'"elected":[2]'))
    assert recount(str(changed)) == (
        "DIFFERENT\nFile: The hash over the whole file does not fit: something in it was changed.\n"
        "File: elected[1]: the file says 2, the ballots give 1.\n"
    )
    other = tmp_path / "other.json"
    other.write_bytes(record.canonical(record_of(["yyn"], options=3)))
    assert recount(str(other)) == "EQUAL\n"
    assert recount(str(other), "--round", key) == "DIFFERENT\nThe file is not the one that the database gives.\n"
    assert recount().startswith("Name a FILE")
    assert recount(str(tmp_path / "missing.json")).startswith("[Errno 2]")
    other.write_bytes(b"{")
    assert recount(str(other)).startswith("This is no JSON file")
    other.write_bytes(record.canonical(record.sealed({"format": record.RECORD})))
    assert recount(str(other)) == "DIFFERENT\nFile: The file has other fields than its format knows.\n"
    other.write_bytes(record.canonical({**record_of(["yyn"], options=3), "figures": []}))
    assert recount(str(other)) == "DIFFERENT\nFile: The file: figures may not be []\n"
    assert recount("--round", "0").startswith("Round matching query does not exist")


def test_recount_of_an_extract(tmp_path):
    session = counted(method={"publishes_counts": False})
    file = tmp_path / "extract.json"
    file.write_bytes(record.canonical(exporters.round_record(reread(session))))

    with pytest.raises(CommandError, match="WITHOUT BALLOTS") as refusal:
        call_command("recount", str(file))

    assert refusal.value.returncode == 2
    assert recount(str(file), "--round", str(session.round.pk)) == "EQUAL\n"


def test_recount_finds_what_was_changed_behind_the_triggers():
    session = counted()
    key = str(session.round.pk)
    with databases.behind_the_guards() as cursor:
        cursor.execute("UPDATE voting_ballot SET marks = 'nny' WHERE marks = 'yny'")
        cursor.execute("UPDATE voting_roundresult SET blank = 1")

    assert recount("--round", key) == (
        "DIFFERENT\n"
        "Database: figures.blank: the file says 1, the ballots give 0.\n"
        "Database: totals[1].approve: the file says 3, the ballots give 2.\n"
        "Database: totals[1].oppose: the file says 0, the ballots give 1.\n"
    )


def test_round_leaves_as_a_valid_approval_election():
    session = counted(casts=["yyn", "ynb", "bbb", "yyy"], method={"blank": "not_counted", "most_approvals": None})

    election = pabulib.read(exporters.round_pb(reread(session)))

    assert pabulib.problems(election) == []
    assert election.projects == [
        {"project_id": "1", "cost": "1", "votes": "3", "name": "项目1", "selected": "1"},
        {"project_id": "2", "cost": "1", "votes": "2", "name": "项目2", "selected": "0"},
        {"project_id": "3", "cost": "1", "votes": "1", "name": "项目3", "selected": "0"},
    ]
    assert [vote["voter_id"] for vote in election.votes] == ["1", "2", "3"]
    assert sorted(vote["vote"] for vote in election.votes) == ["1", "1,2", "1,2,3"]
    assert "1 valid ballots approve nothing and 0 ballots are invalid" in election.meta["comment"]
    expected = {
        "country": "China", "instance": "2025", "num_projects": "3", "num_votes": "3", "budget": "2",
        "vote_type": "approval", "date_begin": "01.11.2024", "date_end": "01.11.2024",
        "min_project_score_threshold": "3", "language": "zh",
    }  # fmt: skip
    assert {name: election.meta[name] for name in expected} == expected
    assert "experimental" not in election.meta


def test_invalid_ballots_and_rehearsals_are_told_apart_in_the_election():
    whole = record_of(["yyyn", "yynn", "ynnn"], options=4, most_approvals=2)
    whole["round"]["is_rehearsal"] = True

    election = exporters.election_of(whole)

    assert pabulib.problems(election) == []
    assert (election.meta["num_votes"], election.meta["max_length"], election.meta["experimental"]) == ("2", "2", "1")
    assert "0 valid ballots approve nothing and 1 ballots are invalid" in election.meta["comment"]


@pytest.mark.parametrize("deputies", [1, 3])
def test_record_takes_as_many_queries_for_one_ballot_as_for_three(deputies, django_assert_num_queries):
    session = counted(casts=["yny"] * deputies)
    round_ = reread(session)

    with django_assert_num_queries(5):
        exporters.round_record(round_)


def test_rehearsal_says_so_in_its_record():
    session = counted(is_rehearsal=True)

    assert exporters.round_record(reread(session))["round"]["is_rehearsal"] is True
    assert session.round.state == RoundState.ANNOUNCED


def test_seven_hundred_ballots_on_thirty_projects_are_counted_and_recorded_within_a_second():
    ballots = ["".join("yna"[(row * 7 + column * column) % 3] for column in range(30)) for row in range(700)]

    started = time.process_time()
    whole = record_of(ballots, options=30, seats=24)
    assert record.problems(whole) == []

    assert time.process_time() - started < 1
    assert verifier.verify(record.canonical(whole)) == []
