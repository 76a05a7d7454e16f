"""Files that are brought in: what each holds, what it would do, and what it did."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.imports.states import TO_DECIDE, UNDECIDED, ImportSection, ImportState
from livelihood.jobs.models import Job
from livelihood.kernel.constraints import choices_constraint, pair_constraint
from livelihood.kernel.errors import Text
from livelihood.kernel.messages import thaw
from livelihood.kernel.sealed import SealedBytesField


class Import(models.Model):
    """A file that somebody brought, and how far it is. The file stays, unless it is dropped.

    organisation: for which it was brought; what its headings mean is remembered for it.
    target: what was chosen beside area and year (`Handler.targets`).
    digest: SHA-256 of the file.
    sheet, mapping, meanings, datum: how somebody has said that it is to be read; mapping: heading → column, "" for
        none; meanings: column → what stands there, folded → one of its few values.
    remembered_from: the import from which the last three were taken over, as long as nobody has said them anew.
    answers: row → code of a question → answer.
    version: rises whenever it is to be read again, so that each reading is a job of its own.
    reading: what was found: sheet, sheets, columns, notes. counts: section → number of rows.
    problem: why it cannot be read, as `kernel.messages` keeps it.
    replaced_by: the later file that took its place, as long as this one is not taken up again.
    basis: digest of what the preview said, of a file that is read once more; prepared: what the handler has made ready,
        of one that is not.
    """

    kind = models.CharField(max_length=20)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, blank=True, related_name="imports")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    target = models.CharField(max_length=40, blank=True)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    content = SealedBytesField(null=True)
    sheet = models.CharField(max_length=100, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    meanings = models.JSONField(default=dict, blank=True)
    datum = models.CharField(max_length=10, blank=True)
    remembered_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    answers = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.RECEIVED)
    reading = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    problem = models.JSONField(default=str, blank=True)
    basis = models.CharField(max_length=64, blank=True)
    prepared = SealedBytesField(null=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaces")
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            choices_constraint("state", ImportState),
            pair_constraint("received"),
            pair_constraint("decided"),
            pair_constraint("taken_back"),
            models.CheckConstraint(
                condition=Q(state__in=[ImportState.DROPPED, ImportState.EXPIRED], content__isnull=True)
                | Q(state__in=[ImportState.WRITTEN, ImportState.PARTLY, ImportState.TAKEN_BACK])
                | Q(state__in=UNDECIDED, content__isnull=False),
                name="%(app_label)s_%(class)s_file_until_decided",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*UNDECIDED, ImportState.EXPIRED], decided_at__isnull=True)
                | Q(
                    state__in=[ImportState.WRITTEN, ImportState.DROPPED, ImportState.PARTLY, ImportState.TAKEN_BACK],
                    decided_at__isnull=False,
                    prepared__isnull=True,
                ),
                name="%(app_label)s_%(class)s_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ImportState.PARTLY, ImportState.TAKEN_BACK], taken_back_at__isnull=False)
                | (~Q(state__in=[ImportState.PARTLY, ImportState.TAKEN_BACK]) & Q(taken_back_at__isnull=True)),
                name="%(app_label)s_%(class)s_taken_back",
            ),
            models.CheckConstraint(
                condition=Q(state=ImportState.REPLACED, replaced_by__isnull=False)
                | Q(state=ImportState.EXPIRED)
                | (~Q(state__in=[ImportState.REPLACED, ImportState.EXPIRED]) & Q(replaced_by__isnull=True)),
                name="%(app_label)s_%(class)s_replaced",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cycle", "-id"], name="imports_of_year"),
            models.Index(fields=["area", "-id"], name="imports_of_area"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind} {self.file_name}"

    @property
    def has_nothing_to_write(self) -> bool:
        """Whether it says only what is stored already, so that it waits for nobody."""
        return self.state == ImportState.PREVIEWED and not any(self.counts.get(section) for section in TO_DECIDE)

    @property
    def is_blocked(self) -> bool:
        """Whether rows are wrong or in doubt, so that nothing of it can be written."""
        return bool(self.counts.get(ImportSection.WRONG) or self.counts.get(ImportSection.DOUBT))

    @property
    def refusal(self) -> Text:
        """Why it cannot be read, in the reader's language; empty where it can."""
        return thaw(self.problem)


class ImportPage(models.Model):
    """Some lines of one section of an import, as many as a page shows at once.

    rows: of the file, one for each line. lines: as `imports.content` packs them.
    subjects: once written, what each line became, in their order; found again by it.
    kept: of each, what taking it back needs.
    """

    of = models.ForeignKey(Import, models.PROTECT, db_index=False, related_name="pages")
    section = models.CharField(max_length=10, choices=ImportSection)
    number = models.PositiveIntegerField()
    rows = ArrayField(models.PositiveIntegerField())
    lines = SealedBytesField()
    subjects = ArrayField(models.BigIntegerField(), default=list, blank=True)
    kept = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar = [
            choices_constraint("section", ImportSection),
            models.UniqueConstraint(fields=["of", "section", "number"], name="%(app_label)s_%(class)s_once"),
        ]
        indexes: ClassVar = [GinIndex(fields=["subjects"], name="imports_page_subjects")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.of_id} {self.section} {self.number}"


class MarkedWorkbook(models.Model):
    """The workbook of an import, marked with what is to be corrected: asked for, written by a worker, kept for a day.

    version: of the import, language: of the words in it; the same again is the same file. job: the present attempt.
    """

    of = models.ForeignKey(Import, models.PROTECT, db_index=False, related_name="marked")
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    content = SealedBytesField(null=True)
    job = models.OneToOneField(Job, models.PROTECT, related_name="marked_workbook")
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="marked_workbooks")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["of", "version", "language"], name="%(app_label)s_%(class)s_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["requested_at"], name="imports_marked_kept", condition=Q(content__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.of_id}.{self.version} {self.language}"
