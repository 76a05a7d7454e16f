"""Groups and categories from the shell, for any table in CSV: read as offices write it, written whole or not at all."""

import csv
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROWS = [
    ["id", "text", "label"],
    ["a", "希望多开几条公交线路", "交通"],
    ["b", "小学学位不够", "教育"],
    ["c", "公交线路太少", "交通"],
    ["d", "新建小学，增加学位", "教育"],
]


def table(path: Path, rows: list[list[str]], encoding: str = "utf-8") -> Path:
    """Write a table."""
    with path.open("w", encoding=encoding, newline="") as lines:
        csv.writer(lines).writerows(rows)
    return path


def read(path: Path) -> list[dict[str, str]]:
    """Read a table."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_groups_are_one_more_column(tmp_path: Path, encoding: str) -> None:
    source = table(tmp_path / "in.csv", ROWS, encoding)
    call_command("group_suggestions", "--input", source, "--text", "text", "--output", tmp_path / "out.csv")
    rows = read(tmp_path / "out.csv")
    assert [list(row.values())[:3] for row in rows] == ROWS[1:]
    assert [row["group"] for row in rows] == ["1", "2", "1", "2"]


def test_categories_come_with_id_and_certainty(tmp_path: Path) -> None:
    train = table(tmp_path / "train.csv", ROWS)
    predict = table(tmp_path / "predict.csv", [["id", "text"], ["x", "公交车班次少"], ["y", "孩子上小学难"], ["x", ""]])
    output = tmp_path / "out.csv"
    arguments = ["--train", train, "--predict", predict, "--text", "text", "--label", "label", "--output", output]
    call_command("propose_category", *arguments)
    rows = read(output)
    assert list(rows[0]) == ["id", "category", "certainty"]
    assert [(row["id"], row["category"]) for row in rows] == [("x", "交通"), ("y", "教育"), ("x", "交通")]
    assert all(0 < float(row["certainty"]) <= 1 for row in rows)
    # Without an id, the number of the row.
    table(predict, [["text"], ["公交车班次少"]])
    call_command("propose_category", *arguments)
    assert [row["id"] for row in read(output)] == ["1"]


def test_a_text_may_stand_in_two_columns(tmp_path: Path) -> None:
    source = table(tmp_path / "in.csv", [["title", "body"], ["公交", "线路太少"], ["", "多开公交线路"]])
    output = tmp_path / "out.csv"
    call_command("group_suggestions", "--input", source, "--text", "title", "--text", "body", "--output", output)
    assert [row["group"] for row in read(output)] == ["1", "1"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"", "no headings"),
        (b"id,note\n1,a\n", "no column 'text'; it has: id, note"),
        (b"text,text\n1,a\n", "two columns of one name"),
        (b"text,group\na,1\n", "has a column 'group' already"),
        (b"text\na,b\n", "line 2: more cells than headings"),
        (b"\xff\xff", "neither UTF-8 nor GB 18030"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_written(tmp_path: Path, content: bytes | None, said: str) -> None:
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    output.write_text("kept")
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        call_command("group_suggestions", "--input", source, "--text", "text", "--output", output)
    assert output.read_text() == "kept"
    assert {path.name for path in tmp_path.iterdir()} <= {"in.csv", "out.csv"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([ROWS[0][:2], ["a", "公交"]], "no column 'label'"),
        ([ROWS[0], ["a", "公交", ""]], "no row with a category"),
        (ROWS[:3], "At least two categories"),
    ],
)
def test_nothing_to_learn_from_is_said(tmp_path: Path, rows: list[list[str]], said: str) -> None:
    train, predict = table(tmp_path / "train.csv", rows), table(tmp_path / "predict.csv", ROWS)
    with pytest.raises(CommandError, match=said):
        call_command(
            "propose_category", "--train", train, "--predict", predict, "--text", "text", "--label", "label",
            "--output", tmp_path / "out.csv",
        )  # fmt: skip
    assert not (tmp_path / "out.csv").exists()


def test_an_output_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    source = table(tmp_path / "in.csv", ROWS)
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("group_suggestions", "--input", source, "--text", "text", "--output", tmp_path / "no" / "out.csv")
    with pytest.raises(CommandError, match="a number above 0, up to 1"):
        call_command(
            "group_suggestions", "--input", source, "--text", "text", "--output", tmp_path / "o.csv", "--likeness", "2"
        )
