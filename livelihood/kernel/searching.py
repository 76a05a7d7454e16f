"""What a search of a short list looks for, row by row; long lists have an index (`livelihood.kernel.search`)."""

from collections.abc import Iterable

from django.db.models import Q

from livelihood.kernel.folding import fold
from livelihood.kernel.simplified import simplify


def every_word(fields: Iterable[str], words: str) -> Q:
    """Return the condition that every word stands in one of the fields, as typed, as `fold` writes it, or simplified.

    :raises TooManyMarks: as `fold` does.
    """
    names = list(fields)
    condition = Q()
    for word in words.split():
        spellings = {word, fold(word), simplify(fold(word))} - {""}
        found = [Q(**{f"{name}__icontains": spelling}) for name in names for spelling in sorted(spellings)]
        condition &= Q(*found, _connector=Q.OR)
    return condition
