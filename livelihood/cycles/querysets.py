"""Filters over areas and cycles."""

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from livelihood.cycles.models import Area


class AreaQuerySet(models.QuerySet["Area"]):
    """Areas."""

    def within(self, area: "Area") -> Self:
        """Keep the area itself and everything below it: codes of GB/T 2260 nest by prefix."""
        return self.filter(code__startswith=area.stem)
