"""The tree of livelihood matters is in order, and a text is known by the words it uses."""

from collections import Counter

import numpy as np

from livelihood.meaning.topics import profiles, topics


def test_the_tree_is_in_order() -> None:
    assert [name for name, count in Counter(topic.name for topic in topics()).items() if count > 1] == []
    for topic in topics():
        assert topic.aspect, topic
        assert len(topic.words) > 3, topic
        assert all(word == word.strip() and word for word in topic.words), topic


def test_a_text_is_known_by_the_topics_it_names() -> None:
    [row, nothing] = profiles(["电梯坏了，盼望加装电梯", "谢谢"])
    assert topics()[int(row.argmax())].name == "加装电梯与无障碍"
    assert np.isclose(np.linalg.norm(row), 1)
    assert not nothing.any()
