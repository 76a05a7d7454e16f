"""What is decided on a suggestion, and answered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import Mandate
from livelihood.cycles.models import Cycle, Organisation
from livelihood.kernel.forms import CleanText, RowField, seen_field
from proposals import selectors
from proposals.models import Need
from proposals.services.intake import MATTER_LENGTH, TITLE_LENGTH, WISH_LENGTH
from proposals.services.screening import REPLY_LENGTH, WORDS_LENGTH
from proposals.states import DeclineReason, HandOver


class WordingForm(forms.Form):
    """The public wording of a suggestion."""

    public_title = CleanText(TITLE_LENGTH, label=_("Public title"))
    public_matter = CleanText(MATTER_LENGTH, rows=6, label=_("Public matter"))
    public_wish = CleanText(WISH_LENGTH, rows=4, label=_("Public wish"))
    is_sure = forms.BooleanField(label=_("Publish it as it stands"), required=False, widget=forms.HiddenInput)
    seen = seen_field()

    def add_error(self, field: str | None, error: Any) -> None:
        """Show the box once it is asked for."""
        if field == "is_sure" or self.data.get("is_sure"):
            self.fields["is_sure"].widget = forms.CheckboxInput()
        super().add_error(field, error)


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


class BehindNeedForm(forms.Form):
    """The need behind which suggestions are put, by its number."""

    need = forms.IntegerField(label=_("Number of the need"), min_value=1, max_value=10**9)
    seen = seen_field()

    def __init__(self, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cycle = cycle

    def clean_need(self) -> Need:
        """Return the need of this number in the year."""
        need = selectors.need_at(self.cycle, self.cleaned_data["need"])
        if need is None:
            raise forms.ValidationError(_("There is no need of this number in this year."))
        return need


class ReplyForm(forms.Form):
    """An answer in the name of one of the person's own organisations."""

    organisation = RowField(Organisation.objects.none(), label=_("Answered by"), empty_label=None)
    text = CleanText(REPLY_LENGTH, rows=6, label=_("Answer"))
    seen = seen_field()

    def __init__(self, mandates: tuple[Mandate, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [mandate.organisation_id for mandate in mandates if mandate.organisation_id]
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=own).order_by("pk")  # type: ignore[attr-defined]
