"""Objections and their answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.forms import CleanText
from proposals.services.objections import OBJECTION_LENGTH


class ObjectionForm(forms.Form):
    """Why the need is not what was meant."""

    words = CleanText(
        OBJECTION_LENGTH,
        rows=4,
        label=_("What is not as you meant it?"),
        help_text=_("You can object once. Please give no name and no telephone number."),
    )


class AnswerObjectionForm(forms.Form):
    """What is done because of it, or why nothing is."""

    answer = CleanText(OBJECTION_LENGTH, rows=4, label=_("Answer to who sent it"))
