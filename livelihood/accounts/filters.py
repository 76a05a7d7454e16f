"""Filters of the list of people."""

import django_filters as filters

from livelihood.accounts.roles import Role
from livelihood.kernel.filters import StrictFilterSet, WordsFilter


class MandateFilter(StrictFilterSet):
    """Mandates of an area, by name of the person and role."""

    turned_round = frozenset({"role"})

    q = WordsFilter(("user__name", "user__username"))
    role = filters.ChoiceFilter(choices=Role)
