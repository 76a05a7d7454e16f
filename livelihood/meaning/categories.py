"""A category proposed for a text, learnt from texts that have one.

Four views of a text are laid side by side and a linear machine is trained on them: its words, its characters alone and
in pairs, what it means, and what its first sentence means, which mostly names the matter. Where a category bears the
name of an aspect, a topic or a class of the complaints office, the words of these topics are texts of it as well: so
that a few texts are enough to begin. docs/adr/0061-proposals-by-machine.md has what was tried.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import rjieba
from django.utils.translation import gettext_lazy as _
from scipy.sparse import csr_matrix, hstack
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from livelihood.kernel.errors import InvalidInput
from livelihood.meaning.topics import Matrix, has_letter, topics
from livelihood.meaning.vectors import vectors

LONGEST = 2_000
"""Characters of a text whose words and characters are read."""

LONGEST_SENTENCE = 60
"""Characters of the first sentence that are read."""

SENTENCE_END = re.compile(r"[。！？!?\n]")

FEWEST = 2
"""Categories, and texts of each, without which there is nothing to tell apart."""

FOLDS = 5
"""Parts of the texts that are set aside in turn, to learn how sure the machine may be."""


@dataclass(frozen=True)
class Proposal:
    """A category for a text.

    certainty: how sure the machine is, above 0 up to 1; of ten proposals at 0.8, eight are right.
    """

    category: str
    certainty: float


class NothingToLearn(InvalidInput):
    """There are not two categories with a text each to tell apart."""

    code = "nothing_to_learn"
    message = _("At least two categories are needed, with two texts each.")


class Classifier:
    """What was learnt from texts that have a category.

    A category with a single text is none yet. Texts without any letter teach nothing, and get the category that is most
    frequent, with its share as certainty.
    """

    def __init__(self, texts: Sequence[str], categories: Sequence[str]) -> None:
        """Learn from texts and the category of each.

        :raises NothingToLearn: there are not two categories with two texts each.
        """
        known = [(text, category) for text, category in zip(texts, categories, strict=True) if has_letter(text)]
        counts = Counter(category for _text, category in known)
        enough = {category for category, count in counts.items() if count >= FEWEST}
        if len(enough) < FEWEST:
            raise NothingToLearn
        self._most, most = counts.most_common(1)[0]
        self._share = most / len(known)
        known = [(text, category) for text, category in known if category in enough]
        examples = _topics_of(enough)
        learnt, labels = zip(*known, *examples, strict=True)
        self._words = TfidfVectorizer(analyzer=_words, sublinear_tf=True)
        self._characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        for view in (self._words, self._characters):
            view.fit(_shortened(learnt))
        meaning = _meaning(learnt)
        self._middle = meaning[: len(known)].mean(axis=0)
        self._machine = CalibratedClassifierCV(
            LinearSVC(C=0.5, class_weight="balanced", random_state=0),
            method="temperature",
            ensemble=False,
            cv=min(FOLDS, *Counter(labels).values()),
        ).fit(self._views(learnt, meaning), labels)

    def propose(self, texts: Sequence[str]) -> list[Proposal]:
        """Return a category for each text, in their order."""
        shares = self._machine.predict_proba(self._views(texts, _meaning(texts))) if texts else []
        names = self._machine.classes_
        return [
            Proposal(str(names[share.argmax()]), float(share.max()))
            if has_letter(text)
            else Proposal(self._most, self._share)
            for text, share in zip(texts, shares, strict=True)
        ]

    def _views(self, texts: Sequence[str], meaning: Matrix) -> csr_matrix:
        """Return the four views of each text side by side; meaning is told from that of the middle of all texts."""
        away = meaning - self._middle
        away /= np.maximum(np.linalg.norm(away, axis=2, keepdims=True), 1e-9)
        views = [view.transform(_shortened(texts)) for view in (self._words, self._characters)]
        return csr_matrix(hstack([*views, csr_matrix(away.reshape(len(texts), -1))]))


def _meaning(texts: Sequence[str]) -> Matrix:
    """Return for each text what it means, and what its first sentence means."""
    firsts = [SENTENCE_END.split(text.lstrip(), 1)[0][:LONGEST_SENTENCE] or text for text in texts]
    return np.stack([vectors(texts), vectors(firsts)], axis=1)


def _shortened(texts: Sequence[str]) -> list[str]:
    return [text[:LONGEST] for text in texts]


def _words(text: str) -> list[str]:
    """Return the words of a text that have two characters and more."""
    return [word for word in rjieba.cut(text) if len(word) > 1]


def _topics_of(categories: set[str]) -> list[tuple[str, str]]:
    """Return the words of each topic that belongs to one of these categories by its name, with that category."""
    return [
        (" ".join(topic.words), category)
        for topic in topics()
        for category in (topic.name, topic.petition, topic.aspect)
        if category in categories
    ]
