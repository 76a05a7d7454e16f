"""How a list is looked at, under a name."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import Mandate
from livelihood.kernel.forms import CleanText


class SavedViewForm(forms.Form):
    """A view of a list. offices: the mandates for which one may keep it."""

    name = CleanText((1, 40), label=_("Name of the view"))
    office = forms.TypedChoiceField(label=_("For whom"), coerce=int, empty_value=None, required=False)
    is_usual = forms.BooleanField(label=_("Open the list so"), required=False)

    def __init__(self, offices: Sequence[Mandate], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offices = {mandate.pk: mandate for mandate in offices}
        of_offices = [(pk, office_name(mandate)) for pk, mandate in self.offices.items()]
        self.fields["office"].choices = [("", _("Only me")), *of_offices]  # type: ignore[attr-defined]

    def clean_office(self) -> Mandate | None:
        """Return the mandate of the office."""
        return self.offices.get(self.cleaned_data["office"])


def office_name(mandate: Any) -> str:
    """Name an office, which are all who hold this mandate; of a mandate or of a view."""
    where = mandate.organisation or mandate.area
    return f"{where.name} · {mandate.get_role_display()}"
