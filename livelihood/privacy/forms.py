"""The form of a period."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.forms import CleanText
from livelihood.kernel.personal import Period
from livelihood.privacy.services import REASON_LENGTH


class PeriodForm(forms.Form):
    """For how many days something is kept, and why. seen: number of the period that was shown."""

    days = forms.IntegerField(label=_("Days"))
    reason = CleanText(REASON_LENGTH, label=_("Reason, for the journal"))
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, period: Period, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"] = forms.IntegerField(
            label=_("Days"),
            min_value=period.least,
            max_value=period.most,
            help_text=format_lazy(
                _("{least} to {most}, {begins}."), least=period.least, most=period.most, begins=period.begins
            ),
        )
