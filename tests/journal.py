"""The journal as it stands at the end of a test."""

from django.utils import timezone

from livelihood.audit import selectors, services
from livelihood.audit.models import Entry


def is_whole() -> bool:
    """Seal what there is, and say whether every entry is sealed and as it was written."""
    services.seal(at=timezone.now())
    check = selectors.check_journal(at=timezone.now())
    return (check.findings, check.unsealed, check.sealed) == ((), 0, Entry.objects.count())
