"""The words of reports. A report has no state machine of its own: how far it is, is how far its job is."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.moves import Moves


class ReportKind(models.TextChoices):
    """What a report speaks of."""

    YEAR_END = "year_end", _("Year-end report")


class Language(models.TextChoices):
    """The language a report is written in; the codes of settings.LANGUAGES."""

    CHINESE = "zh-hans", _("Chinese")
    ENGLISH = "en", _("English")


class FileFormat(models.TextChoices):
    """A file of a report."""

    PDF = "pdf", _("PDF")
    XLSX = "xlsx", _("Excel")


MACHINES: list[tuple[str, Moves, str]] = []
