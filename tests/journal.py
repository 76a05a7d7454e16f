"""Acts for tests, and the journal as it stands at the end of one."""

from collections.abc import Iterator

import polib
from django.conf import settings
from django.utils import timezone

from livelihood.accounts.acts import AccountAct
from livelihood.audit import selectors, services
from livelihood.audit.acts import Act
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area, Organisation


class TriedAct(Act):
    """Acts that only tests do."""

    AREA_TRIED = "area.tried"
    CYCLE_TRIED = "cycle.tried"
    CYCLE_RETRIED = "cycle.retried"
    JOB_WORKED = "job.worked"


# What people type may be a word of the catalogue as well: an indicator is counted in 公里.
TYPED = {"unit"}


def translated() -> set[str]:
    """Return the texts in details that somebody would read in the language of whoever acted, whichever that was."""
    catalogue = polib.pofile(str(settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    texts = {text for entry in catalogue for text in (entry.msgid, entry.msgstr)}
    words = {text for text in texts if not (text.isidentifier() and text.islower() and text.isascii())}
    names = {name for model in (Area, Organisation) for name in model.objects.values_list("name_en", flat=True)}
    # Why somebody was refused is kept by the text of the source, whichever language they read it in.
    entries = Entry.objects.exclude(act=AccountAct.ACCESS_REFUSED)
    kept = {text for detail in entries.values_list("detail", flat=True) for text in _texts(detail)}
    return (kept & (words | names)) - {""}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts([*value, *(held for name, held in value.items() if name not in TYPED)])
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def is_whole() -> bool:
    """Seal what there is, and say whether every entry is sealed and as it was written."""
    services.seal()
    check = selectors.check_journal(at=timezone.now())
    return (check.findings, check.unsealed, check.sealed) == ((), 0, Entry.objects.count())
