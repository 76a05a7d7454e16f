"""The catalogues of translations: read from the code, completed by people, compiled; without GNU gettext.

A catalogue holds one entry per text, sorted, without line numbers or dates, so that two people who add texts
at the same time seldom touch the same lines.
"""

import fcntl
import io
import os
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import polib
from django.utils.translation.template import templatize

from livelihood.kernel.files import replacing

KEYWORDS: Mapping[str, Any] = {
    name + suffix: places
    for name, places in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for suffix in ("", "_lazy")
} | {"_": None, "gettext_noop": None}
TEMPLATE_SUFFIXES = {".html", ".txt", ".xml", ".svg"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
HAN = re.compile(r"[\u3400-\u9fff]")
PLURAL_FORMS = {"zh_Hans": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}


class Text(NamedTuple):
    """One text of the source, as gettext knows it."""

    msgid: str
    context: str | None = None
    plural: str | None = None


class UnreadableSource(Exception):
    """A source file whose texts cannot be read, because it is not valid Python or not a valid template."""


def source_files(root: Path) -> Iterator[Path]:
    """Yield every Python file and template of the project: its packages (tests apart) and ``templates``."""
    packages = [path.parent for path in root.glob("*/__init__.py") if path.parent.name != "tests"]
    for folder in sorted([*packages, root / "templates"]):
        for path in sorted(folder.rglob("*")):
            if path.suffix == ".py" or path.suffix in TEMPLATE_SUFFIXES:
                yield path


def texts_in(path: Path) -> Iterator[Text]:
    """Yield every marked text of one file, in order.

    :raises UnreadableSource: the file is not valid Python or not a valid template.
    """
    from babel.messages.extract import extract  # noqa: PLC0415 -- a developer's tool; compiling must run without it

    try:
        source = path.read_text(encoding="utf-8")
        if path.suffix in TEMPLATE_SUFFIXES:
            # templatize keeps the indentation of the template, which means nothing and would not pass as Python.
            source = "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            msgid, plural = message if isinstance(message, tuple) else (message, None)
            if msgid:
                yield Text(msgid, context, plural)
    except (SyntaxError, ValueError, tokenize.TokenError) as error:
        raise UnreadableSource(f"{path}: {error}") from error


def texts_of(root: Path, under: Iterable[str] = ()) -> list[Text]:
    """Return every text of the project once, sorted; a text used with and without plural is kept with its plural.

    under: paths below root; when given, only the texts of the files at or below them.
    """
    folders = [root / name for name in under]
    found: dict[tuple[str, str | None], Text] = {}
    for path in source_files(root):
        if folders and not any(path.is_relative_to(folder) for folder in folders):
            continue
        for text in texts_in(path):
            if text.plural or text[:2] not in found:
                found[text[:2]] = text
    return [found[key] for key in sorted(found, key=lambda key: (key[0], key[1] or ""))]


def text_of(entry: polib.POEntry) -> Text:
    return Text(entry.msgid, entry.msgctxt, entry.msgid_plural or None)


def read_catalogue(path: Path) -> polib.POFile:
    """Return the catalogue at path, or a new one when there is none yet."""
    catalogue = polib.pofile(str(path), encoding="utf-8") if path.exists() else polib.POFile()
    locale = path.parent.parent.name
    catalogue.wrapwidth = 0
    catalogue.metadata = {
        "Language": locale,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS[locale],
    }
    return catalogue


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep others out of the catalogue at path; they wait. The lock lies on its folder, so no lock file is left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def merged(catalogue: polib.POFile, texts: Iterable[Text]) -> polib.POFile:
    """Return the catalogue for these texts: translations it had are kept, entries no longer in the source are gone."""
    known = {text_of(entry): entry for entry in catalogue if not entry.obsolete}
    fresh = polib.POFile(wrapwidth=0)
    fresh.metadata = catalogue.metadata
    for text in texts:
        entry = polib.POEntry(msgid=text.msgid, msgctxt=text.context, msgid_plural=text.plural or "")
        if old := known.get(text):
            entry.msgstr, entry.msgstr_plural, entry.flags = old.msgstr, old.msgstr_plural, old.flags
        elif text.plural:
            entry.msgstr_plural = {0: ""}
        fresh.append(entry)
    return fresh


def save(catalogue: polib.POFile, path: Path) -> None:
    with replacing(path) as beside:
        beside.write_bytes(f"{catalogue}\n".encode())


def update(path: Path, root: Path) -> polib.POFile:
    """Bring the catalogue at path up to date with the source and return it."""
    with locked(path):
        catalogue = merged(read_catalogue(path), texts_of(root))
        save(catalogue, path)
    return catalogue


def translations_of(entry: polib.POEntry) -> list[str]:
    if entry.msgid_plural:
        return [entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)]
    return [entry.msgstr]


