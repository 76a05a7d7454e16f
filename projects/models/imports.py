"""Lists of sites that came in as files: how far each is, and what it would do."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from livelihood.cycles.models import Cycle
from livelihood.kernel.constraints import choices_constraint, pair_constraint
from projects.states import ImportState


class ImportBatch(models.Model):
    """A workbook of sites that somebody uploaded: kept until it is written or dropped, its outcome kept for good.

    digest: SHA-256 of the file. preview: counts, changes and row errors, as `kernel.messages` keeps them. rows: the
    good rows, ready to be copied into the database. basis: digest of what the preview was compared with; the writing
    refuses if it differs.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="import_batches")
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.RECEIVED)
    preview = models.JSONField(default=dict)
    rows = models.BinaryField(null=True)
    basis = models.CharField(max_length=32, blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            choices_constraint("state", ImportState),
            pair_constraint("uploaded"),
            pair_constraint("decided"),
            models.CheckConstraint(
                condition=Q(state__in=[ImportState.RECEIVED, ImportState.PREVIEWED], content__isnull=False)
                | Q(state__in=[ImportState.WRITTEN, ImportState.DROPPED], content__isnull=True, rows__isnull=True),
                name="%(app_label)s_%(class)s_file_until_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.file_name}"
