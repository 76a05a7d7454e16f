"""Forms of the year's settings and of the search."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.states import PHASE_ORDER, DecisionMode, Phase
from livelihood.kernel.forms import day_field


class PeriodsForm(forms.Form):
    """First and last day of each phase; a phase with both fields empty has no dates."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for phase in PHASE_ORDER:
            self.fields[f"{phase}_starts_on"] = day_field(
                _("%(phase)s: first day") % {"phase": phase.label}, required=False
            )
            self.fields[f"{phase}_ends_on"] = day_field(
                _("%(phase)s: last day") % {"phase": phase.label}, required=False
            )

    def clean(self) -> dict[str, object]:
        """Require both days of a phase or none."""
        data = super().clean() or {}
        for phase in PHASE_ORDER:
            names = (f"{phase}_starts_on", f"{phase}_ends_on")
            missing = [name for name in names if not data.get(name)]
            if len(missing) == 1 and missing[0] not in self.errors:
                self.add_error(missing[0], _("Give both days of a phase, or none."))
        return data

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return first and last day of each phase, to be shown side by side."""
        return [(self[f"{phase}_starts_on"], self[f"{phase}_ends_on"]) for phase in PHASE_ORDER]

    def periods(self) -> dict[Phase, tuple[date, date]]:
        """Return the dated phases."""
        data = self.cleaned_data
        return {
            phase: (data[f"{phase}_starts_on"], data[f"{phase}_ends_on"])
            for phase in PHASE_ORDER
            if data.get(f"{phase}_starts_on") and data.get(f"{phase}_ends_on")
        }


class YearForm(PeriodsForm):
    """A new year of an area."""

    year = forms.IntegerField(label=_("Year in which the projects are carried out"), min_value=2000, max_value=2100)
    decision_mode = forms.ChoiceField(label=_("How the list is decided"), choices=DecisionMode)
    aspects = forms.CharField(
        label=_("Aspects"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One a line, in the order of the list; an English name may follow after a vertical bar."),
        max_length=4000,
    )
    field_order = ("year", "decision_mode", "aspects")

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        return {
            "year": data["year"],
            "decision_mode": DecisionMode(data["decision_mode"]),
            "aspects": data["aspects"],
            "periods": self.periods(),
        }

    def clean_aspects(self) -> list[tuple[str, str]]:
        """Split into (Chinese name, English name); a repeated name is refused."""
        pairs = []
        for line in self.cleaned_data["aspects"].splitlines():
            if line.strip():
                name_zh, _bar, name_en = line.partition("|")
                pairs.append((name_zh.strip()[:100], name_en.strip()[:200]))
        names = [name for name, _english in pairs]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise forms.ValidationError(_("Named twice: %(names)s"), params={"names": ", ".join(repeated)})
        if not pairs:
            raise forms.ValidationError(_("Name at least one aspect."))
        return pairs