def entry_problem(entry: polib.POEntry) -> str | None:
    """Say what is wrong with one translation, or None."""
    translations = translations_of(entry)
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    if not translations or not all(translations):
        return "not translated"
    if entry.fuzzy:
        return "fuzzy"
    for translation in translations:
        if set(PLACEHOLDER.findall(translation)) != wanted:
            return f"placeholders differ in {translation!r}"
    return None


def problems(path: Path, root: Path) -> list[str]:
    """List everything that keeps the catalogue at path from being complete and true, in words."""
    texts = set(texts_of(root))
    catalogue = read_catalogue(path)
    held = {text_of(entry) for entry in catalogue if not entry.obsolete}
    found = [f"not in the source: {text.msgid!r}" for text in sorted(held - texts, key=str)]
    found += [f"not in the catalogue: {text.msgid!r}" for text in sorted(texts - held, key=str)]
    found += [f"source is not English: {text.msgid!r}" for text in sorted(texts, key=str) if HAN.search(text.msgid)]
    for entry in catalogue:
        if not entry.obsolete and (problem := entry_problem(entry)):
            found.append(f"{problem}: {entry.msgid!r}")
    return found


def fill(path: Path, root: Path, translations: Mapping[str, str | list[str]]) -> list[str]:
    """Set translations, after an update; return what could not be set and why.

    translations: msgid (``context|msgid`` where there is a context) → translation, or one per plural form.
    """
    refused = []
    with locked(path):
        catalogue = merged(read_catalogue(path), texts_of(root))
        entries = {f"{entry.msgctxt}|{entry.msgid}" if entry.msgctxt else entry.msgid: entry for entry in catalogue}
        for msgid, translation in translations.items():
            entry = entries.get(msgid)
            if entry is None:
                refused.append(f"not in the source: {msgid!r}")
                continue
            before = entry.msgstr, entry.msgstr_plural, entry.flags
            forms = [translation] if isinstance(translation, str) else translation
            if entry.msgid_plural:
                entry.msgstr_plural = dict(enumerate(forms))
            else:
                entry.msgstr = forms[0]
            entry.flags = []
            if problem := entry_problem(entry):
                refused.append(f"{problem}: {msgid!r}")
                entry.msgstr, entry.msgstr_plural, entry.flags = before
        save(catalogue, path)
    return refused


def untranslated(path: Path, root: Path, under: Iterable[str] = ()) -> dict[str, str | list[str]]:
    """Return the texts still without a translation, as a form to be filled in; under: see texts_of."""
    wanted = set(texts_of(root, under))
    catalogue = merged(read_catalogue(path), texts_of(root))
    return {
        f"{entry.msgctxt}|{entry.msgid}" if entry.msgctxt else entry.msgid: [""] if entry.msgid_plural else ""
        for entry in catalogue
        if text_of(entry) in wanted and not all(translations_of(entry))
    }


def compile_all(locale_folder: Path) -> list[Path]:
    """Write the compiled form beside every catalogue; return the files written."""
    written = []
    for path in sorted(locale_folder.glob("*/LC_MESSAGES/*.po")):
        target = path.with_suffix(".mo")
        with replacing(target) as beside:
            beside.write_bytes(polib.pofile(str(path), encoding="utf-8").to_binary())
        written.append(target)
    return written
