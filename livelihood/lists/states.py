"""What a list can be handed out as."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListFormat(models.TextChoices):
    """How a list is handed out."""

    XLSX = "xlsx", _("Excel")
    CSV = "csv", _("CSV")
