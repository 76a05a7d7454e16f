"""Elections in Pabulib's format: read, written, checked and counted; real ones too, where their folder is."""

import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from tests.voting.records import record_of
from voting import exporters, pabulib
from voting.management.commands.count_pb import count, selected

REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "pabulib"
real_files = pytest.mark.skipif(not REAL.is_dir(), reason="real elections are kept beside the project: ../shared/data")

SMALL = """\
META
key;value
description;"A ""quoted""; vote"
country;China
unit;宁波市
instance;2018
num_projects;3
num_votes;5
budget;2
vote_type;approval
rule;unknown
date_begin;12.01.2018
date_end;2018
max_length;3
PROJECTS
project_id;cost;votes;name;selected
1;10;3;"One; two";1
2/b;20.5;2;Two;0
3;30;2;Three;0
VOTES
voter_id;vote;age
a;1,2/b;30
b; 1 , 3;30
c;1,3,1;
d;2/b;
e;;
"""


def run(path: Path, *arguments: str) -> tuple[dict, list[str]]:
    out, errors = io.StringIO(), io.StringIO()
    call_command("count_pb", str(path), *arguments, stdout=out, stderr=errors)
    return json.loads(out.getvalue()), errors.getvalue().splitlines()


@pytest.fixture
def file(tmp_path):
    def written(text: str) -> Path:
        path = tmp_path / "election.pb"
        path.write_bytes(text.encode())
        return path

    return written


def test_reads_quotes_blanks_and_empty_votes():
    election = pabulib.read(SMALL)

    assert election.meta["description"] == 'A "quoted"; vote'
    assert election.project_ids == ["1", "2/b", "3"]
    assert election.projects[0]["name"] == "One; two"
    assert [pabulib.approved(vote) for vote in election.votes] == [
        ["1", "2/b"], ["1", "3"], ["1", "3", "1"], ["2/b"], [],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + SMALL,
        SMALL.replace("\n", "\r\n"),
        SMALL.replace("key;value", "key; value "),
        SMALL + "\n\n",
        SMALL.replace("PROJECTS\n", "  \nPROJECTS\n \n"),
        SMALL.replace("\n", ";;;;;\n").replace("VOTES;", ";;;;;;;\nVOTES;"),
    ],
)
def test_reads_what_editors_make_of_a_file(text):
    assert pabulib.read(text) == pabulib.read(SMALL)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("VOTES\n", "", "fields for"),
        (SMALL, SMALL[: SMALL.index("VOTES")], "VOTES is missing"),
        (SMALL, "", "META is missing"),
        ("META\n", "x;y\nMETA\n", "Line 1: 2 fields for 0 columns"),
        ("PROJECTS\n", "META\nkey;value\nPROJECTS\n", "begins a second time"),
        ("key;value", "value;key", "META needs"),
        ("project_id;cost", "project_id;price", "PROJECTS needs"),
        ("voter_id;vote;age", "voter_id;age;vote", None),
        ("voter_id;vote;age", "vote;voter_id;age", "VOTES needs"),
        ("voter_id;vote;age", "voter_id;vote;vote", "VOTES needs"),
        ("d;2/b;", "d;2/b;;9", "Line 25: 4 fields for 3 columns"),
        ("country;China", "country;China\ncountry;China", "key twice"),
        ("d;2/b;", "d;2/b", "Line 25: 2 fields for 3 columns"),
        ("Two", "T" * 200_000, None),
        ("Two", "T" * 10_000_001, "field larger"),
    ],
)
def test_refuses_what_has_not_the_shape(old, new, says):
    assert old in SMALL
    text = SMALL.replace(old, new, 1)

    if says is None:
        assert len(pabulib.read(text).votes) == 5
    else:
        with pytest.raises(pabulib.UnreadableElection, match=says):
            pabulib.read(text)


