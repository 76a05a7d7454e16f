"""The record of processing as a file."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area
from livelihood.kernel import parameters
from livelihood.kernel.exports import Field
from livelihood.kernel.listings import OF_FILES, Asked, Listing, declare
from livelihood.privacy import rules, selectors


def _fields(_area: Area) -> list[Field]:
    return [
        Field(_("Kind of data"), lambda line: str(line.kind.label)),
        Field(_("Fields"), lambda line: ", ".join(line.kind.fields)),
        Field(_("What for"), lambda line: str(line.kind.purpose)),
        Field(_("Ground in law"), lambda line: str(line.kind.ground.label)),
        Field(_("Who reads it"), lambda line: str(line.kind.readers)),
        Field(_("How long it is kept"), lambda line: str(line.period)),
        Field(_("Held now"), lambda line: line.count),
        Field(_("Oldest"), lambda line: line.oldest),
        Field(_("Forgotten next"), lambda line: line.next_on),
        Field(_("Forgotten last"), lambda line: line.last_on),
        Field(_("Rows forgotten last"), lambda line: line.last_count),
    ]


def _record(asked: Asked) -> Any:
    parameters.only(asked.request.GET, *OF_FILES)
    return selectors.record(asked.at)


declare(
    Listing(
        "personal-data",
        _("Record of processing"),
        page="privacy:record",
        chosen=_record,
        fields=_fields,
        may_read=rules.may_read_record,
        of_area=True,
    )
)
