"""Files that are still given, and those that are not."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from livelihood.lists.models import ListFile  # noqa: F401 -- named in a string below

KEPT_FOR, KEPT_FOR_ONE = timedelta(days=7), timedelta(days=1)
"""How long a file of the public and a file of one person are kept, from when they were asked for."""


class ListFileQuerySet(models.QuerySet["ListFile"]):
    """Lists as files."""

    def kept(self, at: datetime) -> Self:
        """Keep those that are written and still given."""
        young = Q(requested_by=None, requested_at__gt=at - KEPT_FOR) | Q(requested_at__gt=at - KEPT_FOR_ONE)
        return self.filter(young, content__isnull=False)

    def too_old(self, at: datetime) -> Self:
        """Keep those that are written and must not be given any longer."""
        of_one = Q(requested_by__isnull=False, requested_at__lte=at - KEPT_FOR_ONE)
        return self.filter(of_one | Q(requested_at__lte=at - KEPT_FOR), content__isnull=False)
