"""What a citizen sends, and what an official enters for one."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.widgets import Input
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.cycles.models import Cycle
from livelihood.cycles.selectors import KnownYear
from livelihood.kernel import numbers
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.forms import CleanText, day_field
from proposals.forms._shared import AspectField, PlaceField, PlaceSelect, offer_choices
from proposals.services.intake import MATTER_LENGTH, TITLE_LENGTH, WISH_LENGTH, WITHOUT_CONSENT, Contact
from proposals.states import Channel

OTHER_NOTICE = _("What your data is for was changed meanwhile. Read it, and tick the box again.")
CONTACT_FIELDS = ("contact_name", "contact_phone", "contact_email", "consent")


class ConsentCheckbox(Input):
    """A box that sends the version of the notice beside it; ticked for another one, it is shown unticked again."""

    input_type = "checkbox"
    template_name = "django/forms/widgets/checkbox.html"
    version = 0

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Let the box send the version that is shown, whatever was sent before."""
        context = super().get_context(name, self.version, attrs)
        context["widget"]["attrs"] |= {"checked": True} if str(value) == str(self.version) else {}
        return context


class SuggestionForm(forms.Form):
    """What a citizen sends."""

    title = CleanText(
        TITLE_LENGTH,
        label=_("What is it about?"),
        help_text=_("A few words, for instance: No lift for the old people of Building 3."),
        error_messages={"required": _("Write in a few words what it is about.")},
    )
    matter = CleanText(
        MATTER_LENGTH,
        rows=6,
        label=_("How is it now?"),
        help_text=_("What is missing or wrong, where, and for how many people. Please leave names and numbers out."),
        error_messages={"required": _("Write how it is now: what is missing or wrong, and for whom.")},
    )
    wish = CleanText(
        WISH_LENGTH,
        rows=4,
        label=_("What should be done?"),
        help_text=_("What would be good enough for you, and by when."),
        error_messages={"required": _("Write what should be done.")},
    )
    area = PlaceField(
        label=_("Where is it?"),
        empty_label=None,
        widget=PlaceSelect(
            attrs={
                "data-places": True,
                "data-places-search": _("Find a place by its name"),
                "data-places-list": _("Places"),
                "data-places-none": _("No place of this name lies here. Try a part of it."),
            }
        ),
    )
    address = CleanText((0, 200), label=_("Address or landmark"))
    aspect = AspectField(required=False, empty_label=_("I am not sure"), blank=True, widget=forms.RadioSelect)
    contact_name = CleanText(
        (0, 60), label=pgettext_lazy("person", "Name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_phone = CleanText(
        (0, 30), label=_("Telephone"), widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"})
    )
    contact_email = CleanText(
        (0, 200), label=_("E-mail"), widget=forms.TextInput(attrs={"autocomplete": "email", "type": "email"})
    )
    consent = forms.IntegerField(
        label=_("I agree that what I enter here about myself is kept and used for this purpose."),
        required=False,
        widget=ConsentCheckbox(),
    )
    idempotency_key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, cycle: Cycle, *args: Any, notice: int, **kwargs: Any) -> None:
        """Offer what the year has. notice: version of the purpose that stands on the page."""
        super().__init__(*args, **kwargs)
        offer_choices(self, cycle)
        self.fields["consent"].widget.version = self.notice = notice
        for name in ("title", "matter", "wish"):
            field: Any = self.fields[name]
            field.widget.attrs |= {
                "data-missing": field.error_messages["required"],
                "data-least": field.bounds[0],
                "data-most": field.bounds[1],
            }

    def clean(self) -> dict[str, Any]:
        """Take a contact with the consent to what stands on the page now, and to nothing else."""
        data = super().clean() or {}
        if data.get("consent") not in {None, self.notice}:
            self.add_error("consent", OTHER_NOTICE)
        elif data.get("consent") is None and any(data.get(name) for name in CONTACT_FIELDS):
            self.add_error("consent", WITHOUT_CONSENT)
        return data


def with_key(sent: QueryDict) -> QueryDict:
    """Return a form that is to be checked with its key; a browser without scripts has drawn none."""
    if sent.get("idempotency_key"):
        return sent
    copy = sent.copy()
    copy["idempotency_key"] = numbers.opaque_id()
    return copy


def contact_of(given: Mapping[str, Any]) -> Contact:
    """Return the contact that was given in the fields of a form."""
    name, phone, email, notice = (given.get(field) for field in CONTACT_FIELDS)
    return Contact(name or "", phone or "", email or "", notice)


def answers_sent(sent: QueryDict, year: KnownYear, notice: int) -> dict[str, Any]:
    """Return what `submit_suggestion` is given, from a form that was checked before; the service judges it once more.

    notice: version of the purpose as it is now.

    :raises InvalidInput: an aspect or an area that is not offered; a consent to another notice.
    """
    names = ("title", "matter", "wish", "address", "idempotency_key")
    given = {name: str(sent.get(name, "")) for name in (*names, "aspect", "area", *CONTACT_FIELDS)}
    try:
        return {
            **{name: given[name] for name in names},
            "aspect": year.aspects[given["aspect"]] if given["aspect"] else None,
            "area": year.areas[given["area"]],
            "contact": contact_of({**given, "consent": {"": None, str(notice): notice}[given["consent"]]}),
        }
    except KeyError as error:
        raise InvalidInput from error


class EnteredSuggestionForm(SuggestionForm):
    """What came by another channel, typed in by an official, who has asked whether a contact may be kept."""

    area = PlaceField(empty_label=None)
    aspect = AspectField(required=False, empty_label=_("I am not sure"))
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[("", _("Choose")), *(c for c in Channel.choices if c[0] != Channel.WEB)]
    )
    received_on = day_field(
        _("Received on"),
        help_text=_("The day the letter, call or visit came in."),
    )
    consent = forms.IntegerField(
        label=_("Who sent it agrees that this contact is kept, to be answered."),
        required=False,
        widget=ConsentCheckbox(),
    )
    field_order = ("channel", "received_on", *SuggestionForm.base_fields)


class TrackForm(forms.Form):
    """Number and code of a receipt."""

    number = forms.CharField(
        label=_("Number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    )
    code = forms.CharField(
        label=_("Code"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "data-code": "scanned"})
    )
