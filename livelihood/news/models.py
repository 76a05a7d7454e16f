"""What an office has told everybody."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.constraints import pair_constraint


class NewsItem(models.Model):
    """A short notice of an area's office, about the area or one of its years. Its words never change.

    What should not have been said is withdrawn, with a reason: the address stays and says so. `text` is Markdown.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=100)
    text = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    why_withdrawn = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            pair_constraint("withdrawn"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, why_withdrawn="")
                | (Q(withdrawn_at__isnull=False) & ~Q(why_withdrawn="")),
                name="%(app_label)s_%(class)s_withdrawn_has_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["area", "-published_at", "-id"], name="news_newsitem_of_area")]

    def __str__(self) -> str:
        return f"#{self.pk} news of area {self.area_id}"
