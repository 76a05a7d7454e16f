"""By when the office answers, and which days it works."""

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.forms import CleanText, day_field, seen_field
from proposals.models.answering import DAYS_POSSIBLE
from proposals.services.answering import DAY_NAME_LENGTH


class AnswerRuleForm(forms.Form):
    """Within how many working days the office answers."""

    days = forms.IntegerField(
        label=_("Working days to answer"),
        help_text=_("Counted from the day after the receipt. Holds for suggestions that come from now on."),
        min_value=DAYS_POSSIBLE[0],
        max_value=DAYS_POSSIBLE[1],
    )
    remind_days = forms.IntegerField(
        label=_("Working days before, on which the office is reminded"), min_value=0, max_value=DAYS_POSSIBLE[1]
    )
    has_four_eyes = forms.BooleanField(label=_("A reply that one has written is sent by another"), required=False)
    seen = seen_field()


class SpecialDayForm(forms.Form):
    """A day that is worked, or is not, otherwise than the calendar says."""

    day = day_field(_("Day"))
    is_worked = forms.TypedChoiceField(
        label=_("What it is"),
        choices=[("no", _("Day off")), ("yes", _("Working day"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    name = CleanText(
        DAY_NAME_LENGTH, label=_("Name of the day"), help_text=_("For instance: National Day, make-up day")
    )
