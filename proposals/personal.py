"""What citizens tell of themselves with a suggestion."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.states import Phase
from livelihood.kernel.personal import Ground, Period, PersonalData, declare
from proposals.models import DeskNote, Suggestion, SuggestionContact


def _drop_contacts(keys: Sequence[Any]) -> int:
    return SuggestionContact.objects.filter(pk__in=keys).delete()[0]


declare(
    PersonalData(
        "contacts",
        _("Contacts of citizens"),
        fields=tuple(f"proposals.SuggestionContact.{name}" for name in ("name", "phone", "email", "person")),
        purpose=_("To answer a suggestion and to ask back. Given or left out freely."),
        ground=Ground.CONSENT,
        readers=_("Who answers suggestions in that area; every look is journaled."),
        rows=SuggestionContact.objects.all,
        since="suggestion__received_at",
        period=Period(
            days=1_095,
            least=365,
            most=3_650,
            begins=_("from the day the suggestion came, but not before its year is closed"),
            forget=_drop_contacts,
            may_go=Q(suggestion__cycle__phase=Phase.CLOSED),
        ),
    )
)
declare(
    PersonalData(
        "suggestions",
        _("What citizens wrote"),
        fields=(
            *(f"proposals.Suggestion.{name}" for name in ("title", "matter", "wish", "address", "code_hash")),
            "proposals.Objection.words",
            *(f"proposals.Suggestion.public_{name}" for name in ("title", "matter", "wish")),
            *(f"proposals.FormerWording.{name}" for name in ("title", "matter", "wish")),
            "proposals.Inquiry.text",
            "proposals.Inquiry.answer",
        ),
        purpose=_(
            "To examine what is suggested, and to show what became of it. Public is only a wording that is checked."
        ),
        ground=Ground.CONSENT,
        readers=_("Who answers suggestions in that area; others at the desk see it with numbers and addresses masked."),
        rows=Suggestion.objects.all,
        since="received_at",
        kept=_(
            "With the files of the year, by the rules for archives: it is what the year's list was made from."
            " It is masked or withdrawn when who sent it asks, or the law."
        ),
    )
)
declare(
    PersonalData(
        "notes",
        _("Notes among colleagues"),
        fields=("proposals.DeskNote.text", "proposals.DeskNote.mentions"),
        purpose=_("To work on suggestions, needs and candidates together."),
        ground=Ground.STAFF,
        readers=_("Who works with it at the desk."),
        rows=DeskNote.objects.all,
        since="written_at",
        kept=_("With the files of the year. Who wrote a note may withdraw it; it is then shown to nobody."),
    )
)
