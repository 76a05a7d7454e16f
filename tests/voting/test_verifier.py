"""The two programs that count a record again, one of the project and one that stands alone: they find every change."""

import ast
import copy
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.records import content, contents, counted_and_sealed, record_of
from voting import record, verifier

BALLOTS = ["yyn", "yna", "yyb", "nyy"]


DAMAGED = "The file is no record, or damaged: "


def found_by_project(data: bytes) -> list[str]:
    try:
        return record.problems(record.parse(data))
    except record.NotARecord as error:
        return [str(error)]


def answers(data: bytes) -> tuple[str, str]:
    """Return how either program judges a file: equal, different or damaged."""
    problems = verifier.verify(data)
    alone = "damaged" if "".join(problems).startswith(DAMAGED) else "different" if problems else "equal"
    try:
        return alone, "different" if record.problems(record.parse(data)) else "equal"
    except record.NotARecord:
        return alone, "damaged"


def resealed(changed: record.Content, *, counted: bool = False) -> bytes:
    """Write a changed record with fresh digests and hash, counted anew or not, as far as it has the shape for them."""
    rest = {name: value for name, value in changed.items() if name != "hash"}
    try:
        if "ballots" in rest:
            rest["ballots"] = [{**row, "digest": ""} for row in rest["ballots"]]
            rest |= record.counted(rest) if counted else {}
        return record.canonical(record.sealed(rest))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return sealed(changed)


def sealed(changed: record.Content) -> bytes:
    """Write a changed record with a fresh hash over it all; the digests of its ballots stay as they are."""
    rest = {name: value for name, value in changed.items() if name != "hash"}
    return record.canonical({**rest, "hash": hashlib.sha256(record.canonical(rest)).hexdigest()})


@settings(deadline=None)
@given(contents())
def test_both_programs_count_alike(uncounted):
    data = record.canonical(counted_and_sealed(uncounted))

    assert verifier.verify(data) == []
    assert found_by_project(data) == []


@settings(deadline=None)
@given(contents(), st.data())
def test_every_wrong_figure_is_found(uncounted, data):
    counted = counted_and_sealed(uncounted)
    part = data.draw(st.sampled_from(["figures", "totals", "elected", "tied"]))
    if part == "figures":
        name = data.draw(st.sampled_from(sorted(set(counted["figures"]) - {"in_term", "present", "issued"})))
        counted["figures"][name] = data.draw(st.integers(0, 9).filter(lambda value: value != counted["figures"][name]))
    elif part == "totals":
        total = data.draw(st.sampled_from(counted["totals"]))
        name = data.draw(st.sampled_from(["approve", "oppose", "abstain", "blank"]))
        total[name] += 1
    else:
        numbers = [option["number"] for option in counted["options"]]
        wrong = st.lists(st.sampled_from(numbers), unique=True).filter(lambda value: value != counted[part])
        counted[part] = data.draw(wrong)

    assert any(part in problem for problem in verifier.verify(sealed(counted)))
    assert any(part in problem for problem in found_by_project(sealed(counted)))


def test_every_altered_byte_is_found():
    data = record.canonical(record_of(BALLOTS, options=3, on_paper=1))

    assert verifier.verify(data) == found_by_project(data) == []
    for place, byte in enumerate(data):
        for bits in (0x01, 0x20, 0x80):
            changed = data[:place] + bytes([byte ^ bits]) + data[place + 1 :]
            assert verifier.verify(changed), (place, bits)
            assert found_by_project(changed), (place, bits)


