"""Sites of the list, what is found at them, and notices of those that are late."""

from collections.abc import Iterable
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.cycles import selectors as cycles
from livelihood.cycles.forms import AreaField, OrganisationField
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.querysets import on_day
from livelihood.kernel.forms import ADDRESS, CleanText, PublicText, amount_field, day_field, seen_field
from projects.forms.progress import NOTE_LENGTH
from projects.forms.promises import TITLE_LENGTH
from projects.importers import NO_UNIT, SiteRow
from projects.models import Site, StandardLine
from projects.selectors.lookups import Lookups
from projects.services.sites import Finding
from projects.services.staging import digests
from projects.states import CountedBy

ANSWER_LENGTH = 2000


def degrees_field(label: Any, *, most: int, **kwargs: Any) -> forms.DecimalField:
    """Make a field for a longitude or latitude."""
    places = 6
    return forms.DecimalField(
        label=label, min_value=-most, max_value=most, decimal_places=places, required=False, **kwargs
    )


class InspectionForm(forms.Form):
    """Every line of the standard, met or not."""

    note = PublicText((0, NOTE_LENGTH), label=_("Note"), rows=2)
    seen = seen_field()

    def __init__(self, lines: Iterable[StandardLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[f"met_{line.pk}"] = forms.TypedChoiceField(
                label=line.requirement,
                choices=[("yes", _("Met")), ("no", _("Not met"))],
                coerce=lambda value: value == "yes",
                widget=forms.RadioSelect,
                help_text=" ".join(part for part in (line.measure, line.required_value, line.unit) if part),
            )
        self.order_fields([*(f"met_{line.pk}" for line in self.lines), "note"])

    def findings(self) -> dict[int, Finding]:
        """Return what was found, by line."""
        return {line.pk: Finding(self.cleaned_data[f"met_{line.pk}"]) for line in self.lines}

    def beside(self) -> dict[str, Any]:
        """Return the note, and what was seen."""
        return {name: self.cleaned_data[name] for name in ("note", "seen")}


class NoticeAnswerForm(forms.Form):
    """A unit's answer to a notice."""

    answer = PublicText((1, ANSWER_LENGTH), label=_("Why the site is late, and what is done about it"), rows=5)
    seen = seen_field()


class CheckForm(forms.Form):
    """What the supervision office finds about an answer."""

    finding = PublicText((0, ANSWER_LENGTH), label=_("Finding"), rows=3)
    answer_by = day_field(_("New last day to answer, if it is sent back"))
    seen = seen_field()

    def closing(self) -> dict[str, Any]:
        """Return what closing takes: no new day."""
        return {name: self.cleaned_data[name] for name in ("finding", "seen")}


class FindingForm(forms.Form):
    """What the supervision office has found where it closes notices."""

    finding = PublicText((0, ANSWER_LENGTH), label=_("Finding"), rows=3)


class AcceptedForm(forms.Form):
    """What an inspector says of sites that are accepted."""

    note = PublicText((0, NOTE_LENGTH), label=_("Note"), rows=2)


class SiteForm(forms.Form):
    """One site of the list, entered by hand."""

    indicator = forms.TypedChoiceField(
        label=_("Indicator"), coerce=int, help_text=_("Indicators that are counted by sites.")
    )
    key = CleanText(
        (1, 60),
        label=_("Site key"),
        help_text=_("A number or word of your own by which an import finds this site again."),
    )
    name = PublicText((1, TITLE_LENGTH), besides=ADDRESS, label=_("Site"))
    area = AreaField(Area.objects.none(), label=_("Area"), help_text=_("Type the name or the code."))
    address = PublicText((0, 300), besides=ADDRESS, label=_("Address"))
    longitude = degrees_field(_("Longitude"), most=180, help_text=_("In degrees, for instance 120.1536."))
    latitude = degrees_field(_("Latitude"), most=90, help_text=_("In degrees, for instance 30.2655."))
    starts_on = day_field(_("Start"), required=False)
    due_on = day_field(_("Date"))
    organisation = OrganisationField(
        Organisation.objects.none(),
        label=_("Responsible unit"),
        required=False,
        help_text=_("Type the full or a short name."),
    )
    standard = forms.TypedChoiceField(label=_("Standard"), coerce=int, empty_value=None, required=False)
    quantity_planned = amount_field(_("Planned quantity"), required=False)
    source = CleanText((0, 300), label=_("Where it was published"))

    def __init__(self, lookups: Lookups, *args: Any, site: Site | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lookups, self.site = lookups, site
        numbers = lookups.numbers
        mine = [row for row in lookups.indicators_by_key.values() if row.counted_by == CountedBy.SITES]
        mine = [row for row in mine if site is None or row.project_id == site.project_id]
        mine.sort(key=lambda row: (numbers[row.project_id], row.number))
        none = ("", "–")
        choices = {
            "indicator": [(row.pk, f"{numbers[row.project_id]}. {row.project.title}: {row.name}") for row in mine],
            "standard": [none, *sorted(lookups.standard_names.items(), key=itemgetter(1))],
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        self.fields["area"].queryset = cycles.areas_of_year(lookups.cycle)  # type: ignore[attr-defined]
        offered = on_day(timezone.localdate()) | Q(pk=site and site.organisation_id)
        units = Organisation.objects.within(lookups.cycle.area).filter(offered).select_related("area")
        self.fields["organisation"].queryset = units  # type: ignore[attr-defined]
        if site is not None:
            del self.fields["key"]
            self.fields["reason"] = PublicText((1, NOTE_LENGTH), label=_("Why it is corrected"), rows=2)
            self.fields["seen"] = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
            self.initial = self._stored(site) | {"seen": digests([site.pk])[site.pk]}

    def _stored(self, site: Site) -> dict[str, Any]:
        names = ("name", "address", "longitude", "latitude", "starts_on", "due_on", "quantity_planned", "source")
        stored = {name: getattr(site, name) for name in names} | {
            "indicator": site.indicator_id,
            "area": site.area_id,
            "organisation": site.organisation_id,
            "standard": site.standard_id,
        }
        return {
            name: f"{value.normalize():f}" if isinstance(value, Decimal) else value for name, value in stored.items()
        }

    def clean(self) -> dict[str, Any]:
        """Refuse a unit that is not the nearest of its name to the chosen area: an import would find another."""
        data: dict[str, Any] = self.cleaned_data
        if data.get("organisation") and data.get("area"):
            data["unit"] = self.lookups.unit(data["organisation"].name_zh, data["area"])
            if data["unit"] != data["organisation"].pk:
                self.add_error("organisation", NO_UNIT)
        return data

    def row(self) -> SiteRow:
        """Return the site as the service takes it; without a start it begins with the delivery."""
        data = self.cleaned_data
        return SiteRow(
            project_id=self.lookups.indicators_by_key[data["indicator"]].project_id,
            key=self.site.key if self.site else data["key"],
            indicator_id=data["indicator"],
            area_id=data["area"].pk,
            standard_id=data["standard"],
            organisation_id=data.get("unit"),
            starts_on=data["starts_on"] or min(self.lookups.first_day, data["due_on"]),
            **{name: data[name] for name in (
                "name", "address", "longitude", "latitude", "due_on", "quantity_planned", "source",
            )},
        )  # fmt: skip
