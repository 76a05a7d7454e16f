"""Fields that several forms about proposals have."""

from typing import Any

from django import forms
from django.forms.models import ModelChoiceIteratorValue
from django.utils.translation import gettext_lazy as _

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Aspect, Cycle
from livelihood.kernel.forms import RowField


class AspectField(RowField):
    """One of the cycle's aspects, by its number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Aspect.objects.none(), to_field_name="number", label=_("Aspect"), **kwargs)


class PlaceSelect(forms.Select):
    """A list of places that says of each in which others it lies, so that a script can show it level by level."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Give a place its path."""
        option = super().create_option(name, value, *args, **kwargs)
        if isinstance(value, ModelChoiceIteratorValue):
            option["attrs"]["data-path"] = value.instance.path  # type: ignore[attr-defined]  # the stubs do not know it
        return option


class PlaceField(RowField):
    """The cycle's area or one below it, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Area.objects.none(), to_field_name="code", **{"label": _("Place"), **kwargs})


def offer_choices(form: forms.Form, cycle: Cycle) -> None:
    form.fields["aspect"].queryset = cycles.aspects_of(cycle)  # type: ignore[attr-defined]
    if "area" in form.fields:
        form.fields["area"].queryset = cycles.areas_of_year(cycle)  # type: ignore[attr-defined]
