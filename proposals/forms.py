"""Forms of suggestions, needs, candidates and the letter: they parse and clean, the services decide."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.accounts.models import Mandate
from livelihood.cycles import selectors as cycles
from livelihood.cycles.forms import OrganisationField, organisations_for
from livelihood.cycles.models import Area, Aspect, Cycle, Organisation
from livelihood.cycles.selectors import KnownYear
from livelihood.kernel import numbers
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.forms import CleanText, RowField, RowsField, SeenNumbers, day_field, seen_field
from proposals import selectors
from proposals.models import Candidate, Need
from proposals.services.candidates import PLACE_LENGTH, SOURCE_LENGTH
from proposals.services.candidates import REASON_LENGTH as DROP_LENGTH
from proposals.services.candidates import SUMMARY_LENGTH as CANDIDATE_SUMMARY_LENGTH
from proposals.services.candidates import TITLE_LENGTH as CANDIDATE_TITLE_LENGTH
from proposals.services.intake import MATTER_LENGTH, TITLE_LENGTH, WISH_LENGTH, Contact
from proposals.services.letters import BODY_LENGTH, WHY_CORRECTED_LENGTH
from proposals.services.letters import TITLE_LENGTH as LETTER_TITLE_LENGTH
from proposals.services.needs import REASON_LENGTH, SUMMARY_LENGTH
from proposals.services.needs import TITLE_LENGTH as NEED_TITLE_LENGTH
from proposals.services.screening import REPLY_LENGTH, WORDS_LENGTH
from proposals.states import CandidateKind, CandidateOrigin, Channel, DeclineReason, FundSource, HandOver


class AspectField(RowField):
    """One of the cycle's aspects, by its number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Aspect.objects.none(), to_field_name="number", label=_("Aspect"), **kwargs)


