"""What the pages of suggestions, needs and candidates share: choices of aspect and area, counts of a list."""

from django.db.models import Count, QuerySet


def counts_by(rows: QuerySet, field: str) -> dict[str, int]:
    """Count rows by the values of a field; an index that begins there is all that is read."""
    return dict(rows.order_by().values_list(field).annotate(number=Count("*")))