def test_says_where_a_file_disagrees_with_the_format_or_itself():
    assert pabulib.problems(pabulib.read(SMALL)) == [
        "Ballot c names a project more than once.",
        "Ballot e names 0 projects, out of bounds.",
    ]
    clean = SMALL.replace("1,3,1", "1,3").replace("e;;", "e;2/b;").replace("20.5;2", "20.5;3")
    for old, new, says in (
        ("budget;2", "budget;2,5", "META: budget may not be 2,5"),
        ("budget;2\n", "", "META lacks budget."),
        ("num_votes;5", "num_votes;6", "META says num_votes 6; the file has 5."),
        ("num_projects;3", "num_projects;2", "META says num_projects 2; the file has 3."),
        ("12.01.2018", "2018-01-12", "META: date_begin may not be 2018-01-12"),
        ("rule;unknown", "rule;unknown\ncomment;said", "META: comment may not be said"),
        ("2/b;20.5;3", "2/b;free;3", "Project 2/b: cost may not be free"),
        ("2/b;20.5;3", "2/b;20.5;2", "Project 2/b: the file says 2 votes, its ballots give 3."),
        ("Three;0", "Three;4", "Project 3: selected may not be 4"),
        ("d;2/b;", "d;2/b,9;", "Ballots name the project 9, which is not in the file."),
        ("b; 1", "a; 1", "VOTES has an id that is empty, has a comma or is not unique: a"),
        ("max_length;3", "max_length;1", "Ballot a names 2 projects, out of bounds."),
        ("approval", "guessed", "META: vote_type may not be guessed"),
        ("max_length;3", "min_length;2", "Ballot d names 1 projects, out of bounds."),
    ):
        assert old in clean
        assert says in pabulib.problems(pabulib.read(clean.replace(old, new, 1))), says
    assert pabulib.problems(pabulib.read(clean)) == []


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), max_size=8).map(str.strip)


@given(st.lists(texts, max_size=4), st.lists(texts, max_size=4))
def test_what_is_written_reads_in_again(names, choices):
    election = replace(
        pabulib.read(SMALL),
        projects=[{"project_id": str(place), "cost": "1", "name": name} for place, name in enumerate(names)],
        votes=[{"voter_id": str(place), "vote": vote} for place, vote in enumerate(choices)],
    )

    assert pabulib.read(pabulib.write(election)) == election


def test_counts_a_repeat_once_and_flags_it(file):
    result, errors = run(file(SMALL), "--seats", "1")

    assert result == {
        "options": {"1": 3, "2/b": 2, "3": 2},
        "ballots": 5,
        "flagged_ballots": ["c"],
        "elected": ["1"],
        "tied_at_cut": [],
    }
    assert errors == ["Ballot c names a project more than once.", "Ballot e names 0 projects, out of bounds."]


def test_tie_at_the_cut_is_reported_and_not_broken(file):
    result, _errors = run(file(SMALL), "--seats", "2")

    assert (result["elected"], result["tied_at_cut"]) == (["1"], ["2/b", "3"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_counts_a_file_in_the_encodings_of_spreadsheets(tmp_path, encoding):
    (tmp_path / "x.pb").write_bytes(SMALL.encode(encoding))

    assert run(tmp_path / "x.pb")[0]["options"] == {"1": 3, "2/b": 2, "3": 2}


def test_ballot_longer_than_a_usual_field_is_counted(file):
    many = SMALL.replace("d;2/b;", f"d;{','.join(['2/b'] * 60_000)};")

    result, _errors = run(file(many))

    assert (result["options"]["2/b"], result["flagged_ballots"]) == (2, ["c", "d"])


def test_bounds_that_are_no_numbers_bound_nothing():
    assert len(pabulib.problems(pabulib.read(SMALL.replace("max_length;3", "max_length;²")))) == 3


def test_round_that_chose_nothing_elects_nobody_as_a_file(file):
    whole = record_of(["nn", "nn"], options=2)

    result, errors = run(file(pabulib.write(exporters.election_of(whole))))

    assert (result["elected"], result["tied_at_cut"]) == ([], [])
    assert errors == []


def test_seats_are_by_default_those_selected_or_all(file):
    marked = pabulib.read(SMALL)
    unmarked = pabulib.read(SMALL.replace('One; two";1', 'One; two";0'))

    silent = pabulib.read(SMALL.replace(";selected", "").replace(";0\n", "\n").replace('two";1', 'two"'))

    assert (selected(marked), selected(unmarked), selected(silent)) == (1, 0, 3)
    assert run(file(SMALL))[0]["elected"] == ["1"]
    assert count(silent, 3)["elected"] == ["1", "2/b", "3"]
    nobody, _errors = run(file(pabulib.write(unmarked)))
    assert (nobody["elected"], nobody["tied_at_cut"], nobody["options"]["1"]) == ([], [], 3)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("d;2/b;", "d;2/b,9;", "not in the round: .'9'"),
        ("approval", "cumulative", "Only approval elections"),
        ("vote_type;approval\n", "", "unknown"),
        ("VOTES\n", "", "cannot be read"),
    ],
)
def test_refuses_to_count_what_it_cannot(file, old, new, says):
    with pytest.raises(CommandError, match=says):
        run(file(SMALL.replace(old, new, 1)))


