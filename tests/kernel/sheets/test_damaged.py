"""Files that are damaged, or made to do damage, are read or refused; nothing else comes of them."""

import io
import zipfile
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livelihood.kernel.sheets.declaration import kinds
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.kernel.uploads import FileRefused
from tests.kernel.sheets.books import HEAD, ods, ods_row, site, xls, xlsx_rows

ROWS = [HEAD, site(1), site(2, standard=""), site(3)]
TOKENS = [
    b'"', b"<", b">", b"/", b"1048576", b"99999999999", b"-1", b"A1", b"ZZZ999", b't="s"', b't="e"', b"<v>", b"</v>",
    b"&#x0;", b"NaN", b"\xff", b"\0", b"", b'ref="A1:XFD1048576"', b"encoding='x'", b"<!DOCTYPE x>",
]  # fmt: skip
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(TOKENS) | st.binary(max_size=9)),
    min_size=1,
    max_size=9,
)


@cache
def whole(kind: str) -> bytes:
    table = f'<table:table table:name="表">{"".join(map(ods_row, ROWS))}</table:table>'
    files = {
        "xlsx": lambda: xlsx_rows(ROWS, [(2, 5, 3, 5)]),
        "xls": lambda: xls(ROWS, hidden_rows={1}, merges=[(2, 5, 3, 5)]),
        "ods": lambda: ods(table),
        "csv": lambda: io.BytesIO("\n".join(",".join(map(str, row)) for row in ROWS).encode("gb18030")),
    }
    return files[kind]().getvalue()


def changed(content: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for part, length, token in changes:
        at = int(part * len(content))
        content = content[:at] + token + content[at + length :]
    return content


def is_read_or_refused(content: bytes) -> bool:
    try:
        read_sheet(io.BytesIO(content), kinds()["sites"])
    except FileRefused as refusal:
        return bool(str(refusal))
    return True


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv"])
@settings(max_examples=150)
@given(changes=CHANGES)
def test_a_file_with_changed_bytes_is_read_or_refused(kind, changes):
    assert is_read_or_refused(changed(whole(kind), changes))


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@settings(max_examples=150)
@given(changes=CHANGES, data=st.data())
def test_an_archive_with_a_changed_member_is_read_or_refused(kind, changes, data):
    with zipfile.ZipFile(io.BytesIO(whole(kind))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(members)))
    members[name] = changed(members[name], changes)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for each, content in members.items():
            archive.writestr(each, content)

    assert is_read_or_refused(file.getvalue())
