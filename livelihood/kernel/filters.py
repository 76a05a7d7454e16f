"""The one base of every list's filters, on its page and in the API.

An unknown filter, or a value that a filter does not know, refuses the whole list: whoever asks for `light=purple` must
not take all sites for the purple ones.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from livelihood.kernel import search
from livelihood.kernel.paging import RowCount, count_up_to, values_up_to
from livelihood.kernel.parameters import LARGEST, OF_PAGES, UNREADABLE, BadParameters, Fault, shown, unknown
from livelihood.kernel.searching import every_word

SEARCH_LENGTH = 60
"""Characters of a search that are looked at."""


class WholeField(forms.CharField):
    """A whole number in ASCII digits."""

    def clean(self, value: Any) -> int | None:
        """Return the number; None where there is none."""
        text = super().clean(value)
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,19}", text) or int(text) > LARGEST:
            raise ValidationError(_("This must be a whole number from 0 to {most}.").format(most=LARGEST))
        return int(text)


class WordsField(forms.CharField):
    """Words to look for; what no text can hold is refused, what is too long is cut."""

    def clean(self, value: Any) -> str:
        """Return the beginning of what is looked for."""
        text = str(value or "")[:SEARCH_LENGTH]
        if UNREADABLE.search(text):
            raise ValidationError(_("This holds a character that cannot be read."))
        return text.strip()


class WholeFilter(django_filters.NumberFilter):
    """Rows whose field is this number."""

    field_class = WholeField

    def get_max_validator(self) -> None:
        """Leave the largest number to the field."""


class WordsFilter(django_filters.CharFilter):
    """Rows in which every word stands in one of the fields; for short lists that no index needs to find words in."""

    field_class = WordsField

    def __init__(self, fields: Iterable[str], **kwargs: Any) -> None:
        self.searched = tuple(fields)
        super().__init__(**kwargs)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Keep the rows that hold every word."""
        return qs.filter(every_word(self.searched, value)) if value else qs


class SearchFilter(django_filters.CharFilter):
    """Rows found by the search of all rooms; see livelihood.kernel.search. reference: a field of digits besides."""

    field_class = WordsField

    def __init__(self, *, reference: str = "", **kwargs: Any) -> None:
        self.reference = reference
        super().__init__(**kwargs)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Keep the rows that hold every word."""
        return search.matching(qs, value, reference=self.reference, is_common=self.parent.is_common)


class TrueOrFalse(django_filters.TypedChoiceFilter):
    """A question that is answered by `true` or `false`."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("true", _("yes")), ("false", _("no"))]
        super().__init__(choices=choices, coerce=lambda value: value == "true", **kwargs)


