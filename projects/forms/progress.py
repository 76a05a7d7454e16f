"""What is reported: of one site, of an area, of all sites of a unit on one page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area
from livelihood.kernel.forms import PublicText, RowField, amount_field, day_field, key_field
from projects.models import Site
from projects.services.progress import SiteEntry

NOTE_LENGTH = 500
LONGEST_SHEET = 100_000
"""Characters of a sheet that is pasted: five hundred rows, each with a note."""
INTO = ("quantity", "note", "completed")
"""Columns of the grid that are typed into, in their order."""

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
    note = PublicText((0, NOTE_LENGTH), label=_("Note"), rows=2)
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
    note = PublicText((0, NOTE_LENGTH), label=_("Note"), rows=2)
    idempotency_key = key_field()
    field_order = ("area", "quantity", "base", "is_confirmed")

    def __init__(self, areas: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]


class GridForm(forms.Form):
    """The day that the figures of a grid speak of, and the key that makes sending them twice one act."""

    reported_on = day_field(_("As of"))
    idempotency_key = key_field()


class PasteForm(forms.Form):
    """Cells copied from a sheet, and from which row and column of the grid on they stand.

    start: key of the row of the grid that the first line is, 0 where lines name their sites. into: its column.
    """

    sheet = forms.CharField(
        label=_("Cells from Excel or WPS"),
        help_text=_("Copy the rows with their headings there, and paste them here."),
        max_length=LONGEST_SHEET,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "cells"}),
    )
    reported_on = day_field(_("As of"))
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    into = forms.ChoiceField(required=False, choices=[(name, name) for name in INTO], widget=forms.HiddenInput)
