"""What files that were brought in hold of people."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from livelihood.imports import services
from livelihood.imports.models import Import, ImportPage, MarkedWorkbook
from livelihood.imports.states import UNDECIDED
from livelihood.kernel.personal import Ground, Period, PersonalData, declare

OF_PEOPLE = ("people", "roll")
"""Kinds of sheets whose lines are about people. Of others the lines stay: they are the history of sites and places."""


def _forget_files(keys: Sequence[Any]) -> int:
    forgotten = Import.objects.filter(pk__in=keys, content__isnull=False).update(content=None, prepared=None)
    MarkedWorkbook.objects.filter(of__in=keys).update(content=None)
    ImportPage.objects.filter(of__in=keys, of__kind__in=OF_PEOPLE).delete()
    services.forget_failures(keys=keys)
    return forgotten


declare(
    PersonalData(
        "import-files",
        _("Files that were brought in"),
        fields=("imports.Import.content", "imports.Import.prepared", "imports.ImportPage.lines", "jobs.Job.error"),
        purpose=_("To show where a value came from, and to take an import back."),
        ground=Ground.STAFF,
        readers=_("Who may bring such a file, and who brought it."),
        rows=lambda: Import.objects.filter(content__isnull=False).exclude(state__in=UNDECIDED),
        since="received_at",
        period=Period(
            days=1_095,
            least=30,
            most=3_650,
            begins=_(
                "from the day it came; the fingerprint of the file stays, an import without its file cannot be undone"
            ),
            forget=_forget_files,
        ),
    )
)
declare(
    PersonalData(
        "waiting-imports",
        _("Files that were brought in and not written"),
        fields=("imports.Import.content", "imports.Import.prepared", "imports.ImportPage.lines", "jobs.Job.error"),
        purpose=_("To look at what a file would do, correct it, and decide."),
        ground=Ground.STAFF,
        readers=_("Who may bring such a file, and who brought it."),
        rows=lambda: Import.objects.filter(state__in=UNDECIDED),
        since="received_at",
        period=Period(
            days=60,
            least=7,
            most=365,
            begins=_("from the day it came; then it is discarded with everything that was read of it"),
            forget=lambda keys: services.expire_imports(keys=keys),
        ),
    )
)
declare(
    PersonalData(
        "marked-workbooks",
        _("Files that were brought in, with what is to be corrected"),
        fields=("imports.MarkedWorkbook.content",),
        purpose=_("To hand a sheet back to who brought it, marked."),
        ground=Ground.STAFF,
        readers=_("Who may bring such a file, and who brought it."),
        rows=lambda: MarkedWorkbook.objects.filter(content__isnull=False),
        since="requested_at",
        kept=_("One day; the clock of imports forgets them by the hour, and they go with their file."),
    )
)
