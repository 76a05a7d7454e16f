"""What a citizen is answered, and what the office keeps to answer with."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import Mandate
from livelihood.cycles.models import Area, Organisation
from livelihood.kernel.forms import CleanText, PublicText, RowField, seen_field
from proposals import selectors
from proposals.models import ProgressWord, ReplyTemplate
from proposals.services.phrases import FIELDS, NAME_LENGTH, WORD_LENGTH
from proposals.services.replies import (
    INSISTING_LENGTH,
    REPLY_LENGTH,
    WHY_CORRECTED_LENGTH,
    WHY_RETURNED_LENGTH,
)


class AnsweringForm(forms.Form):
    """What a reply says: in one's own words, or in those of a template."""

    template = RowField(
        ReplyTemplate.objects.none(),
        label=_("Text of the office"),
        required=False,
        empty_label=_("none, written below"),
        help_text=_("Taken where nothing is written below; number, title, need and organisation are filled in."),
    )
    text = PublicText(
        (0, REPLY_LENGTH[1]),
        rows=6,
        label=_("Answer"),
        help_text=_("What is done, by whom and until when, or why nothing is. Name the matter."),
    )
    progress = RowField(
        ProgressWord.objects.none(),
        label=_("How far it has come"),
        required=False,
        empty_label=_("nothing is said"),
        help_text=_("Shown beside the answer, where it is public too."),
    )
    why_insisted = CleanText(
        (0, INSISTING_LENGTH[1]),
        label=_("Why it has to go as it is"),
        help_text=_("Read at the desk and in the journal only; name nobody."),
        widget=forms.HiddenInput,
    )
    seen = seen_field()

    def __init__(self, area: Area, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("template", selectors.templates_of(area)), ("progress", selectors.progress_words_of(area))):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            if not rows:
                self.fields[name].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Take the text of the template where nothing was written."""
        data = super().clean() or {}
        template = data.pop("template", None)
        if "text" in data:
            data["text"] = data["text"] or (template.text if template else "")
            if not data["text"]:
                self.add_error("text", _("Write an answer, or choose a text of the office."))
        return data

    def add_error(self, field: str | None, error: Any) -> None:
        """Ask for the reason once an answer was stopped."""
        if field == "why_insisted" or self.data.get("why_insisted"):
            self.fields["why_insisted"].widget = forms.TextInput()
        super().add_error(field, error)


class ReplyForm(AnsweringForm):
    """An answer in the name of one of the person's own organisations."""

    organisation = RowField(Organisation.objects.none(), label=_("Answered by"), empty_label=None)
    field_order = ("organisation", "template", "text", "progress", "why_insisted", "seen")

    def __init__(self, area: Area, mandates: tuple[Mandate, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(area, *args, **kwargs)
        own = [mandate.organisation_id for mandate in mandates if mandate.organisation_id]
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=own).order_by("pk")  # type: ignore[attr-defined]


class CorrectReplyForm(AnsweringForm):
    """What an answer is to say, and why it is changed."""

    why_corrected = PublicText(
        WHY_CORRECTED_LENGTH,
        label=_("Reason, shown to the public"),
        help_text=_("What was wrong or has changed. It stands below the answer with the day and what it said before."),
    )
    field_order = ("why_corrected", "template", "text", "progress", "why_insisted", "seen")


class ReturnDraftForm(forms.Form):
    """Why a reply is given back unsent."""

    why_returned = CleanText(WHY_RETURNED_LENGTH, label=_("What is to be changed"))


class TemplateForm(forms.Form):
    """A text to begin replies with."""

    name = CleanText(NAME_LENGTH, label=_("Name of the text"), help_text=_("One of the same name is replaced."))
    text = PublicText(REPLY_LENGTH, rows=8, label=_("Text"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = _("Filled in when a reply is sent: %(fields)s") % {"fields": " ".join(FIELDS)}


class ProgressForm(forms.Form):
    """A word of how far something has come."""

    name = CleanText(WORD_LENGTH, label=_("Word"), help_text=_("For instance: being studied, in this year's plan"))
