"""What is removed or put right of what is kept of a citizen."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.kernel.forms import CleanText, seen_field
from proposals.services._shared import MASKED_LENGTH
from proposals.states import ErasureReason


class ErasureForm(forms.Form):
    """Why something is removed."""

    reason = forms.ChoiceField(label=_("Reason"), choices=ErasureReason)


class MaskForm(ErasureForm):
    """Which words are starred out, and why."""

    words = CleanText(
        MASKED_LENGTH,
        rows=4,
        label=_("Words to be masked"),
        help_text=_("As they stand in the text, one to a line; each is starred out wherever it stands."),
    )
    field_order = ("words", "reason")


class ContactForm(forms.Form):
    """How somebody is reached from now on."""

    contact_name = CleanText(
        (0, 60), label=pgettext_lazy("person", "Name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_phone = CleanText(
        (0, 30), label=_("Telephone"), widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"})
    )
    contact_email = CleanText(
        (0, 200), label=_("E-mail"), widget=forms.TextInput(attrs={"autocomplete": "email", "type": "email"})
    )


class SeenContactForm(ContactForm):
    """The same at the desk, with what the page had shown."""

    seen = seen_field()
