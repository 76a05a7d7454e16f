"""Constraints every room writes the same way."""

from django.db import models
from django.db.models import Q


def choices_constraint(field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """Keep a choice field to its choices in the database as well."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": choices.values}),
        name=f"%(app_label)s_%(class)s_{field}_known",
    )


def pair_constraint(stem: str) -> models.CheckConstraint:
    """Require `<stem>_at` and `<stem>_by` to be both set or both empty."""
    at, by = f"{stem}_at__isnull", f"{stem}_by__isnull"
    return models.CheckConstraint(
        condition=Q(**{at: True, by: True}) | Q(**{at: False, by: False}),
        name=f"%(app_label)s_%(class)s_{stem}_paired",
    )