class StrictFilterSet(django_filters.FilterSet):
    """Filters that refuse what they do not know.

    In the API other names than the filters' (and those of its paging) are unknown. What others append to the address of
    a page is gone before (livelihood.web.middleware.PlainAddressMiddleware).
    """

    also: frozenset[str] = frozenset({"cursor", "page_size", "format"})
    """Names that may stand beside the filters."""
    is_page = False
    turned_round: frozenset[str] = frozenset()
    """Filters that an address may turn round, so that they keep what does not match: `state=planned&not=state`."""
    is_common = False
    """Whether the words that are looked for are held by very many rows (`search.matching`)."""

    @classmethod
    def on_page(cls, request: HttpRequest, rows: QuerySet[Any], *also: str, **made_with: Any) -> Self:
        """Return the filters as the address of a page sets them. also: other parameters that the page reads."""
        made = cls(request.GET, rows, request=request, **made_with)
        made.also, made.is_page = frozenset({*OF_PAGES, *also}), True
        return made

    @property
    def qs(self) -> Any:
        """The rows that are asked for.

        :raises BadParameters: a filter or a value is unknown.
        """
        self.check()
        return super().qs

    def check(self) -> None:
        """Ask whether every filter and value is known, and turn round what the address turns round.

        :raises BadParameters: one is not.
        """
        if faults := self.faults():
            raise BadParameters(faults)
        for name in self.negated:
            self.filters[name].exclude = True

    @property
    def negated(self) -> list[str]:
        """The filters that keep what does not match."""
        names = str(self.data.get("not") or "") if self.is_page else ""
        return [name for name in names.split(".") if name in self.turned_round]

    def keep(self, rows: QuerySet[Any], *, but: str = "", is_common: bool = False) -> QuerySet[Any]:
        """Narrow down other rows of the model in the same way.

        but: a filter that is left out. is_common: very many rows hold the words that are looked for.

        :raises BadParameters: a filter or a value is unknown.
        """
        self.check()
        self.is_common = is_common
        for name, value in self.form.cleaned_data.items() if self.form.is_valid() else ():
            if name != but:
                rows = self.filters[name].filter(rows, value)
        self.is_common = False
        return rows

    @cached_property
    def count(self) -> RowCount:
        """How many rows are asked for, counted up to a bound."""
        return count_up_to(self.qs)

    @property
    def listed(self) -> Any:
        """The same rows for a list that shows the first of them, read so that it finds them soon."""
        is_common = self.is_searching and self.count.is_more
        return self.keep(self.queryset.all(), is_common=True) if is_common else self.qs

    @property
    def is_searching(self) -> bool:
        """Whether words are looked for by an index."""
        return any(isinstance(self.filters[name], SearchFilter) for name in self.chosen)

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that are set: name → value as it stands in the address."""
        return {name: self.data[name] for name in self.filters if self.data.get(name)}

    def counts(self, by: Mapping[str, Any]) -> dict[str, Counter[str]]:
        """Return, for each filter, how many rows have each of its values under all the other filters.

        A filter is left out where there are more rows than are counted. One query, and one for each filter that is set.
        by: name of a filter → what the database compares with its values.
        """
        # Of words that very many rows hold it is known by the count alone that they are too many.
        if self.is_searching and self.count.is_more:
            return {}
        told, whole = {}, values_up_to(self.qs, by)
        for name, field in by.items():
            others = name in self.chosen
            rows = values_up_to(self.keep(self.queryset.all(), but=name), {name: field}) if others else whole
            if rows is not None:
                told[name] = Counter(row[name] for row in rows)
        return told

    def faults(self) -> list[Fault]:
        """Return what cannot be read, in the order of the address."""
        if not self.is_bound:
            return []
        return [fault for name in self.data if (fault := self._fault(name))]

    def _fault(self, name: str) -> Fault | None:
        values = self.data.getlist(name) if isinstance(self.data, QueryDict) else [self.data[name]]
        value = shown(str(values[-1])) if values else ""
        turns = name == "not" and self.is_page and self.turned_round
        if len(values) > 1 and (turns or name in {*self.filters, *self.also}):
            return Fault(name, value, _("This stands in the address more than once."))
        if name in self.filters:
            messages = self.form.errors.get(name)
            return Fault(name, value, messages[0], self.possible(name)) if messages else None
        if turns:
            is_known = {*value.split(".")} <= {"", *self.turned_round}
            return None if is_known else Fault(name, value, _("One of these filters cannot be turned round."))
        if name in self.also:
            return None
        return unknown(self.data, name, {*self.filters, *self.also})

    def possible(self, name: str) -> list[tuple[str, Any]]:
        """Return what may stand at a filter of few values."""
        choices = self.filters[name].extra.get("choices", ())
        return list(getattr(choices, "choices", choices))


def with_counts(choices: Iterable[tuple[Any, Any]], counts: Mapping[str, int] | None) -> Sequence[tuple[Any, ...]]:
    """Return the choices of a filter with how many rows have each; without, where that is not known."""
    return [(value, label) if counts is None else (value, label, counts.get(str(value), 0)) for value, label in choices]
