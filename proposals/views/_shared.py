"""What the pages of suggestions, needs and candidates share: counts of a list, and the notice beside a contact."""

from django.db.models import Count, QuerySet
from django.http import HttpRequest

from livelihood.imprint import selectors as imprint
from livelihood.kernel import parameters

PURPOSE = "purpose_suggestion"
"""The setting of the imprint that says at the form what a contact is for."""


def counts_by(rows: QuerySet, field: str) -> dict[str, int]:
    """Count rows by the values of a field; an index that begins there is all that is read."""
    return dict(rows.order_by().values_list(field).annotate(number=Count("*")))


def notice_shown(request: HttpRequest) -> int:
    """Return the version of the purpose that stands at the form; read anew where another one was agreed to."""
    shown = imprint.imprint_of(request).version_of(PURPOSE)
    if parameters.text(request.POST, "consent", most=10) not in {"", str(shown)}:
        imprint.know(None)
        shown = imprint.imprint().version_of(PURPOSE)
    return shown
