"""Forms of the year's settings and of the search."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.cycles import selectors as cycles
from livelihood.cycles.services import REASON_LENGTH
from livelihood.cycles.states import PLANNED_PHASES, DecisionMode, Phase
from livelihood.kernel.folding import seen_lines
from livelihood.kernel.forms import CleanText, PublicText, day_field, seen_field

ENDS = ("starts", "ends")


def day_fields(periods: Mapping[Phase, tuple[date, date]]) -> dict[str, date]:
    """Return the days of phases by the names of their fields."""
    return {f"{phase}_{end}_on": day for phase, days in periods.items() for end, day in zip(ENDS, days, strict=True)}


class PeriodsForm(forms.Form):
    """First and last day of each phase that a year has; a phase with both fields empty has no dates."""

    seen = seen_field()

    def __init__(self, *args: Any, phases: Sequence[Phase] = PLANNED_PHASES, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phases = phases
        for phase in phases:
            self.fields[f"{phase}_starts_on"] = day_field(
                _("%(phase)s: first day") % {"phase": phase.label}, required=False
            )
            self.fields[f"{phase}_ends_on"] = day_field(
                _("%(phase)s: last day") % {"phase": phase.label}, required=False
            )

    def clean(self) -> dict[str, object]:
        """Require both days of a phase or none."""
        data = super().clean() or {}
        for phase in self.phases:
            names = (f"{phase}_starts_on", f"{phase}_ends_on")
            missing = [name for name in names if not data.get(name)]
            if len(missing) == 1 and missing[0] not in self.errors:
                self.add_error(missing[0], _("Give both days of a phase, or none."))
        return data

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField, bool]]:
        """Return first and last day of each phase, to be shown side by side, and whether each year has it."""
        return [(self[f"{one}_starts_on"], self[f"{one}_ends_on"], one not in cycles.NOT_HERE) for one in self.phases]

    def periods(self) -> dict[Phase, tuple[date, date]]:
        """Return the dated phases."""
        return {phase: dates for phase, dates in self.all_periods().items() if dates}

    def all_periods(self) -> dict[Phase, tuple[date, date] | None]:
        """Return the dates of each phase; None where they are empty."""
        data = self.cleaned_data
        days = {phase: (data[f"{phase}_starts_on"], data[f"{phase}_ends_on"]) for phase in self.phases}
        return {phase: dates if all(dates) else None for phase, dates in days.items()}


class DatesForm(PeriodsForm):
    """The dates of a year, and why its present phase gets shorter, if it does."""

    reason = PublicText(
        (0, REASON_LENGTH[1]),
        label=_("Reason, if the present phase gets shorter"),
        help_text=_("People were told of its days. Stands in the journal."),
        rows=2,
    )


class YearForm(PeriodsForm):
    """A new year of an area."""

    year = forms.IntegerField(label=_("Year in which the projects are carried out"), min_value=2000, max_value=2100)
    decision_mode = forms.ChoiceField(
        label=_("How the list is decided"),
        choices=DecisionMode,
        help_text=_("Where it is decided elsewhere, the year has no days of collecting, planning and deciding here."),
    )
    aspects = forms.CharField(
        label=_("Aspects"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One a line, in the order of the list; an English name may follow after a vertical bar."),
        max_length=4000,
    )
    is_sure = forms.BooleanField(label=_("Confirm the year"), required=False)
    proposed_for = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=2000, max_value=2100)
    field_order = ("year", "is_sure", "decision_mode", "aspects")

    def clean(self) -> dict[str, object]:
        """Propose the days anew where the year was changed, and leave out those of phases that the year has not."""
        data = super().clean()
        self._propose_anew(data)
        had = cycles.phases_had(str(data.get("decision_mode")))
        for name in (f"{phase}_{end}_on" for phase in self.phases if phase not in had for end in ENDS):
            self.errors.pop(name, None)
            data[name] = None
        return data

    def _propose_anew(self, data: Mapping[str, object]) -> None:
        """Propose the days of another year, where they were not changed; who sent it looks at them first."""
        year, before, today = data.get("year"), data.get("proposed_for"), timezone.localdate()
        if not isinstance(year, int) or not isinstance(before, int) or year == before:
            return
        old = day_fields(cycles.usual_periods(before, today))
        kept = [name for name, day in old.items() if data.get(name) == day]
        if kept:
            new = {name: day.isoformat() for name, day in day_fields(cycles.usual_periods(year, today)).items()}
            sent: Any = self.data
            self.data = sent = sent.copy()
            for name, value in {"proposed_for": str(year), **{name: new[name] for name in kept}}.items():
                sent[name] = value
            text = _("The days proposed for {before} are now those usual for {year}. Look at them, then press again.")
            self.add_error("year", format_lazy(text, before=before, year=year))

    @property
    def asks(self) -> bool:
        """Whether the year is asked about: it was, and stays so until the form is accepted."""
        return bool(self["is_sure"].errors or self.data.get("is_sure"))

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        return {
            "year": data["year"],
            "decision_mode": DecisionMode(data["decision_mode"]),
            "aspects": data["aspects"],
            "periods": self.periods(),
            "is_sure": data["is_sure"],
        }

    def clean_aspects(self) -> list[tuple[str, str]]:
        """Split into (Chinese name, English name)."""
        lines = [line.partition("|") for line in seen_lines(self.cleaned_data["aspects"])]
        if not lines:
            raise forms.ValidationError(_("Name at least one aspect."))
        return [(name_zh, name_en) for name_zh, _bar, name_en in lines]


class MoveForm(forms.Form):
    """The step to the next phase: its first and last day, and a reason if the present one ends early.

    ends: whether the next phase has a last day; a closed year has none.
    """

    starts_on = day_field(_("First day of the next phase"))
    ends_on = day_field(_("Last day of the next phase"))
    reason = PublicText(REASON_LENGTH, label=_("Why the present phase ends early"), rows=3)
    seen = seen_field()

    def __init__(self, *args: Any, ends: bool, is_early: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ends:
            del self.fields["starts_on"], self.fields["ends_on"]
        if not is_early:
            del self.fields["reason"]

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        dates = (data["starts_on"], data["ends_on"]) if "starts_on" in data else None
        return {"dates": dates, "reason": data.get("reason", ""), "seen": data["seen"]}


class MoveBackForm(forms.Form):
    """Why a step is taken back."""

    reason = PublicText(REASON_LENGTH, label=_("Why it is taken back"), rows=3)


class DecisionForm(forms.Form):
    """The decision by which a list came to be that was decided elsewhere.

    is_correction: the file may stay as it is.
    """

    decided_by = CleanText(
        (2, 200),
        label=_("Who decided"),
        help_text=_("The body and its session, as the document names them."),
    )
    number = CleanText((1, 100), label=_("Number of the decision"))
    decided_on = day_field(_("Day of the decision"))
    file = forms.FileField(
        label=_("File of the decision"), help_text=_("PDF, or a picture of the document; 20 MB at most.")
    )
    is_sure = forms.BooleanField(label=_("Confirm the day of the decision"), required=False)
    seen = seen_field()
    field_order = ("decided_by", "number", "decided_on", "is_sure", "file")

    def __init__(self, *args: Any, is_correction: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:  # it is asked of who has sent a day far from the year
            del self.fields["is_sure"]
        if is_correction:
            self.fields["file"].required = False
            self.fields["file"].help_text = _("Leave it empty to keep the file that is there.")

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        file = data["file"]
        names = ("decided_by", "number", "decided_on", "is_sure", "seen")
        return {**{name: data[name] for name in names}, "file": file, "file_name": file.name if file else ""}


class AdoptionForm(DecisionForm):
    """A decision that begins a year, and the dates of its delivery."""

    starts_on = day_field(_("First day of the delivery"))
    ends_on = day_field(_("Last day of the delivery"))

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        return {**super().given(), "dates": (data["starts_on"], data["ends_on"])}
