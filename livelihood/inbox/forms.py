"""What somebody wishes to be told."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.inbox.models import Preference
from livelihood.inbox.senders import sender_for
from livelihood.inbox.states import MailWish, SendingWay


class HourInput(forms.TimeInput):
    """A time of day for the browser's own clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PreferenceForm(forms.Form):
    """Ways, and hours in which nothing is sent; ways that this installation has not are left out."""

    how_often = forms.ChoiceField(label=_("Mails about your work"), choices=MailWish.choices, widget=forms.RadioSelect)
    sms = forms.BooleanField(label=_("An SMS when something comes"), required=False)
    work = forms.BooleanField(label=_("A note in the work messenger when something comes"), required=False)
    quiet_from = forms.TimeField(label=_("Nothing is sent from"), widget=HourInput())
    quiet_until = forms.TimeField(label=_("until"), widget=HourInput())

    def __init__(self, wish: Preference, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(wish, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        for way in (SendingWay.SMS, SendingWay.WORK):
            if sender_for(way) is None:
                del self.fields[way.value]

    def wishes(self) -> dict[str, Any]:
        """Return what the service takes; a way that was not offered is not wished."""
        return {"sms": False, "work": False} | self.cleaned_data
