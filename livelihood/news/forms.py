"""The forms of news."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.forms import PublicText, RowField
from livelihood.news.services import REASON_LENGTH, TEXT_LENGTH, TITLE_LENGTH


class NewsForm(forms.Form):
    """A notice, about the area or one of its years."""

    title = PublicText(TITLE_LENGTH, label=_("Title"))
    text = PublicText(
        TEXT_LENGTH,
        rows=8,
        label=_("Text"),
        help_text=_(
            "Short: what, when, where, whom to ask. Blank lines part paragraphs; [words](https://…) is a link."
        ),
    )
    cycle = RowField(
        Cycle.objects.none(),
        to_field_name="year",
        label=_("About the year"),
        required=False,
        empty_label=_("the area as a whole"),
        label_of=lambda cycle: str(cycle.year),
    )

    def __init__(self, area: Area, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = cycles.public_cycles().filter(area=area).exclude(phase=Phase.CLOSED).order_by("-year")
        self.fields["cycle"].queryset = years  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    """Why a notice is withdrawn."""

    reason = PublicText(REASON_LENGTH, rows=3, label=_("Reason, shown to the public"))
