"""The open letter and its corrections."""

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.forms import CleanText, PublicText, day_field, seen_field
from proposals.services.letters import BODY_LENGTH, WHY_CORRECTED_LENGTH
from proposals.services.letters import TITLE_LENGTH as LETTER_TITLE_LENGTH


class LetterForm(forms.Form):
    """The open letter."""

    title = PublicText(LETTER_TITLE_LENGTH, label=_("Title"))
    body = PublicText(
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

    reason = PublicText(
        WHY_CORRECTED_LENGTH,
        rows=3,
        label=_("Reason, shown to the public"),
        help_text=_("What was wrong or has changed, in one sentence. It stands on the letter's page with the date."),
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    field_order = ("reason", *LetterForm.base_fields)
