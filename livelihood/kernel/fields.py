"""Columns of the database that hold what all spellings of a text share."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import fold


class FoldsTooLong(InvalidInput):
    """A name of ligatures and the like is too long once each is written out."""

    code = "folds_too_long"

    def __init__(self, field: str) -> None:
        super().__init__(_("Written out in plain characters this is too long. Please shorten it."), field=field)


class FoldedField(models.CharField):
    """A text kept folded, so that unique means unique in every spelling; what is looked for is folded as well.

    of: the field whose folded form this one holds; without it, the field holds its own.
    """

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return what a migration needs to make the field again."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of} if self.of else kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Fold before writing, and let the object know.

        :raises FoldsTooLong: some characters stand for a whole phrase, and written out it is longer than the column.
        """
        folded = fold(getattr(model_instance, self.of or self.attname))
        if len(folded) > (self.max_length or 0):
            raise FoldsTooLong(self.of or self.attname)
        setattr(model_instance, self.attname, folded)
        return folded

    def get_prep_value(self, value: Any) -> Any:
        """Fold what is looked for."""
        value = super().get_prep_value(value)
        return fold(value) if isinstance(value, str) else value