@settings(deadline=None)
@given(st.data())
def test_every_byte_put_in_taken_out_or_moved_is_found(data):
    whole = record.canonical(record_of(BALLOTS, options=3))
    start, end, target = (data.draw(st.integers(0, len(whole))) for _ in range(3))
    start, end = sorted((start, end))
    rest = whole[:start] + whole[end:]
    changed = rest[:target] + data.draw(st.sampled_from([b"", whole[start:end], b" ", b"\n"])) + rest[target:]

    assert bool(verifier.verify(changed)) == bool(found_by_project(changed)) == (changed != whole)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda whole: whole["ballots"].reverse(), "ballot 1"),
        (lambda whole: whole["ballots"].pop(), "returned"),
        (lambda whole: whole["ballots"].append(whole["ballots"][0]), "receipt"),
        (lambda whole: whole["ballots"][2].update(marks="nnn"), "ballot 3"),
        (lambda whole: whole["ballots"][2].update(marks="nn"), ""),
        (lambda whole: whole["ballots"][2].update(marks="xyz"), ""),
        (lambda whole: whole["ballots"][2].update(receipt="0000-0000-9999"), "ballot 3"),
        (lambda whole: whole["ballots"][1].update(name="张三"), "ballots[2]"),
        (lambda whole: whole["options"].reverse(), "order"),
        (lambda whole: whole["options"][0].update(title="另一个项目"), "ballot 1"),
        (lambda whole: whole["rules"].update(blank="not_counted"), "ballot 1"),
        (lambda whole: whole["rules"].update(form="ranked"), ""),
        (lambda whole: whole["rules"].pop("seats"), ""),
        (lambda whole: whole["figures"].update(in_term="4"), ""),
        (lambda whole: whole["figures"].update(present=5), "not_voted"),
        (lambda whole: whole.update(figures=[]), ""),
        (lambda whole: whole.update(note="x"), "fields"),
        (lambda whole: whole.pop("tied"), ""),
        (lambda whole: whole.update(format="livelihood-round-record/2"), "format"),
    ],
)
def test_change_with_a_fresh_hash_is_found(change, says):
    whole = record_of(BALLOTS, options=3)
    change(whole)

    for problems in (verifier.verify(sealed(whole)), found_by_project(sealed(whole))):
        assert problems
        assert says in " ".join(problems)


SEED_ORDER = [3, 1, 2]
"""By the SHA-256 of "seed:3" (7413…), "seed:1" (81e4…) and "seed:2" (97c3…)."""


def test_programs_judge_alike_what_only_one_of_them_could_miss():
    """Each is sealed again, and where it can be counted it is; so nothing but the change itself can give it away."""
    over = {"most_approvals": 1, "form": "each"}
    drawn = {"option_order": "lot", "lot_seed": "seed"}
    cases: list[tuple[str, Callable[[record.Content], object], dict[str, Any]]] = [
        ("equal", lambda whole: None, {}),
        ("damaged", lambda whole: whole["ballots"][0].update(marks="yyz"), over),
        ("damaged", lambda whole: whole["ballots"][0].update(marks="yyyy"), over),
        ("damaged", lambda whole: whole["ballots"][0].update(marks="yyx"), {}),
        ("damaged", lambda whole: whole["options"][1].update(number=1), {}),
        ("damaged", lambda whole: whole.update(options=[]), {}),
        ("damaged", lambda whole: whole.update(options=[], totals=[], ballots=[], elected=[]), {}),
        ("damaged", lambda whole: whole["rules"].update(quorum_base="returned"), {}),
        ("damaged", lambda whole: whole["rules"].update(seats=0), {}),
        ("damaged", lambda whole: whole["rules"].update(seats=-1), {}),
        ("damaged", lambda whole: whole["rules"].update(seats=True), {}),
        ("damaged", lambda whole: whole["rules"].update(threshold_denominator=0), {}),
        ("damaged", lambda whole: whole["rules"].update(seats=10**9), {}),
        ("damaged", lambda whole: whole["figures"].update(in_term=-4), {}),
        ("damaged", lambda whole: whole["figures"].update(in_term=4.0), {}),
        ("damaged", lambda whole: whole["figures"].update(in_term=float("nan")), {}),
        ("damaged", lambda whole: whole["figures"].update(is_quorate=1), {}),
        ("damaged", lambda whole: whole["elected"].append(None), {}),
        ("damaged", lambda whole: whole.update(round={}), {}),
        ("damaged", lambda whole: whole["round"].update(title=[]), {}),
        ("equal", lambda whole: whole["options"].sort(key=lambda option: SEED_ORDER.index(option["number"])), drawn),
        ("different", lambda whole: None, drawn),
        ("different", lambda whole: whole["options"].reverse(), {}),
        ("different", lambda whole: whole["options"].reverse(), {"option_order": "rotated"}),
    ]
    for number, (answer, change, rules) in enumerate(cases):
        # All ballots say the same of all options, so their order changes no count.
        whole = record_of(["yyy", "nnn"], options=3, **rules)
        change(whole)
        assert answers(resealed(whole, counted=answer != "damaged")) == (answer, answer), number


