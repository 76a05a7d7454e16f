"""Rows as tests need them: what has to be filled in, and no surprises."""

from factory.django import DjangoModelFactory

FIRST = 10_000
"""Of every sequence: the first test of a run meets names and keys as long as the last. Numbers of a year are from 1."""


class RowFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    @classmethod
    def _setup_next_sequence(cls) -> int:
        return FIRST