@pytest.mark.parametrize("number", ["0", "-1", "two", "1.5"])
def test_refuses_impossible_seats(file, number):
    with pytest.raises(CommandError, match="a whole number from 1"):
        run(file(SMALL), "--seats", number)


def test_refuses_files_that_are_no_text(tmp_path):
    (tmp_path / "x.pb").write_bytes(b"META\nkey;value\n\xff")
    for name in ("x.pb", "missing.pb"):
        with pytest.raises(CommandError, match="cannot be read"):
            run(tmp_path / name)


@real_files
def test_real_elections_give_their_published_votes_but_for_repeats():
    differences = {}
    for path in sorted(REAL.glob("*.pb")):
        election = pabulib.read(path.read_text(encoding="utf-8-sig"))
        result, _errors = run(path)
        for project in election.projects:
            published, counted = int(project["votes"]), result["options"][project["project_id"]]
            if published != counted:
                differences[path.name, project["project_id"]] = (published, counted, result["flagged_ballots"])

    # One ballot names this project twice, and the published figure counts it twice.
    assert differences == {("Poland_Warszawa_2026_Blonia_Wilanowskie.pb", "1481"): (190, 189, ["255664"])}


@real_files
def test_real_ties_at_the_cut_are_reported():
    tied = {}
    for path in sorted(REAL.glob("*.pb")):
        result, _errors = run(path)
        if result["tied_at_cut"]:
            votes = {result["options"][name] for name in result["tied_at_cut"]}
            tied[path.name] = (len(result["elected"]), len(result["tied_at_cut"]), votes)

    # name: elected, tied for the last seat, votes of the tied
    assert tied == {
        "Hungary_Budapest_2022_VIII_Jozsefvaros.pb": (15, 2, {42}),
        "Poland_Gdynia_2024_Srodmiescie__large.pb": (0, 2, {353}),
        "Poland_Warszawa_2017_Falenica.pb": (6, 2, {150}),
        "Poland_Warszawa_2019_Targowek_Mieszkaniowy.pb": (8, 3, {173}),
    }


@real_files
def test_real_elections_agree_with_a_plain_sort():
    for path in sorted(REAL.glob("*.pb")):
        election = pabulib.read(path.read_text(encoding="utf-8-sig"))
        votes = Counter(name for vote in election.votes for name in set(pabulib.approved(vote)))
        for seats in (1, 5, len(election.projects)):
            result = count(election, seats)
            at_cut = sorted(votes.values(), reverse=True)[seats - 1]
            above = {name for name in votes if votes[name] > at_cut}
            equal = {name for name in votes if votes[name] == at_cut}
            is_tie = len(above) + len(equal) > seats
            assert set(result["elected"]) == (above if is_tie else above | equal)
            assert set(result["tied_at_cut"]) == (equal if is_tie else set())


@real_files
def test_real_elections_survive_being_written():
    for path in sorted(REAL.glob("*.pb")):
        election = pabulib.read(path.read_text(encoding="utf-8-sig"))
        assert pabulib.read(pabulib.write(election)) == election


@real_files
def test_largest_real_election_is_counted_whole():
    result, _errors = run(REAL / "Hungary_Budapest_2025_XI_Ujbuda.pb")

    assert result["ballots"] == 2040
