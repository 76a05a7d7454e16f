"""What files that were brought in hold of people."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livelihood.imports.models import Import, ImportPage
from livelihood.imports.states import OPEN
from livelihood.kernel.personal import Ground, Period, PersonalData, declare

OF_PEOPLE = ("people", "roll")
"""Kinds of sheets whose lines are about people. Of others the lines stay: they are the history of sites and places."""


def _forget_files(keys: Sequence[Any]) -> int:
    forgotten = Import.objects.filter(pk__in=keys, content__isnull=False).update(content=None, prepared=None)
    ImportPage.objects.filter(of__in=keys, of__kind__in=OF_PEOPLE).delete()
    return forgotten


declare(
    PersonalData(
        "import-files",
        _("Files that were brought in"),
        fields=("imports.Import.content", "imports.Import.prepared", "imports.ImportPage.lines"),
        purpose=_("To show where a value came from, and to take an import back."),
        ground=Ground.STAFF,
        readers=_("Who may bring such a file, and who brought it."),
        rows=lambda: Import.objects.filter(content__isnull=False),
        since="received_at",
        period=Period(
            days=1_095,
            least=30,
            most=3_650,
            begins=_(
                "from the day it came; the fingerprint of the file stays, an import without its file cannot be undone"
            ),
            forget=_forget_files,
            may_go=~Q(state__in=OPEN),
        ),
    )
)
