"""Forms of projects, standards, sites, progress and notices: they parse and clean, the services decide."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.cycles import selectors as cycles
from livelihood.cycles.forms import AreaField, OrganisationField, organisations_for
from livelihood.cycles.models import Area, Aspect, Cycle, Organisation
from livelihood.cycles.querysets import on_day
from livelihood.kernel.forms import CleanText, RowField, amount_field, day_field, key_field, seen_field
from projects.importers import NO_UNIT, SiteRow
from projects.models import Indicator, LightRule, Site, StandardLine
from projects.selectors.lookups import Lookups
from projects.services.progress import GridOutcome, SiteEntry
from projects.services.sites import Finding
from projects.services.staging import digests
from projects.services.standards import LineInput
from projects.states import CountedBy, IndicatorKind, ProjectKind

TITLE_LENGTH, CONTENT_LENGTH, NOTE_LENGTH, ANSWER_LENGTH = 200, 4000, 500, 2000


def degrees_field(label: Any, *, most: int, **kwargs: Any) -> forms.DecimalField:
    """Make a field for a longitude or latitude."""
    places = 6
    return forms.DecimalField(
        label=label, min_value=-most, max_value=most, decimal_places=places, required=False, **kwargs
    )


class ProjectForm(forms.Form):
    """A project that was decided outside this portal."""

    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=999)
    aspect = RowField(Aspect.objects.none(), label=_("Aspect"))
    title = CleanText((1, TITLE_LENGTH), label=_("Title"))
    content = CleanText((0, CONTENT_LENGTH), label=_("Content"), rows=5)
    kind = forms.ChoiceField(label=_("Kind"), choices=ProjectKind)
    lead_organisation = OrganisationField(
        Organisation.objects.none(), label=_("Lead unit"), required=False, help_text=_("Type the full or a short name.")
    )
    source = CleanText((0, 300), label=_("Where it was published"))

    def __init__(self, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["aspect"].queryset = cycles.aspects_of(cycle)  # type: ignore[attr-defined]
        units = organisations_for(cycle.area, timezone.localdate())
        self.fields["lead_organisation"].queryset = units  # type: ignore[attr-defined]


class IndicatorForm(forms.Form):
    """What is measured, and how it adds up."""

    name = CleanText((1, TITLE_LENGTH), label=_("Name"))
    unit = CleanText((1, 20), label=_("Unit"), help_text=_("The unit of a rate is %."))
    kind = forms.ChoiceField(label=_("Kind"), choices=IndicatorKind)
    counted_by = forms.ChoiceField(
        label=_("Counted by"),
        choices=CountedBy,
        help_text=_("Rates and limits are reported by areas; only quantities add up from sites."),
    )
    target = amount_field(_("Target"), required=False, help_text=_("Leave it empty if none is published."))


class IndicatorChangeForm(IndicatorForm):
    """An indicator put right."""

    seen = seen_field()


class AllocationForm(forms.Form):
    """The shares of a project's indicators: one row for each area, one column for each indicator."""

    seen = seen_field()

    def __init__(self, indicators: Iterable[Indicator], areas: Iterable[Area], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicators, self.areas = list(indicators), list(areas)
        for area in self.areas:
            for indicator in self.indicators:
                label = _("%(area)s: %(indicator)s") % {"area": area.name, "indicator": indicator.name}
                field = amount_field(label, required=False)
                field.widget.attrs["aria-label"] = label
                self.fields[self.name(indicator, area)] = field

    @staticmethod
    def name(indicator: Indicator, area: Area) -> str:
        """Name one cell of the matrix."""
        return f"share_{indicator.pk}_{area.pk}"

    def rows(self) -> list[tuple[Area, list[forms.BoundField]]]:
        """Return the matrix as it is drawn."""
        return [(area, [self[self.name(indicator, area)] for indicator in self.indicators]) for area in self.areas]

    def targets(self, indicator: Indicator) -> dict[Area, Decimal | None]:
        """Return the shares of one indicator."""
        return {area: self.cleaned_data[self.name(indicator, area)] for area in self.areas}


class StandardForm(forms.Form):
    """A standard: its title."""

    title = CleanText((1, TITLE_LENGTH), label=_("Title"))


class LineForm(forms.Form):
    """One requirement; a row without one is left out."""

    requirement = CleanText((0, 300), label=_("Requirement"))
    measure = CleanText((0, 200), label=_("How it is measured"))
    required_value = CleanText((0, 100), label=_("Required value"))
    unit = CleanText((0, 20), label=_("Unit"))


LineForms = forms.formset_factory(LineForm, extra=4, max_num=100, absolute_max=100)


def lines_of(forms_: Any) -> list[LineInput]:
    """Return the requirements of a valid set of forms."""
    rows = [form.cleaned_data for form in forms_ if form.cleaned_data.get("requirement")]
    return [LineInput(**row) for row in rows]


class LightRuleForm(forms.ModelForm):
    """The thresholds of the lights."""

    seen = seen_field()

    class Meta:
        model = LightRule
        fields = (
            "yellow_points", "red_points", "yellow_start_days", "red_start_days", "yellow_overdue_days",
            "red_overdue_days", "notice_days",
        )  # fmt: skip


CONFIRMED = _("This number is right")


class ConfirmedForm(forms.Form):
    """A form that asks about a number far over what is expected; what was entered stays, and is confirmed by a tick."""

    is_confirmed = forms.BooleanField(label=CONFIRMED, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self["is_confirmed"].data:
            self.fields["is_confirmed"].widget = forms.HiddenInput()

    def add_error(self, field: str | None, error: Any) -> None:
        """Show the tick together with the question."""
        super().add_error(field, error)
        if field == "is_confirmed":
            self.fields[field].widget = forms.CheckboxInput()


class ReportForm(ConfirmedForm):
    """Progress of one site."""

    quantity = amount_field(_("Quantity done to date"))
    reported_on = day_field(_("As of"))
    note = CleanText((0, NOTE_LENGTH), label=_("Note"), rows=2)
    is_completed = forms.BooleanField(
        label=_("Everything promised at this site is done; it can be inspected."), required=False
    )
    idempotency_key = key_field()
    field_order = ("quantity", "is_confirmed")

    def entry(self, site: Site) -> SiteEntry:
        """Return the line as the service takes it."""
        data = self.cleaned_data
        return SiteEntry(site.pk, data["quantity"], data["note"], data["is_completed"], data["is_confirmed"])


class AreaReportForm(ConfirmedForm):
    """Progress of one indicator in one area."""

    area = RowField(Area.objects.none(), label=_("Area"))
    quantity = amount_field(_("Quantity done to date, or numerator of the rate"))
    base = amount_field(_("Denominator of the rate"), required=False)
    reported_on = day_field(_("As of"))
    note = CleanText((0, NOTE_LENGTH), label=_("Note"), rows=2)
    idempotency_key = key_field()
    field_order = ("area", "quantity", "base", "is_confirmed")

    def __init__(self, areas: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]


class GridRow(NamedTuple):
    """One site of the grid as it is drawn; `confirmed` is a tick that appears with the question it answers."""

    site: Site
    quantity: forms.BoundField
    note: forms.BoundField
    completed: forms.BoundField
    confirmed: forms.BoundField | None


class GridForm(forms.Form):
    """Progress of a unit's sites on one page; a row left as it is is not reported."""

    reported_on = day_field(_("As of"))
    idempotency_key = key_field()

    def __init__(self, sites: Iterable[Site], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = list(sites)
        self.asked: set[int] = set()
        for site in self.sites:
            cells: Mapping[str, forms.Field] = {
                "quantity": amount_field(_("Quantity done to date"), required=False),
                "note": CleanText((0, NOTE_LENGTH), label=_("Note")),
                "completed": forms.BooleanField(label=_("Completed"), required=False),
                "confirmed": forms.BooleanField(label=CONFIRMED, required=False),
            }
            for name, field in cells.items():
                field.label = _("%(site)s: %(field)s") % {"site": site.name, "field": field.label}
                field.widget.attrs["aria-label"] = field.label
                self.fields[f"{name}_{site.pk}"] = field

    def rows(self) -> list[GridRow]:
        """Return the grid as it is drawn."""
        return [
            GridRow(
                site,
                self[f"quantity_{site.pk}"],
                self[f"note_{site.pk}"],
                self[f"completed_{site.pk}"],
                self[f"confirmed_{site.pk}"] if site.pk in self.asked or self[f"confirmed_{site.pk}"].data else None,
            )
            for site in self.sites
        ]

    def entries(self) -> list[SiteEntry]:
        """Return the rows in which something was entered, as far as they can be read."""
        data = self.cleaned_data
        entries = []
        for site in self.sites:
            amount, completed = data.get(f"quantity_{site.pk}"), data[f"completed_{site.pk}"]
            if not self._is_wrong(site) and (amount is not None or completed):
                done = site.quantity_done if amount is None else amount
                note, confirmed = data[f"note_{site.pk}"], data[f"confirmed_{site.pk}"]
                entries.append(SiteEntry(site.pk, done, note, completed, confirmed))
        return entries

    def is_answered(self, outcome: GridOutcome) -> bool:
        """Say whether everything that was entered is kept; if not, only the rows that are not stay, each with why."""
        for pk, refusal in outcome.refused.items():
            self.add_error(f"quantity_{pk}", str(refusal.reason))
            if refusal.asks_to_confirm:
                self.asked.add(pk)
        self.sites = [site for site in self.sites if self._is_wrong(site)] or self.sites
        if not (self.errors or outcome.reports):
            self.add_error(None, _("Nothing was entered."))
        return not self.errors

    def _is_wrong(self, site: Site) -> bool:
        return bool({f"quantity_{site.pk}", f"note_{site.pk}"} & self.errors.keys())


class InspectionForm(forms.Form):
    """Every line of the standard, met or not."""

    note = CleanText((0, NOTE_LENGTH), label=_("Note"), rows=2)
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

    answer = CleanText((1, ANSWER_LENGTH), label=_("Why the site is late, and what is done about it"), rows=5)
    seen = seen_field()


class CheckForm(forms.Form):
    """What the supervision office finds about an answer."""

    finding = CleanText((0, ANSWER_LENGTH), label=_("Finding"), rows=3)
    answer_by = day_field(_("New last day to answer, if it is sent back"))
    seen = seen_field()

    def closing(self) -> dict[str, Any]:
        """Return what closing takes: no new day."""
        return {name: self.cleaned_data[name] for name in ("finding", "seen")}


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
    name = CleanText((1, TITLE_LENGTH), label=_("Site"))
    area = AreaField(Area.objects.none(), label=_("Area"), help_text=_("Type the name or the code."))
    address = CleanText((0, 300), label=_("Address"))
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
            self.fields["reason"] = CleanText((1, NOTE_LENGTH), label=_("Why it is corrected"), rows=2)
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
