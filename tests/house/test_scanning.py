"""Files from outside are shown to a scanner: something of its protocol, and clamd itself where it is installed."""

import ast
import io
import socketserver
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings as portal
from django.core.files.uploadedfile import SimpleUploadedFile

from livelihood.imports.models import Import
from livelihood.kernel.keeping import kept_document
from livelihood.kernel.scanning import NONE, PIECE, ScannerAway, require_harmless
from livelihood.kernel.uploads import FileRefused
from tests.clamd import EICAR, Scanner
from tests.house.addresses import address
from tests.house.world import World


class Speaker(socketserver.StreamRequestHandler):
    """Answers as clamd does; what it answers and how long the pieces were, the server knows."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while (length := struct.unpack("!L", self.rfile.read(4))[0]) != 0:
            assert length <= PIECE
            content += self.rfile.read(length)
        found = "stream: Test.Eicar FOUND" if EICAR in content else "stream: OK"
        said = self.server.says  # type: ignore[attr-defined]
        self.wfile.write((said if said is not None else found + "\0").encode())


@pytest.fixture
def speaker(settings: Any) -> Iterator[socketserver.ThreadingTCPServer]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Speaker) as server:
        server.says = None  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.SCANNER = server.server_address
        yield server
        server.shutdown()


@pytest.mark.parametrize("before", [0, 1, PIECE - 10, PIECE, 3 * PIECE + 7])
def test_what_the_scanner_finds_is_refused_wherever_it_stands(speaker: Any, before: int):
    file = io.BytesIO(b"a" * before + EICAR + b"b" * before)

    with pytest.raises(FileRefused, match="恶意代码"):
        require_harmless(file)


@pytest.mark.parametrize("size", [0, 1, PIECE, 2 * PIECE + 1])
def test_a_harmless_file_is_left_at_its_beginning(speaker: Any, size: int):
    file = io.BytesIO(b"a" * size)

    require_harmless(file)

    assert file.tell() == 0


@pytest.mark.parametrize("said", ["", "stream: ", "INSTREAM size limit exceeded. ERROR\0", "\xff\0", "x" * 10_000])
def test_without_a_finding_nothing_is_taken(speaker: Any, said: str, caplog: pytest.LogCaptureFixture):
    speaker.says = said

    with pytest.raises(ScannerAway) as refusal:
        require_harmless(io.BytesIO(b"harmless"))

    assert (refusal.value.status, refusal.value.seconds) == (503, 60)
    assert [line.name for line in caplog.records] == ["livelihood.scanning"]


@pytest.mark.parametrize("place", [("127.0.0.1", 1), ("nowhere.invalid", 3310)])
def test_a_scanner_that_is_away_lets_nothing_in(place: tuple[str, int], settings: Any):
    settings.SCANNER = place

    with pytest.raises(ScannerAway):
        kept_document(io.BytesIO(b"%PDF-1.7"), "决定.pdf")


def test_without_a_scanner_nothing_is_asked():
    assert portal.SCANNER == NONE
    require_harmless(io.BytesIO(EICAR))


def test_a_sheet_that_it_finds_is_refused_at_the_page(speaker: Any, world: World, visitors: dict[str, Any]):
    kept = Import.objects.count()
    page = address(world, "imports:of_year")
    sheets = {"坏": EICAR, "好": b""}

    answers = [
        visitors["livelihood_office"].post(
            page, {"what": "sites:", "file": SimpleUploadedFile(f"{name}.csv", "名称\n".encode() + more)}
        )
        for name, more in sheets.items()
    ]

    assert [answer.status_code for answer in answers] == [422, 302]
    assert "扫描程序在此文件中发现恶意代码" in answers[0].content.decode()
    assert Import.objects.count() == kept + 1


def test_whatever_keeps_or_opens_a_file_has_it_scanned():
    """Besides the reader of sheets, which opens again what was taken in before."""
    calls: dict[str, set[str]] = {}
    names = subprocess.run(["git", "ls-files", "*.py"], capture_output=True, text=True, check=True).stdout.split()
    for name in names:
        if not name.startswith("tests/"):
            tree = ast.parse((Path(portal.BASE_DIR) / name).read_text(encoding="utf-8"))
            called = {getattr(node.func, "id", "") for node in ast.walk(tree) if isinstance(node, ast.Call)}
            if found := called & {"check_file", "require_harmless"}:
                calls[name] = found

    both = {"check_file", "require_harmless"}
    assert calls == {
        "livelihood/imports/services/receiving.py": both,
        "livelihood/imprint/pictures.py": both,
        "livelihood/kernel/keeping.py": both,
        "livelihood/kernel/sheets/files.py": {"check_file"},
    }


@pytest.mark.slow
@pytest.mark.clamd
@pytest.mark.tries("SCANNER")
def test_clamd_itself(tmp_path: Path, settings: Any):
    scanner = Scanner(tmp_path)
    settings.SCANNER = scanner.address
    try:
        require_harmless(io.BytesIO(b"harmless" * PIECE))
        with pytest.raises(FileRefused):
            require_harmless(io.BytesIO(b"a" * PIECE + EICAR))
        with pytest.raises(ScannerAway):
            require_harmless(io.BytesIO(b"a" * (2 << 20)))
    finally:
        scanner.stop()
