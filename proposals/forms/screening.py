"""What is decided on a suggestion."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Cycle
from livelihood.kernel.forms import CleanText, PublicText, judged_in, seen_field
from proposals import selectors
from proposals.models import Need
from proposals.services.inquiries import ANSWER_LENGTH, DAYS, QUESTION_LENGTH, USUAL_DAYS
from proposals.services.intake import MATTER_LENGTH, TITLE_LENGTH, WISH_LENGTH
from proposals.services.notes import NOTE_LENGTH
from proposals.services.screening import WORDS_LENGTH
from proposals.states import DeclineReason, HandOver, InquiryTopic, ListedKind


class WordingForm(forms.Form):
    """The public wording of a suggestion."""

    public_title = PublicText(TITLE_LENGTH, label=_("Public title"))
    public_matter = PublicText(MATTER_LENGTH, rows=6, label=_("Public matter"))
    public_wish = PublicText(WISH_LENGTH, rows=4, label=_("Public wish"))
    seen = seen_field()

    def clean(self) -> dict[str, Any]:
        """Return the wording, and what was let stand in it."""
        return {**self.cleaned_data, "judged": judged_in(self)}


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


class SeenForm(forms.Form):
    """An act that asks for nothing but what was seen."""

    seen = seen_field()


class AskForm(forms.Form):
    """What who sent a suggestion is asked, and for how long."""

    topics = forms.MultipleChoiceField(
        label=_("Questions"), choices=InquiryTopic, widget=forms.CheckboxSelectMultiple, required=False
    )
    text = CleanText(QUESTION_LENGTH, rows=3, label=_("Something else"))
    days = forms.IntegerField(label=_("Days to answer"), min_value=DAYS[0], max_value=DAYS[1], initial=USUAL_DAYS)
    seen = seen_field()


class AnswerForm(forms.Form):
    """What who sent a suggestion answers."""

    text = CleanText(ANSWER_LENGTH, rows=5, label=_("Your answer"))


class DeskNoteForm(forms.Form):
    """A note among colleagues."""

    text = CleanText(NOTE_LENGTH, rows=4, label=_("Note"))


class ListedWordsForm(forms.Form):
    """Words that the office looks for, one a line."""

    kind = forms.ChoiceField(label=_("Kind of words"), choices=ListedKind)
    words = forms.CharField(label=_("Words, one a line"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}))