@settings(max_examples=200, deadline=None)
@given(contents(), st.data())
def test_programs_judge_alike_whatever_is_done_to_a_record(uncounted, data):
    """One to three changes anywhere in a true record or its extract, sealed again so that all of it is looked at."""
    whole = counted_and_sealed(uncounted)
    if data.draw(st.integers(0, 4)) == 0:
        whole = record.extract(whole)
    whole = json.loads(record.canonical(whole))
    for _change in range(data.draw(st.integers(1, 3))):
        spoil(whole, data)

    alone, ours = answers(resealed(whole, counted=data.draw(st.booleans())))

    assert alone == ours


# As JSON, read anew for each draw: one list or object put into two records would be spoilt by the first for the second.
ODD = st.sampled_from([
    "null", "true", "false", "0", "1", "-1", f"{10**9}", f"{10**30}", "1.0", "0.5", '""', '"x"', '"lot"', '"returned"',
    '"yny"', "[]", "[1]", "{}", '{"a": 1}',
]).map(json.loads)  # fmt: skip


def spoil(whole: record.Content, data: st.DataObject) -> None:
    """Change one place: drop it, add beside it, put something else there, double it, or move it."""
    holder = data.draw(st.sampled_from([part for part in within(whole) if part] or [whole]))
    if not holder:
        return
    key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
    way = data.draw(st.sampled_from(["turn", "turn", "turn", "double", "move", "put", "drop", "add"]))
    if way == "drop":
        del holder[key]
    elif way == "add" and isinstance(holder, dict):
        holder["more"] = data.draw(ODD)
    elif isinstance(holder, list) and way == "double":
        holder.append(copy.deepcopy(holder[key]))
    elif isinstance(holder, list) and way == "move":
        holder.insert(0, holder.pop(key))
    elif way == "turn":
        holder[key] = turned(holder[key], data)
    else:
        holder[key] = data.draw(ODD)


def turned(value: Any, data: st.DataObject) -> Any:
    """Return another value of the same kind, which the shape of a file does not give away."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return max(0, value + data.draw(st.sampled_from([-1, 1, 2])))
    if isinstance(value, str):
        return value[::-1].translate(str.maketrans("yn", "ny"))
    return value[:-1] if isinstance(value, list) else value


def within(value: Any) -> list[Any]:
    """Return every object and list in a value, itself first."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [*([value] if isinstance(value, dict | list) else []), *(inner for part in parts for inner in within(part))]


@settings(deadline=None)
@given(st.binary(max_size=200) | st.recursive(
    ODD, lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from(
        ["format", "round", "rules", "options", "ballots", "figures", "hash"]), parts, max_size=4), max_leaves=12,
).map(record.canonical))  # fmt: skip
def test_no_file_makes_a_program_fail(data):
    assert answers(data) == ("damaged", "damaged")


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"null", b"[" * 100_000, b'"\xff"', b'"\\ud800"', b'{"format":[]}']
)
def test_what_is_no_record_is_refused(data):
    assert len(verifier.verify(data)) == 1
    assert len(found_by_project(data)) == 1


def test_file_saved_anew_is_refused():
    whole = record_of(BALLOTS, options=3)
    for data in (
        json.dumps(whole).encode(),
        record.canonical(whole) + b"\n",
        b"\xef\xbb\xbf" + record.canonical(whole),
    ):
        assert len(verifier.verify(data)) == 1
        assert len(found_by_project(data)) == 1


def test_over_vote_no_quorum_and_too_many_ballots_by_both():
    over = record_of(["yyy", "yyn", "yyn"], options=3, most_approvals=2)
    absent = record_of(["yyn", "yyn"], options=3, in_term=4)
    many = content(["yyn"] * 4, options=3)
    many["figures"]["issued"] = 3
    many = counted_and_sealed(many)

    assert (over["figures"]["invalid"], over["elected"]) == (1, [1, 2])
    assert (absent["figures"]["is_quorate"], absent["elected"], absent["figures"]["shortfall"]) == (False, [], 2)
    assert (many["figures"]["is_quorate"], many["elected"]) == (True, [])
    for whole in (over, absent, many):
        assert verifier.verify(record.canonical(whole)) == []


