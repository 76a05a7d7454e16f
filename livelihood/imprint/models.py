"""What was given for settings and pages, every time it was."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livelihood.accounts.models import User


class SettingVersion(models.Model):
    """What a setting says since it was written, until there is one of a higher number; never changed, never removed.

    key: of `livelihood.imprint.declared`, or the one of a page that the office has added.
    A version that says nothing gives the setting back what was shipped, and takes a page of the office's own away.
    """

    key = models.SlugField(max_length=40, db_index=False)
    number = models.PositiveIntegerField()
    title_zh = models.CharField(max_length=60, blank=True)
    title_en = models.CharField(max_length=120, blank=True)
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    picture = models.BinaryField(null=True, blank=True)
    width = models.PositiveSmallIntegerField(null=True, blank=True)
    height = models.PositiveSmallIntegerField(null=True, blank=True)
    restored_number = models.PositiveIntegerField(null=True, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "number"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="%(app_label)s_%(class)s_counted_from_one"),
            models.CheckConstraint(
                condition=Q(picture__isnull=True, width__isnull=True, height__isnull=True)
                | Q(picture__isnull=False, width__isnull=False, width__gt=0, height__isnull=False, height__gt=0),
                name="%(app_label)s_%(class)s_picture_measured",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.key} {self.number}"

    @property
    def is_empty(self) -> bool:
        """Whether nothing is given, so that what was shipped holds."""
        return not (self.text_zh or self.text_en or self.width)
