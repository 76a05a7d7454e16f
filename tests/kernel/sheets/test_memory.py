"""The largest files of their kinds are read, or refused, in less memory than a worker has."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from livelihood.kernel.sheets.limits import LIMITS
from tests.bench.work import Work, run
from tests.kernel.sheets.books import xls

MOST = 400
"""Megabytes of a process that reads a sheet. Source: docs/sheets.md."""

ROWS = 99_989
HEAD = ["点位编号", "点位名称", "所属区县", "计划数量", "完成时限", "经度", "纬度"]
MORE = ["建设标准", "责任单位", "地址", "项目名称", "指标"]


def full(number: int) -> Sequence[Any]:
    return [
        f"XS-{number:02d}", f"滨海路{number}号公厕", "330225", 1, "2027-10-31", 121.5 + number / 1e6, 29.5,
        "女厕位与男厕位之比不低于1.5:1", "象山县住房和城乡建设局", f"滨海路{number}号", "公厕提升改造", "提升改造公厕",
    ]  # fmt: skip


def noted(number: int) -> Sequence[Any]:
    """Return a row of which five cells are read otherwise than they are written."""
    return [f"k{number}", f"n{number}", "330225丹城", "1座", "2027年10月", "E121.5", "N29.5"]


def written(path: Path, head: list[str], row) -> Path:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, head)
        for number in range(1, ROWS + 1):
            sheet.write_row(number, 0, row(number))
    return path


def checked(path: Path) -> tuple[Work, int, int]:
    """Read a file in a process of its own; return what it took, the rows that were read, and what was noted."""
    into = path.with_suffix(".json")
    work = run("check_sheet", "sites", path, into)
    with into.open(encoding="utf-8") as answer:
        lines = list(answer)
    return work, sum('"values"' in line for line in lines), sum('"read_as"' in line for line in lines)


@pytest.mark.slow
def test_a_hundred_thousand_full_rows(tmp_path):
    work, rows, _notes = checked(written(tmp_path / "full.xlsx", [*HEAD, *MORE], full))

    assert (work.result, rows) == ("", ROWS)
    assert work.peak_mb < MOST


@pytest.mark.slow
def test_half_a_million_cells_that_are_read_otherwise_than_they_are_written(tmp_path):
    work, rows, notes = checked(written(tmp_path / "noted.xlsx", HEAD, noted))

    assert (work.result, rows, notes) == ("", ROWS, ROWS)
    assert work.peak_mb < MOST


def texts(count: int) -> list[bytes]:
    """Return the records of so many shared texts, each of them empty, and as many as fit into a record."""
    at_once = 2_700
    records = [b"\0\0\0" * min(at_once, count - first) for first in range(0, count, at_once)]
    return [struct.pack("<II", count, count) + records[0], *records[1:]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "refusal"),
    [(LIMITS.texts, ""), (2 * LIMITS.texts, "工作簿中不同的文字超过1000000条，请拆分为几个文件。")],
)
def test_an_old_workbook_of_more_texts_than_cells(tmp_path, count, refusal):
    rows: list[Sequence[Any]] = [HEAD, full(1)[: len(HEAD)]]
    path = tmp_path / "texts.xls"
    path.write_bytes(xls(rows, texts=texts(count)).getvalue())

    work, read, _notes = checked(path)

    assert (work.result, read) == (refusal, 0 if refusal else 1)
    assert work.peak_mb < MOST
