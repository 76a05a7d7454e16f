"""What a reply says once its courtesies are taken away, and whether that is an answer to what was asked.

Plain Python: texts in, faults out. What counts as a courtesy, and which words say nothing of any matter, is data
(`data/`), read once by a process.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import rjieba

from livelihood.kernel.folding import fold_characters
from livelihood.kernel.simplified import simplify
from proposals.states import ReplyFault

DATA = Path(__file__).parent / "data"
LEAST_SAID = 15
"""Characters that a reply has beside courtesies, at least; with fewer it says neither what is done nor why not.

Source: docs/sources.md (reply-guard).
"""
BARE_BELOW = 5
"""With fewer, what is filled in left out, there is nothing at all beside courtesies."""
MOST_ALIKE = 3
"""So many suggestions of other needs may be answered by the same words."""

NO_WORDS = re.compile(r"[\W_]+")
DAY = re.compile(r"\d{2,4}年\d{1,2}月\d{1,2}[日号]?")


def plain(text: str) -> str:
    """Return a text as it is compared: simplified, of one width and case, letters and digits alone."""
    return NO_WORDS.sub("", simplify(fold_characters(text)[0]).casefold())


def own_words(text: str, given: Iterable[str] = ()) -> str:
    """Return what is left of a reply without what a template fills in, without days and without courtesies.

    given: number and title of the suggestion, titles of its needs, and who answers.
    """
    left = plain(text)
    for filled in sorted({plain(one) for one in given} - {""}, key=len, reverse=True):
        left = left.replace(filled, "")
    return _courtesies().sub("", DAY.sub("", left))


def text_key(text: str, given: Iterable[str] = ()) -> str:
    """Return what all replies share that say the same: SHA-256 of their own words, in hexadecimal."""
    return hashlib.sha256(own_words(text, given).encode()).hexdigest()


def names_one_of(text: str, matters: Iterable[str]) -> bool:
    """Say whether a reply has a word in common with what was asked; where that has no word to go by, it has."""
    asked = {word for matter in matters for word in words_of(matter)}
    return not asked or not asked.isdisjoint(words_of(text))


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text that say what it is about, the parts of compounds too."""
    found = rjieba.cut_all(simplify(fold_characters(text)[0]).casefold())
    return frozenset(word for word in found if len(word) > 1 and not word.isdigit()) - _general()


def faults(text: str, *, given: Sequence[str], matters: Sequence[str], alike: int) -> list[ReplyFault]:
    """Return why a reply is none, the gravest first.

    given: as in `own_words`. matters: texts of the suggestion and titles of its needs. alike: replies of the year with
    the same key to suggestions that stand behind no need of this one.
    """
    if len(own_words(text, given)) < BARE_BELOW:
        return [ReplyFault.BARE]
    found = [ReplyFault.SHORT] if len(own_words(text)) < LEAST_SAID else []
    if alike >= MOST_ALIKE:
        found.append(ReplyFault.ALIKE)
    if not names_one_of(text, matters):
        found.append(ReplyFault.BESIDE)
    return found


@cache
def _courtesies() -> re.Pattern[str]:
    # The longest first, so that no part of one is taken for another.
    return re.compile("|".join(sorted(_lines("courtesies.txt"), key=len, reverse=True)))


@cache
def _general() -> frozenset[str]:
    return frozenset(word for line in _lines("general-words.txt") for word in line.split())


def _lines(name: str) -> list[str]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
