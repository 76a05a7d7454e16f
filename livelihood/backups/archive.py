"""A backup as it lies on a disk: a folder with two files that are encrypted, and one in plain that says what they are.

`database.age` is what pg_dump writes, `files.age` a tar; both for one key (age), whose other half is not on the machine
that makes backups. `manifest.json` holds no personal data, so that a copy can be checked where the key is not.
"""

import contextlib
import hashlib
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import pyrage

DATABASE, FILES, MANIFEST = "database.age", "files.age", "manifest.json"
FORMAT = 1


class BackupError(RuntimeError):
    """A backup cannot be made or used; the message says why, for the console."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is. journal: number and digest of the last seal in it. sha256: of each file, by its name."""

    made_at: datetime
    recipient: str
    journal: tuple[int, str] | None
    sha256: dict[str, str]

    def write(self, folder: Path) -> None:
        said = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        with os.fdopen(_new(folder / MANIFEST), "w", encoding="utf-8") as opened:
            opened.write(json.dumps(said, indent=1) + "\n")


def checked(folder: Path) -> Manifest:
    """Read what a backup says of itself, and see that its files are as they were written.

    :raises BackupError: it is no backup, one of another format, or a file is missing or another.
    """
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if said.pop("format") != FORMAT:
            raise BackupError(f"{folder} is a backup of another format than this version reads.")
        journal = tuple(said["journal"]) if said["journal"] else None
        manifest = Manifest(**{**said, "made_at": datetime.fromisoformat(said["made_at"]), "journal": journal})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{folder} holds no backup: {MANIFEST} is missing or cannot be read.") from error
    for name in (DATABASE, FILES):
        if not (folder / name).is_file() or digest_of(folder / name) != manifest.sha256.get(name):
            raise BackupError(f"{folder / name} is missing or not what was written.")
    return manifest


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _new(file: Path) -> int:
    """Begin a new file that its owner alone may read."""
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def encrypt(source: BinaryIO, file: Path, recipient: str) -> None:
    """Write what can be read from a source into a file that only the owner of the key can read."""
    with os.fdopen(_new(file), "wb") as target:
        pyrage.encrypt_io(source, target, [pyrage.x25519.Recipient.from_str(recipient)])
        target.flush()
        os.fsync(target.fileno())


@contextlib.contextmanager
def decrypted(file: Path, identity: str) -> Iterator[BinaryIO]:
    """Give what is in an encrypted file, which never lies on the disk in plain."""

    def write(target: BinaryIO) -> None:
        with file.open("rb") as source:
            pyrage.decrypt_io(source, target, [pyrage.x25519.Identity.from_str(identity)])

    with piped(write) as plain:
        yield plain


@contextlib.contextmanager
def piped(write: Callable[[BinaryIO], None]) -> Iterator[BinaryIO]:
    """Give what `write` writes while it writes it, in a thread; what it raises is raised at the end."""
    here, there = os.pipe()

    def fill() -> None:
        with os.fdopen(there, "wb") as target:
            write(target)

    with ThreadPoolExecutor(1) as pool:
        with os.fdopen(here, "rb") as source:
            filling = pool.submit(fill)
            yield source
            while source.read(1 << 16):  # what nobody wanted, or the writer would not come to its end
                pass
        filling.result()


@contextlib.contextmanager
def packed(folder: Path) -> Iterator[BinaryIO]:
    """Give the files of a folder as a tar; where there is no folder yet, one without files."""

    def write(target: BinaryIO) -> None:
        with tarfile.open(fileobj=target, mode="w|") as tar:
            if folder.exists():
                tar.add(folder, arcname=".")

    with piped(write) as source:
        yield source


def unpack(source: BinaryIO, folder: Path) -> None:
    """Lay the files of a tar into a folder and nowhere else."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=source, mode="r|") as tar:
        tar.extractall(folder, filter="data")


def new_key(file: Path) -> str:
    """Draw a key into a new file, for its owner's eyes alone, and return the half that makes backups."""
    identity = pyrage.x25519.Identity.generate()
    with os.fdopen(_new(file), "w") as opened:
        opened.write(f"{identity}\n")
    return str(identity.to_public())


def key_in(file: Path, manifest: Manifest) -> str:
    """Return the key in a file, as `backup --new-key` or age-keygen has written it.

    :raises BackupError: there is none, or it is not the one that the backup was made for.
    """
    for line in file.read_text(encoding="utf-8").split():
        with contextlib.suppress(pyrage.IdentityError):
            if str(pyrage.x25519.Identity.from_str(line).to_public()) == manifest.recipient:
                return line
    raise BackupError(f"{file} does not hold the key of this backup, whose other half is {manifest.recipient}.")
