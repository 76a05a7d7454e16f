"""Candidates, their origin and their feasibility sheets."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.forms import OrganisationField, organisations_for
from livelihood.cycles.models import Cycle, Organisation
from livelihood.kernel.forms import ADDRESS, CleanText, PublicText, RowsField, SeenNumbers, day_field, seen_field
from proposals import selectors
from proposals.forms._shared import AspectField, offer_choices
from proposals.models import Candidate, Need
from proposals.services.candidates import MISTAKE_LENGTH, PLACE_LENGTH, SOURCE_LENGTH
from proposals.services.candidates import REASON_LENGTH as DROP_LENGTH
from proposals.services.candidates import SUMMARY_LENGTH as CANDIDATE_SUMMARY_LENGTH
from proposals.services.candidates import TITLE_LENGTH as CANDIDATE_TITLE_LENGTH
from proposals.states import CandidateKind, CandidateOrigin, FundSource


class CandidateTextForm(forms.Form):
    """The words of a candidate, and where they come from."""

    title = PublicText(CANDIDATE_TITLE_LENGTH, label=_("Title"))
    summary = PublicText(CANDIDATE_SUMMARY_LENGTH, rows=6, label=_("What will be done"))
    place = PublicText(
        PLACE_LENGTH,
        besides=ADDRESS,
        label=_("Where it is to be done"),
        help_text=_("Districts, streets or sites. A draft may leave it open; the deputies read it in the booth."),
    )
    source = CleanText(
        SOURCE_LENGTH,
        label=_("Published source"),
        help_text=_("Where it was published, with date or address. Empty if it was drafted here."),
    )


class CandidateRevisionForm(CandidateTextForm):
    """Other words for a candidate."""

    seen = seen_field()


ASKED_WHEN = {
    "needs": _("(required if it comes from needs)"),
    "source": _("(required if it comes from a published list)"),
}
"""What a box says of itself in place of “optional”."""

ORIGINS = [
    (CandidateOrigin.NEED, _("From needs of this portal")),
    (CandidateOrigin.DEPARTMENT, _("From the lead organisation itself: its own proposal")),
    (CandidateOrigin.PUBLISHED, _("From a list published elsewhere, for instance a plan or a notice")),
]
"""What a form offers; what an earlier year left is taken over from the reserve pool."""


class CandidateForm(CandidateTextForm):
    """A candidate."""

    origin = forms.ChoiceField(label=_("Where it comes from"), choices=ORIGINS, widget=forms.RadioSelect)
    aspect = AspectField(empty_label=None)
    lead_organisation = OrganisationField(
        Organisation.objects.none(), label=_("Lead organisation"), help_text=_("Type the full or a short name.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=CandidateKind)
    seen = SeenNumbers()
    needs = RowsField(
        Need.objects.none(),
        to_field_name="number",
        label=_("Needs it answers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("origin", "needs", "source", "title", "summary", "place", "aspect", "lead_organisation", "kind")

    def __init__(self, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = selectors.closed_needs(cycle)
        offer_choices(self, cycle)
        organisations = organisations_for(cycle.area, timezone.localdate())
        self.fields["lead_organisation"].queryset = organisations  # type: ignore[attr-defined]
        needs = Need.objects.for_cycle(cycle).order_by("number")
        self.fields["needs"].queryset = needs  # type: ignore[attr-defined]
        self.fields["needs"].help_text = (
            _("Tick those it answers, also where it comes from elsewhere.")
            if needs.exists()
            else _("There is no need to choose yet: needs are opened from accepted suggestions, under Needs.")
        )
        for name, when in ASKED_WHEN.items():
            self.fields[name].asked_when = when  # type: ignore[attr-defined]


class CarryForm(forms.Form):
    """Under which aspect of this year a candidate of an earlier one is taken up again."""

    aspect = AspectField(empty_label=None)

    def __init__(self, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, cycle)


class SheetForm(forms.Form):
    """The feasibility sheet: one amount per source, empty where it pays nothing."""

    starts_on = day_field(_("Starts on"))
    finishes_on = day_field(_("Finished by"))
    people_served = forms.IntegerField(label=_("People served a year"), min_value=1, max_value=999_999_999)
    legal_basis = PublicText((2, 300), label=_("Legal basis"))
    notes = PublicText((0, 4000), rows=4, label=_("Notes"))
    source = CleanText(
        SOURCE_LENGTH, label=_("Source"), help_text=_("Where these figures were published; empty if they are your own.")
    )
    seen = seen_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for source in FundSource:
            self.fields[f"cost_{source}"] = forms.DecimalField(
                label=source.label,
                help_text=_("in units of 10,000 yuan"),
                required=False,
                min_value=0,
                max_digits=14,
                decimal_places=4,
            )

    def clean(self) -> dict[str, Any]:
        """Gather the amounts as `cost_wan`: source → amount."""
        data = super().clean() or {}
        amounts = {source: data.pop(f"cost_{source}", None) for source in FundSource}
        data["cost_wan"] = {source: amount for source, amount in amounts.items() if amount is not None}
        if not data["cost_wan"] and not any(f"cost_{source}" in self.errors for source in FundSource):
            self.add_error(
                f"cost_{FundSource.CENTRAL}", _("Give the cost of at least one source; 0 if it costs nothing.")
            )
        return data


class DiscardForm(forms.Form):
    """What is wrong with a draft that was entered by mistake; for the desk alone."""

    reason = CleanText(MISTAKE_LENGTH, rows=2, label=_("What is wrong with it, for the desk alone"))
    seen = seen_field()


class DropForm(forms.Form):
    """Why a candidate is left off the list; shown to the public."""

    reason = PublicText(DROP_LENGTH, rows=4, label=_("Reason, shown to the public"))
    seen = seen_field()


def sheet_initial(candidate: Candidate, costs: dict[FundSource, Any]) -> dict[str, Any]:
    """Return what the sheet form begins with."""
    sheet = getattr(candidate, "sheet", None)
    if sheet is None:
        return {}
    names = ("starts_on", "finishes_on", "people_served", "legal_basis", "notes", "source")
    amounts = {f"cost_{source}": amount.normalize() for source, amount in costs.items()}
    return {**{name: getattr(sheet, name) for name in names}, **amounts}
