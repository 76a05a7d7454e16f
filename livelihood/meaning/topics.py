"""The tree of livelihood matters, and which of them a text names."""

import csv
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("topics.csv")

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Topic:
    """One matter, under its aspect.

    petition: the class of the complaints office that such matters belong to; empty where they belong to several.
    words: what people call it, the name itself among them.
    """

    aspect: str
    name: str
    petition: str
    words: tuple[str, ...]


LETTER = re.compile(r"\w")


def has_letter(text: str) -> bool:
    """Say whether a text has a letter, a character or a digit: without any it is about nothing."""
    return LETTER.search(text) is not None


@cache
def topics() -> tuple[Topic, ...]:
    """Return all topics, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Topic(
                row["aspect"],
                row["topic"],
                row["petition"],
                tuple(dict.fromkeys([row["topic"], *row["words"].split()])),
            )
            for row in csv.DictReader(lines)
        )


@cache
def _topics_of_words() -> dict[str, list[int]]:
    """Return for each word of two characters and more the topics it speaks of."""
    found = defaultdict(list)
    for number, topic in enumerate(topics()):
        for word in topic.words:
            if len(word) > 1:
                found[word].append(number)
    return dict(found)


def profiles(texts: Sequence[str]) -> Matrix:
    """Return how much each text speaks of each topic: a row for each text, of length one, or zero if it names none.

    A word counts by its length, since long words are the plainer ones, and is shared by the topics that have it.
    """
    found: Matrix = np.zeros((len(texts), len(topics())), np.float32)
    for row, text in zip(found, texts, strict=True):
        for word, numbers in _topics_of_words().items():
            if word in text:
                row[numbers] += len(word) / len(numbers)
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), np.float32(1e-9))
