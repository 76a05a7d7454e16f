"""What is promised: projects, indicators, shares, standards, and when a light turns."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.cycles import selectors as cycles
from livelihood.cycles.forms import OrganisationField, organisations_for
from livelihood.cycles.models import Area, Aspect, Cycle, Organisation
from livelihood.kernel.forms import CleanText, PublicText, RowField, amount_field, seen_field
from projects.models import Indicator, LightRule
from projects.services.standards import LineInput
from projects.states import CountedBy, IndicatorKind, ProjectKind

TITLE_LENGTH, CONTENT_LENGTH = 200, 4000


class ProjectForm(forms.Form):
    """A project that was decided outside this portal."""

    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=999)
    aspect = RowField(Aspect.objects.none(), label=_("Aspect"))
    title = PublicText((1, TITLE_LENGTH), label=_("Title"))
    content = PublicText((0, CONTENT_LENGTH), label=_("Content"), rows=5)
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

    name = PublicText((1, TITLE_LENGTH), label=_("Name"))
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

    title = PublicText((1, TITLE_LENGTH), label=_("Title"))


class LineForm(forms.Form):
    """One requirement; a row without one is left out."""

    requirement = PublicText((0, 300), label=_("Requirement"))
    measure = PublicText((0, 200), label=_("How it is measured"))
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
