"""Lists that are handed out as files, and how those at the desk are looked at."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.jobs.models import Job
from livelihood.kernel.constraints import choices_constraint
from livelihood.kernel.sealed import SealedBytesField
from livelihood.lists.querysets import ListFileQuerySet
from livelihood.lists.states import ListFormat


class ListFile(models.Model):
    """A long list as a file: asked for on its page, written by a worker, kept for whoever asks for the same.

    listing: name of the list (livelihood.kernel.listings). cycle, area: the one of which it is a list.
    requested_by: whose file it is; nobody's, and so everybody's, where the list is public.
    fingerprint: SHA-256 of the form, the language, whose it is, and of every row and name in it as it stood; the same
    again is the same file. keys: of the rows in their order, until they are written. content: the file, until it is
    forgotten. job: the present attempt.
    """

    listing = models.CharField(max_length=40)
    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, blank=True, related_name="list_files")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="list_files")
    file_format = models.CharField(max_length=10, choices=ListFormat)
    language = models.CharField(max_length=10)
    fingerprint = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField()
    keys = ArrayField(models.BigIntegerField(), null=True)
    content = SealedBytesField(null=True)
    job = models.OneToOneField(Job, models.PROTECT, related_name="list_file")
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="list_files"
    )

    objects = ListFileQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("file_format", ListFormat),
            models.CheckConstraint(
                condition=Q(cycle__isnull=False, area__isnull=True) | Q(cycle__isnull=True, area__isnull=False),
                name="%(app_label)s_%(class)s_of_year_or_area",
            ),
            models.CheckConstraint(
                condition=Q(keys__isnull=True) | Q(content__isnull=True),
                name="%(app_label)s_%(class)s_asked_or_written",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["requested_at"], name="lists_listfile_kept", condition=Q(content__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.listing} {self.file_format} {self.fingerprint[:12]}"


LONGEST_VIEW = 1_000
"""Characters of what a view keeps of an address."""


class SavedView(models.Model):
    """How a list of the desk is looked at, under a name: filters, order and columns; one person's, or an office's.

    grid: name of the list (livelihood.lists.grids). query: as in the address of its page, without words that are
    searched. owner: whose it is, nobody's where it is an office's. role, area, organisation: of the office, which are
    all who hold this mandate. is_usual: the list opens so.
    """

    grid = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=LONGEST_VIEW, blank=True)
    is_usual = models.BooleanField(default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="saved_views"
    )
    role = models.CharField(max_length=20, choices=Role, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="saved_views")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="saved_views")
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=["", *Role.values]), name="%(app_label)s_%(class)s_role_known"),
            models.CheckConstraint(
                condition=Q(owner__isnull=False, role="", area__isnull=True, organisation__isnull=True)
                | (Q(owner__isnull=True, area__isnull=False) & ~Q(role="")),
                name="%(app_label)s_%(class)s_of_person_or_office",
            ),
            models.UniqueConstraint(
                fields=["grid", "owner", "role", "area", "organisation", "name"],
                nulls_distinct=False,
                name="%(app_label)s_%(class)s_named_once",
            ),
            models.UniqueConstraint(
                fields=["grid", "owner", "role", "area", "organisation"],
                condition=Q(is_usual=True),
                nulls_distinct=False,
                name="%(app_label)s_%(class)s_one_usual",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.grid} {self.name}"
