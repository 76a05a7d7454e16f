"""Lists that are handed out as files."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from livelihood.cycles.models import Cycle
from livelihood.jobs.models import Job
from livelihood.kernel.constraints import choices_constraint
from projects.states import ListFormat


class SiteFile(models.Model):
    """A long list of sites as a file: asked for on its page, written by a worker, kept for whoever asks for the same.

    fingerprint: SHA-256 of the form, the language, and of every site and name in it as it stood; the same again is the
    same file. sites: keys in their order, until they are written. content: the file, until it is forgotten. job: the
    present attempt. requested_by: nobody where the public asked.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="site_files")
    file_format = models.CharField(max_length=10, choices=ListFormat)
    language = models.CharField(max_length=10)
    fingerprint = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField()
    sites = ArrayField(models.BigIntegerField(), null=True)
    content = models.BinaryField(null=True)
    job = models.OneToOneField(Job, models.PROTECT, related_name="site_file")
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="site_files"
    )

    class Meta:
        constraints: ClassVar = [
            choices_constraint("file_format", ListFormat),
            models.CheckConstraint(
                condition=Q(sites__isnull=True) | Q(content__isnull=True),
                name="%(app_label)s_%(class)s_asked_or_written",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.file_format} {self.fingerprint[:12]}"
