"""The colours of the lights, each with its word: pages show both, `projects.lights` says which one."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Light(models.TextChoices):
    """Computed by rule from dates, quantities and states; never set by hand. Source: docs/sources.md (lights)."""

    GREY = "grey", pgettext_lazy("light", "Not started")
    GREEN = "green", pgettext_lazy("light", "On schedule")
    YELLOW = "yellow", pgettext_lazy("light", "Slightly behind")
    RED = "red", pgettext_lazy("light", "Behind")
    BLUE = "blue", pgettext_lazy("light", "Accepted")
