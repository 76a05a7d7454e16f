"""The field in which an organisation or an area is chosen by typing its name."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.renderers import BaseRenderer
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area, Organisation
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.forms import label_of
from livelihood.kernel.text import clean_text

MOST_MATCHES = 12
"""So many matches are offered; whoever means another writes more of its name."""

LONGEST = 100


class TypedInput(forms.TextInput):
    """One line to type a name in; below it, once it was sent and several fit, the matches to pick from.

    What stands in it already is remembered by its key, and holds as long as its name fits what is typed.

    matches: key and label of what fits. It works by the form's own button, without a script.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "maxlength": LONGEST, **(attrs or {})})
        self.matches: list[tuple[str, str]] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> "TypedInput":
        copy: TypedInput = super().__deepcopy__(memo)
        copy.matches = []
        return copy

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        """Return what was typed, and the key of what was picked for it."""
        typed, picked = str(data.get(name) or ""), str(data.get(f"{name}_picked") or "")
        return typed, picked

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """Draw the line and the matches."""
        typed, picked = value if isinstance(value, tuple) else (value, "")
        line = super().render(name, typed, attrs, renderer)
        context = {"matches": self.matches, "picked": picked, "picked_name": f"{name}_picked"}
        return format_html("{}{}", line, render_to_string("components/typed_choice.html", context))


class TypedChoiceOf(forms.Field):
    """A row that is chosen by typing its name: the one that fits, or one of those that fit.

    rows: what may be chosen.
    """

    widget: Any = TypedInput

    def __init__(self, rows: QuerySet[Any], **kwargs: Any) -> None:
        self.queryset = rows
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a row by its name, and remember which one it is: others may be called so, too."""
        if isinstance(value, int):
            value = self.queryset.filter(pk=value).first()
        return (value.name_zh, str(value.pk)) if isinstance(value, Area | Organisation) else value

    def clean(self, value: Any) -> Any:
        """Return the row; None where nothing was typed.

        :raises ValidationError: nothing fits, or several do, which are then offered.
        """
        typed, picked = value if isinstance(value, tuple) else (str(value or ""), "")
        try:
            typed = clean_text(typed, max_length=LONGEST, multiline=False)
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from error
        if not typed:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        fitting = self.fitting(typed)
        if picked.isdecimal() and (row := fitting.filter(pk=picked[:18]).first()):
            return row
        exact = list(self.exact(typed)[:2])
        if len(exact) == 1:
            return exact[0]
        matches = list(fitting.order_by("name_zh", "pk")[: MOST_MATCHES + 1])
        if len(matches) == 1:
            self.widget.matches = [(str(matches[0].pk), self.label_of(matches[0]))]
            raise forms.ValidationError(_("Is it this one? Pick it, or type another name."))
        if not matches:
            raise forms.ValidationError(_("Nothing is called so here. Check the name, or have it entered first."))
        self.widget.matches = [(str(row.pk), self.label_of(row)) for row in matches[:MOST_MATCHES]]
        if len(matches) > MOST_MATCHES:
            raise forms.ValidationError(_("Many fit. Pick one of the first, or type more of the name."))
        raise forms.ValidationError(_("Several fit. Pick one."))

    def fitting(self, typed: str) -> QuerySet[Any]:
        """Return the rows that fit what was typed."""
        found: QuerySet[Any] = self.queryset.called(typed)  # type: ignore[attr-defined]
        return self.queryset.filter(pk__in=found.values("pk"))

    def exact(self, typed: str) -> QuerySet[Any]:
        """Return the rows of exactly this name."""
        raise NotImplementedError

    def label_of(self, row: Any) -> str:
        """Return how a match is offered."""
        return label_of(row)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what was typed and picked with what stood there."""
        return (self.prepare_value(initial) or ("", "")) != (data or ("", ""))


class OrganisationField(TypedChoiceOf):
    """An organisation, by its full or a short name in any spelling."""

    def exact(self, typed: str) -> QuerySet[Organisation]:
        """Return those of exactly this name, full or short."""
        found = self.queryset.named(typed)  # type: ignore[attr-defined]
        return self.queryset.filter(pk__in=found.values("pk"))

    def label_of(self, row: Organisation) -> str:
        """Offer the name with the area."""
        return f"{row.name} · {row.area.name}"


class AreaField(TypedChoiceOf):
    """An area, by its name or code."""

    def exact(self, typed: str) -> QuerySet[Area]:
        """Return those of exactly this name or code."""
        by = {"code": typed} if typed.isdecimal() else {"name_zh": typed}
        return self.queryset.filter(**by)

    def label_of(self, row: Area) -> str:
        """Offer the name with the code."""
        return f"{row.name} · {row.code}"


def organisations_for(area: Area, day: Any) -> QuerySet[Organisation]:
    """Return what may be chosen for an area: its organisations that are valid on a day."""
    return Organisation.objects.filter(area=area).valid_on(day).select_related("area")