class PlaceField(RowField):
    """The cycle's area or one below it, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Area.objects.none(), to_field_name="code", label=_("Place"), **kwargs)


CONTACT_FIELDS = ("contact_name", "contact_phone", "contact_email")


class SuggestionForm(forms.Form):
    """What a citizen sends."""

    title = CleanText(
        TITLE_LENGTH,
        label=_("What is it about?"),
        help_text=_("A few words, for instance: No lift for the old people of Building 3."),
    )
    matter = CleanText(
        MATTER_LENGTH,
        rows=6,
        label=_("How is it now?"),
        help_text=_("What is missing or wrong, where, and for how many people. Please leave names and numbers out."),
    )
    wish = CleanText(
        WISH_LENGTH,
        rows=4,
        label=_("What should be done?"),
        help_text=_("What would be good enough for you, and by when."),
    )
    aspect = AspectField(required=False, empty_label=_("I am not sure"))
    area = PlaceField(empty_label=None)
    address = CleanText((0, 200), label=_("Address or landmark"))
    contact_name = CleanText(
        (0, 60), label=pgettext_lazy("person", "Name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_phone = CleanText(
        (0, 30), label=_("Telephone"), widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"})
    )
    contact_email = CleanText(
        (0, 200), label=_("E-mail"), widget=forms.TextInput(attrs={"autocomplete": "email", "type": "email"})
    )
    idempotency_key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, cycle)


def with_key(sent: QueryDict) -> QueryDict:
    """Return a form that is to be checked with its key; a browser without scripts has drawn none."""
    if sent.get("idempotency_key"):
        return sent
    copy = sent.copy()
    copy["idempotency_key"] = numbers.opaque_id()
    return copy


def contact_of(given: Mapping[str, str]) -> Contact:
    """Return the contact that was given in the fields of a form."""
    return Contact(name=given["contact_name"], phone=given["contact_phone"], email=given["contact_email"])


def answers_sent(sent: QueryDict, year: KnownYear) -> dict[str, Any]:
    """Return what `submit_suggestion` is given, from a form that was checked before; the service judges it once more.

    :raises InvalidInput: an aspect or an area that is not offered.
    """
    names = ("title", "matter", "wish", "address", "idempotency_key")
    given = {name: str(sent.get(name, "")) for name in (*names, "aspect", "area", *CONTACT_FIELDS)}
    try:
        return {
            **{name: given[name] for name in names},
            "aspect": year.aspects[given["aspect"]] if given["aspect"] else None,
            "area": year.areas[given["area"]],
            "contact": contact_of(given),
        }
    except KeyError as error:
        raise InvalidInput from error


class EnteredSuggestionForm(SuggestionForm):
    """What came by another channel, typed in by an official. A contact is kept with the consent of who gave it."""

    channel = forms.ChoiceField(
        label=_("Channel"), choices=[("", _("Choose")), *(c for c in Channel.choices if c[0] != Channel.WEB)]
    )
    received_on = day_field(
        _("Received on"),
        help_text=_("The day the letter, call or visit came in."),
    )
    has_consent = forms.BooleanField(
        label=_("Who sent it agrees that this contact is kept, to be answered."), required=False
    )
    field_order = ("channel", "received_on", *SuggestionForm.base_fields)

    def clean(self) -> dict[str, Any]:
        """Refuse a contact without consent: it would have to be thrown away in silence."""
        data = super().clean() or {}
        if any(data.get(name) for name in CONTACT_FIELDS) and not data.get("has_consent"):
            self.add_error(
                "has_consent", _("A contact is kept only with consent. Tick this after asking, or leave it out.")
            )
        return data


class TrackForm(forms.Form):
    """Number and code of a receipt."""

    number = forms.CharField(
        label=_("Number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    )
    code = forms.CharField(label=_("Code"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class LetterForm(forms.Form):
    """The open letter."""

    title = CleanText(LETTER_TITLE_LENGTH, label=_("Title"))
    body = CleanText(
        BODY_LENGTH,
        rows=20,
        label=_("Text"),
        help_text=_("A line of the text is a line of the letter. A line that begins with # is a heading."),
    )
    signed_by = CleanText((1, 200), label=_("Signed by"))
    document_number = CleanText((0, 100), label=_("Document number"))
    dated_on = day_field(_("Dated"), required=False)
    seen = seen_field()


class CorrectionForm(LetterForm):
    """What a published letter is to say, and why it is changed. seen: how many corrections there are."""

    reason = CleanText(
        WHY_CORRECTED_LENGTH,
        rows=3,
        label=_("Reason, shown to the public"),
        help_text=_("What was wrong or has changed, in one sentence. It stands on the letter's page with the date."),
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    field_order = ("reason", *LetterForm.base_fields)


class WordingForm(forms.Form):
    """The public wording of a suggestion."""

    public_title = CleanText(TITLE_LENGTH, label=_("Public title"))
    public_matter = CleanText(MATTER_LENGTH, rows=6, label=_("Public matter"))
    public_wish = CleanText(WISH_LENGTH, rows=4, label=_("Public wish"))
    seen = seen_field()


class DeclineForm(forms.Form):
    """Why a suggestion is not taken up."""

    reason = forms.ChoiceField(label=_("Reason"), choices=DeclineReason)
    words = CleanText(WORDS_LENGTH, rows=3, label=_("Explanation for the sender"))
    seen = seen_field()


class HandOverForm(forms.Form):
    """Where a suggestion goes."""

    handed_to = forms.ChoiceField(label=_("Handed over to"), choices=HandOver)
    words = CleanText(WORDS_LENGTH, rows=3, label=_("Explanation for the sender"))
    seen = seen_field()


class ReplyForm(forms.Form):
    """An answer in the name of one of the person's own organisations."""

    organisation = RowField(Organisation.objects.none(), label=_("Answered by"), empty_label=None)
    text = CleanText(REPLY_LENGTH, rows=6, label=_("Answer"))
    seen = seen_field()

    def __init__(self, mandates: tuple[Mandate, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [mandate.organisation_id for mandate in mandates if mandate.organisation_id]
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=own).order_by("pk")  # type: ignore[attr-defined]


class NeedForm(forms.Form):
    """A need."""

    title = CleanText(NEED_TITLE_LENGTH, label=_("Title"))
    summary = CleanText(SUMMARY_LENGTH, rows=5, label=_("What people need"))
    aspect = AspectField(required=False, empty_label=_("not sure"))
    area = PlaceField(empty_label=None)

    def __init__(self, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, cycle)


class ReasonForm(forms.Form):
    """Why something is not adopted; shown to the public."""

    reason = CleanText(REASON_LENGTH, rows=4, label=_("Reason, shown to the public"))


class LinkCandidateForm(forms.Form):
    """Which candidate answers a need that came later, and why."""

    candidate = RowField(
        Candidate.objects.none(), to_field_name="number", label=_("Candidate"), empty_label=_("Choose")
    )
    reason = CleanText(
        REASON_LENGTH,
        rows=3,
        label=_("Reason, shown to the public"),
        help_text=_("Why this candidate answers the need, in one sentence."),
    )
    seen = SeenNumbers()

    def __init__(self, candidates: QuerySet[Candidate], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["candidate"].queryset = candidates  # type: ignore[attr-defined]


class CandidateTextForm(forms.Form):
    """The words of a candidate, and where they come from."""

    title = CleanText(CANDIDATE_TITLE_LENGTH, label=_("Title"))
    summary = CleanText(CANDIDATE_SUMMARY_LENGTH, rows=6, label=_("What will be done"))
    place = CleanText(
        PLACE_LENGTH,
        label=_("Where it is to be done"),
        help_text=_("Districts, streets or sites. A draft may leave it open; the deputies read it in the booth."),
    )
    source = CleanText(
        SOURCE_LENGTH,
        label=_("Published source"),
        help_text=_("Where it was published, with date or address. Empty if it was drafted here."),
    )


class RevisionForm(CandidateTextForm):
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
        _choices(self, cycle)
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
        _choices(self, cycle)


class SheetForm(forms.Form):
    """The feasibility sheet: one amount per source, empty where it pays nothing."""

    starts_on = day_field(_("Starts on"))
    finishes_on = day_field(_("Finished by"))
    people_served = forms.IntegerField(label=_("People served a year"), min_value=1, max_value=999_999_999)
    legal_basis = CleanText((2, 300), label=_("Legal basis"))
    notes = CleanText((0, 4000), rows=4, label=_("Notes"))
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


class DropForm(forms.Form):
    """Why a candidate is left off the list; shown to the public."""

    reason = CleanText(DROP_LENGTH, rows=4, label=_("Reason, shown to the public"))
    seen = seen_field()


def _choices(form: forms.Form, cycle: Cycle) -> None:
    form.fields["aspect"].queryset = cycles.aspects_of(cycle)  # type: ignore[attr-defined]
    if "area" in form.fields:
        form.fields["area"].queryset = cycles.areas_of_year(cycle)  # type: ignore[attr-defined]


def sheet_initial(candidate: Candidate, costs: dict[FundSource, Any]) -> dict[str, Any]:
    """Return what the sheet form begins with."""
    sheet = getattr(candidate, "sheet", None)
    if sheet is None:
        return {}
    names = ("starts_on", "finishes_on", "people_served", "legal_basis", "notes", "source")
    amounts = {f"cost_{source}": amount.normalize() for source, amount in costs.items()}
    return {**{name: getattr(sheet, name) for name in names}, **amounts}
