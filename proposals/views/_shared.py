"""What several pages of this room do alike."""

from django.db.models import Count, QuerySet


def counts_by(rows: QuerySet, field: str) -> dict[str, int]:
    """Count rows by the values of a field."""
    return dict(rows.order_by().values_list(field).annotate(Count("pk")))
