"""Needs, and what answers them."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Cycle
from livelihood.kernel.forms import PublicText, RowField, SeenNumbers
from proposals.forms._shared import AspectField, PlaceField, offer_choices
from proposals.models import Candidate
from proposals.services.needs import REASON_LENGTH, SUMMARY_LENGTH
from proposals.services.needs import TITLE_LENGTH as NEED_TITLE_LENGTH


class NeedForm(forms.Form):
    """A need."""

    title = PublicText(NEED_TITLE_LENGTH, label=_("Title"))
    summary = PublicText(SUMMARY_LENGTH, rows=5, label=_("What people need"))
    aspect = AspectField(required=False, empty_label=_("not sure"))
    area = PlaceField(empty_label=None)

    def __init__(self, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, cycle)


class ReasonForm(forms.Form):
    """Why something is not adopted; shown to the public."""

    reason = PublicText(REASON_LENGTH, rows=4, label=_("Reason, shown to the public"))


class LinkCandidateForm(forms.Form):
    """Which candidate answers a need that came later, and why."""

    candidate = RowField(
        Candidate.objects.none(), to_field_name="number", label=_("Candidate"), empty_label=_("Choose")
    )
    reason = PublicText(
        REASON_LENGTH,
        rows=3,
        label=_("Reason, shown to the public"),
        help_text=_("Why this candidate answers the need, in one sentence."),
    )
    seen = SeenNumbers()

    def __init__(self, candidates: QuerySet[Candidate], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["candidate"].queryset = candidates  # type: ignore[attr-defined]
