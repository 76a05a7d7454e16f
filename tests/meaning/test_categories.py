"""A category is proposed as officials gave it, with how certain that is."""

import csv
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from sklearn.model_selection import StratifiedKFold

from livelihood.meaning import categories
from livelihood.meaning.categories import Classifier, NothingToLearn
from livelihood.meaning.topics import Matrix
from livelihood.meaning.vectors import vectors
from tests.meaning.judging import macro_f1

REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "citizen-messages" / "labelled_250.csv"


@pytest.mark.skipif(not REAL.is_file(), reason="classified messages are kept beside the project: ../shared/data")
def test_unseen_messages_get_the_category_of_an_official(monkeypatch: pytest.MonkeyPatch) -> None:
    with REAL.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    texts = np.array([f"{row['title']}\n{row['body']}" for row in rows])
    right = np.array([row["category"] for row in rows])
    known: dict[str, Matrix] = {}
    monkeypatch.setattr(categories, "vectors", lambda asked: np.array([vector_of(text, known) for text in asked]))
    found, certain = np.empty(len(right), object), np.empty(len(right))
    for learnt, unseen in StratifiedKFold(10, shuffle=True, random_state=0).split(texts, right):
        proposals = Classifier(list(texts[learnt]), list(right[learnt])).propose(list(texts[unseen]))
        found[unseen] = [proposal.category for proposal in proposals]
        certain[unseen] = [proposal.certainty for proposal in proposals]
    assert macro_f1(list(found), list(right)) >= 0.85
    hits = found == right
    # Certainty means what it says: as many are right as it promises, and who is surer is right more often.
    assert abs(certain.mean() - hits.mean()) < 0.06
    surer = certain >= np.median(certain)
    assert hits[surer].mean() > hits[~surer].mean() + 0.1


def vector_of(text: str, known: dict[str, Matrix]) -> Matrix:
    """Return what a text means, reading it once however many folds it stands in."""
    if text not in known:
        [known[text]] = vectors([text])
    return known[text]


TEXTS = ["希望多开几条公交线路", "公交末班车太早", "小学学位不够", "孩子入园排不上队"]
LABELS = ["交通", "交通", "教育", "教育"]


def test_four_texts_are_enough_to_begin_with_the_words_of_the_topics() -> None:
    proposals = Classifier(TEXTS, LABELS).propose(["红绿灯时间太短，老人过不了斑马线", "课后托管能不能延到六点", " "])
    assert [proposal.category for proposal in proposals] == ["交通", "教育", "交通"]
    assert all(0.5 < proposal.certainty <= 1 for proposal in proposals[:2])
    assert proposals[2].certainty == 0.5  # nothing is written: the most frequent, by its share


def test_it_proposes_nothing_for_nothing_and_the_same_each_time() -> None:
    assert Classifier(TEXTS, LABELS).propose([]) == []
    assert Classifier(TEXTS, LABELS).propose(TEXTS) == Classifier(TEXTS, LABELS).propose(TEXTS)


@pytest.mark.parametrize(
    ("texts", "labels"),
    [([], []), (TEXTS, ["交通"] * 4), (TEXTS[:3], ["交通", "教育", "住房"]), (["", " ", "路", "路灯"], LABELS)],
)
def test_less_than_two_categories_teach_nothing(texts: list[str], labels: list[str]) -> None:
    with pytest.raises(NothingToLearn):
        Classifier(texts, labels)
