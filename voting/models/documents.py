"""Papers of the congress that were brought as files: how many deputies are in term by law, and signed tally sheets."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from livelihood.kernel.constraints import choices_constraint
from livelihood.kernel.uploads import FileKind
from voting.models.rounds import Round


class DeputiesInTerm(models.Model):
    """How many deputies are in term by law, as the congress's own document says; the number that shares are asked of.

    Written by congress staff, and anew while the roll is open and nobody proposes to lock it; fixed with the roll. A
    rehearsal may do without a document.

    document: its title and number. content: its file, kept as it came.
    """

    round = models.OneToOneField(Round, models.PROTECT, related_name="in_term")
    deputies = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    document = models.CharField(max_length=200, blank=True)
    document_date = models.DateField(null=True, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=FileKind, blank=True)
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="", document="") | (Q(kind__in=FileKind.values) & ~Q(document="")),
                name="%(app_label)s_%(class)s_kind_known",
            ),
            models.CheckConstraint(condition=Q(deputies__gte=1), name="%(app_label)s_%(class)s_is_a_congress"),
            models.CheckConstraint(
                condition=Q(document="", document_date__isnull=True, content__isnull=True, sha256="")
                | (
                    ~Q(document="")
                    & Q(document_date__isnull=False, content__isnull=False, sha256__regex=r"^[0-9a-f]{64}$")
                ),
                name="%(app_label)s_%(class)s_document_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.deputies} in round {self.round_id}"


class SignedSheet(models.Model):
    """The signed tally sheet of a round, as it was scanned; brought by congress staff, never changed.

    A better scan is a further row, and the last counts. content: read by those who run the round alone; its hash is
    public once the round is announced.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="signed_sheets")
    file_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=FileKind)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    brought_at = models.DateTimeField()
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            choices_constraint("kind", FileKind),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="%(app_label)s_%(class)s_hash_form"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of round {self.round_id}"