def test_extract_holds_neither_ballots_nor_totals_and_binds_the_record():
    whole = record_of(BALLOTS, options=3, on_paper=1, publishes_counts=False)
    extract = record.extract(whole)
    data = record.canonical(extract)

    assert set(extract) == {
        "format", "round", "rules", "options", "figures", "elected", "tied", "receipts", "record_hash", "hash",
    }  # fmt: skip
    assert extract["record_hash"] == whole["hash"]
    assert extract["receipts"] == ["0000-0000-0001", "0000-0000-0002", "0000-0000-0003"]
    assert b"marks" not in data
    assert b"approve" not in data
    assert verifier.verify(data) == found_by_project(data) == []
    for change in ({"receipts": extract["receipts"][:2]}, {"receipts": extract["receipts"][:2] * 2}, {"salt": "x"}):
        assert verifier.verify(sealed({**extract, **change}))
        assert found_by_project(sealed({**extract, **change}))
    for place, byte in enumerate(data):
        changed = data[:place] + bytes([byte ^ 1]) + data[place + 1 :]
        assert verifier.verify(changed)
        assert found_by_project(changed)


@pytest.fixture
def program(tmp_path):
    """The program alone in a folder, run by a Python that sees nothing of the project."""
    shutil.copy(verifier.__file__, tmp_path / "verifier.py")

    def run(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-I", "-S", "verifier.py", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=60)
        assert done.stderr == b""
        return done.returncode, done.stdout.decode()

    return run


def test_program_stands_alone_and_says_equal_or_what_differs(program, tmp_path):
    whole = record_of(BALLOTS, options=3)
    (tmp_path / "record.json").write_bytes(record.canonical(whole))
    (tmp_path / "extract.json").write_bytes(record.canonical(record.extract(whole)))
    (tmp_path / "changed.json").write_bytes(record.canonical({**whole, "elected": [3]}))
    rehearsal = content(BALLOTS, options=3)
    rehearsal["round"]["is_rehearsal"] = True
    (tmp_path / "rehearsal.json").write_bytes(record.canonical(counted_and_sealed(rehearsal)))
    grouped = " ".join(whole["hash"][place : place + 8] for place in range(0, 64, 8)).upper()

    assert program("record.json") == (
        0,
        f"民生实事项目票决\nHash: {whole['hash']}\n4 ballots counted; elected: [1, 2]; tied: []\nEQUAL\n",
    )
    assert program("record.json", grouped)[0] == 0
    assert program("record.json", *grouped.split())[0] == 0
    assert program("record.json", "0" * 64) == (
        1,
        f"The file adds up, but it is not the one of that hash. Its hash is {whole['hash']}\nDIFFERENT\n",
    )
    code, text = program("changed.json")
    assert code == 1
    assert text == (
        "The hash in the file does not fit the file.\nelected: the file says [3]; the ballots give [1, 2]\nDIFFERENT\n"
    )
    extract = (2, (
        f"民生实事项目票决\nHash of the record that is kept: {whole['hash']}\n"
        "WHOLE, BUT WITHOUT BALLOTS: the rules keep the counts back; nothing was counted\n"
    ))  # fmt: skip
    assert program("extract.json") == extract
    assert program("extract.json", grouped) == extract
    for wrong in ("0" * 64, record.extract(whole)["hash"]):
        code, text = program("extract.json", wrong)
        assert (code, text.splitlines()[-1]) == (1, "DIFFERENT")
        assert f"Its hash is {whole['hash']}" in text
    assert program("rehearsal.json")[1].startswith("THIS WAS A REHEARSAL, NOT A VOTE\n")
    assert program("missing.json")[0] == 1
    assert program() == (1, "Use: python3 verifier.py FILE [HASH]\n")


def test_program_uses_the_standard_library_alone():
    tree = ast.parse(Path(verifier.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {
        name.split(".")[0]
        for node in imports
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }

    assert names == {"collections", "hashlib", "json", "pathlib", "re", "sys", "typing"}
    assert names <= sys.stdlib_module_names
