"""Forms of areas and organisations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.forms import AreaField, OrganisationField
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.states import Level, OrganisationKind, is_lower
from livelihood.kernel.folding import seen_lines
from livelihood.kernel.forms import CleanText, day_field, seen_field
from livelihood.places.services.areas import ENGLISH_LENGTH, NAME_LENGTH, REASON_LENGTH
from livelihood.places.services.organisations import CONTACT_LENGTH, PHONE_LENGTH

ENGLISH = _("Empty: made of the Chinese name by pinyin.")


WHY = _("Needed where something hangs on it.")


def why_field(help_text: Any = WHY) -> CleanText:
    """Make a field for why something ends."""
    return CleanText((0, REASON_LENGTH), label=_("Reason"), help_text=help_text)


def degrees(label: Any, most: int) -> forms.DecimalField:
    """Make a field for a longitude or latitude, in degrees of WGS-84."""
    return forms.DecimalField(
        label=label, min_value=-most, max_value=most, max_digits=9, decimal_places=6, required=False
    )


class AreaForm(forms.Form):
    """A new area below another."""

    code = forms.CharField(
        label=_("Area code"), max_length=9, help_text=_("Of GB/T 2260: six digits, a township nine.")
    )
    name_zh = CleanText((1, NAME_LENGTH), label=_("Name in Chinese"))
    name_en = CleanText((0, ENGLISH_LENGTH), label=_("Name in English"), help_text=ENGLISH)
    level = forms.ChoiceField(label=_("Level"))
    valid_from = day_field(_("Valid from"), required=False, help_text=_("Empty: as long as anybody remembers."))
    longitude = degrees(_("Longitude"), 180)
    latitude = degrees(_("Latitude"), 90)
    source = CleanText((0, 300), label=_("Where it was published"))

    def __init__(self, *args: Any, parent: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lower = [level for level in Level if is_lower(level, Level(parent.level))]
        self.fields["level"].choices = [(level.value, level.label) for level in reversed(lower)]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        return self.cleaned_data | {"level": Level(self.cleaned_data["level"])}


class AreaEditForm(forms.Form):
    """What is known of an area."""

    seen = seen_field()
    name_en = CleanText((0, ENGLISH_LENGTH), label=_("Name in English"))
    valid_from = day_field(_("Valid from"), required=False)
    longitude = degrees(_("Longitude"), 180)
    latitude = degrees(_("Latitude"), 90)
    source = CleanText((0, 300), label=_("Where it was published"))


class RenameForm(forms.Form):
    """Another name, and the last day of the old one."""

    name_zh = CleanText((1, NAME_LENGTH), label=_("New name in Chinese"))
    name_en = CleanText((0, ENGLISH_LENGTH), label=_("New name in English"))
    until = day_field(_("Last day of the old name"))


class AreaEndForm(forms.Form):
    """When an area ends, and into which it was merged."""

    last_day = day_field(_("Last day"), required=False, help_text=_("Empty: it goes on after all."))
    successor = AreaField(
        Area.objects.none(),
        label=_("Merged into"),
        required=False,
        help_text=_("Type the name or the code. Empty: into none."),
    )
    reason = why_field()

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = Area.objects.filter(valid_to__isnull=True).exclude(pk=area.pk)  # type: ignore[attr-defined]


class LoadForm(forms.Form):
    """Nothing but the button."""


class ProvinceForm(forms.Form):
    """One of the provinces of the country."""

    code = forms.ChoiceField(label=_("Province"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = choices  # type: ignore[attr-defined]


class OrganisationEditForm(forms.Form):
    """What is known of an organisation, beside its name."""

    seen = seen_field()
    name_en = CleanText((0, ENGLISH_LENGTH), label=_("Name in English"))
    aliases = forms.CharField(
        label=_("Short names"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line. Sheets and searches find it by these as well."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind)
    parent = OrganisationField(
        Organisation.objects.none(),
        label=_("Belongs to"),
        required=False,
        help_text=_("Type the name or a part of it."),
    )
    contact = CleanText((0, CONTACT_LENGTH), label=_("Contact"), help_text=_("Who is to be asked there."))
    phone = CleanText(
        (0, PHONE_LENGTH), label=_("Office telephone"), help_text=_("Of the office. No person's own number.")
    )
    valid_from = day_field(_("Valid from"), required=False)

    def __init__(self, *args: Any, area: Area, organisation: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = Organisation.objects.filter(area__code__in=area.codes, merged_into__isnull=True).select_related("area")
        if organisation is None:
            del self.fields["seen"]
        else:
            above = above.exclude(pk=organisation.pk)
        self.fields["parent"].queryset = above  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        return self.cleaned_data | {
            "kind": OrganisationKind(self.cleaned_data["kind"]),
            "aliases": seen_lines(self.cleaned_data["aliases"]),
        }


class OrganisationForm(OrganisationEditForm):
    """A new organisation."""

    name_zh = CleanText((1, NAME_LENGTH), label=_("Full name in Chinese"))
    valid_to = day_field(_("Valid to"), required=False, help_text=_("Empty: until further notice."))
    field_order = ("name_zh",)


class MergeForm(forms.Form):
    """Into which organisation another goes over, and its own last day."""

    into = OrganisationField(
        Organisation.objects.none(), label=_("Merged into"), help_text=_("Type the name or a part of it.")
    )
    last_day = day_field(_("Last day of the one that ends"))
    reason = why_field(_("Needed where something goes over, or the two are of different kinds."))

    def __init__(self, *args: Any, area: Area, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Organisation.objects.within(area).exclude(pk=organisation.pk).filter(merged_into__isnull=True)
        self.fields["into"].queryset = others.select_related("area")  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The last day of an organisation."""

    seen = seen_field()
    last_day = day_field(_("Last day"), required=False, help_text=_("Empty: it goes on after all."))
    reason = why_field()
