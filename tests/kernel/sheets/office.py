"""Reads files of tests, and says of the reading what tests compare."""

import io
from typing import Any

import pytest

from livelihood.kernel.sheets.declaration import kinds, written
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.kernel.sheets.results import Reading
from livelihood.kernel.uploads import FileRefused


def read(file: Any, kind: str = "sites", **options: Any) -> Reading:
    if isinstance(file, str):
        file = io.BytesIO(file.encode())
    return read_sheet(file, kinds()[kind], **options)


def values(reading: Reading) -> dict[int, dict[str, str]]:
    return {row.number: {name: written(value) for name, value in row.values.items()} for row in reading.rows}


def left_out(reading: Reading) -> list[tuple[int, str]]:
    return [(one.row, one.why.value) for one in reading.left_out]


def notes(reading: Reading) -> list[tuple[int, str, str]]:
    return [(note.row, note.what.value, note.field) for note in reading.notes]


def errors(reading: Reading) -> list[tuple[int, str, str]]:
    return [(error.row, error.field, str(error.problem)) for error in reading.errors]


def refusal(file: Any, **options: Any) -> str:
    with pytest.raises(FileRefused) as caught:
        read(file, **options)
    return str(caught.value)
