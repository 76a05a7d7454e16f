"""What is reported: of one site, of an area, of all sites of a unit on one page."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area
from livelihood.kernel.forms import CleanText, RowField, amount_field, day_field, key_field
from projects.models import Site
from projects.services.progress import GridOutcome, SiteEntry

NOTE_LENGTH = 500


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
        for site in self.sites:
            self._add("quantity", site, amount_field(_("Quantity done to date"), required=False))
            self._add("note", site, CleanText((0, NOTE_LENGTH), label=_("Note")))
            self._add("completed", site, forms.BooleanField(label=_("Completed"), required=False))
            if self.data.get(f"confirmed_{site.pk}"):
                self._ask(site)

    def _add(self, name: str, site: Site, field: forms.Field) -> None:
        field.label = str(_("%(site)s: %(field)s") % {"site": site.name, "field": field.label})
        field.widget.attrs["aria-label"] = field.label
        self.fields[f"{name}_{site.pk}"] = field

    def _ask(self, site: Site) -> None:
        """Add the tick by which a number over the plan is confirmed: it appears with the question it answers."""
        self._add("confirmed", site, forms.BooleanField(label=CONFIRMED, required=False))

    def rows(self) -> list[GridRow]:
        """Return the grid as it is drawn."""
        return [
            GridRow(
                site,
                self[f"quantity_{site.pk}"],
                self[f"note_{site.pk}"],
                self[f"completed_{site.pk}"],
                self[f"confirmed_{site.pk}"] if f"confirmed_{site.pk}" in self.fields else None,
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
                note, confirmed = data[f"note_{site.pk}"], data.get(f"confirmed_{site.pk}", False)
                entries.append(SiteEntry(site.pk, done, note, completed, confirmed))
        return entries

    def is_answered(self, outcome: GridOutcome) -> bool:
        """Say whether everything that was entered is kept; if not, only the rows that are not stay, each with why."""
        sites = {site.pk: site for site in self.sites}
        for pk, refusal in outcome.refused.items():
            self.add_error(f"quantity_{pk}", str(refusal.reason))
            if refusal.asks_to_confirm:
                self._ask(sites[pk])
        self.sites = [site for site in self.sites if self._is_wrong(site)] or self.sites
        if not (self.errors or outcome.reports):
            self.add_error(None, _("Nothing was entered."))
        return not self.errors

    def _is_wrong(self, site: Site) -> bool:
        return bool({f"quantity_{site.pk}", f"note_{site.pk}"} & self.errors.keys())
