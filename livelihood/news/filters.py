"""Filters of news."""

from livelihood.kernel.filters import StrictFilterSet, WordsFilter


class NewsFilter(StrictFilterSet):
    """Words of title and text; an office tells a few dozen things a year."""

    q = WordsFilter(["title", "text"])
