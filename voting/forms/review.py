"""Forms of the list under review and of opinions on it."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.forms import ADDRESS, CleanText, PublicText, RowField, RowsField, day_field
from proposals.models import Candidate
from voting import selectors
from voting.models import Opinion, Review, ReviewItem
from voting.models.review import DAYS_TO_ANSWER
from voting.services import ItemText
from voting.services.review import MOST_DAYS
from voting.states import OpinionBody

ITEM_FIELDS = ("title", "summary", "place", "cost_wan", "finish_date", "people_served")


class SubmitListForm(forms.Form):
    """Submitting the list to the two sessions."""

    session = CleanText((1, 120), label=_("Sessions, by their names"))
    days_to_answer = forms.IntegerField(
        label=_("Days until an opinion must be answered"), min_value=1, max_value=MOST_DAYS, initial=DAYS_TO_ANSWER
    )


class OpinionForm(forms.Form):
    """What a deputy or member says; their name is published only if they say so."""

    items = RowsField(
        ReviewItem.objects.none(),
        label=_("Items it concerns; none for the list as a whole"),
        required=False,
        to_field_name="number",
        widget=forms.CheckboxSelectMultiple,
    )
    delegation = CleanText((0, 60), label=_("Delegation or group"))
    text = PublicText((1, 4000), label=_("Opinion"), rows=6)
    is_named = forms.BooleanField(label=_("My name may be published beside this opinion"), required=False)

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on_list = review.items.filter(left_out_reason="").order_by("number")
        self.fields["items"].queryset = on_list  # type: ignore[attr-defined]

    def values(self, name: str) -> dict[str, Any]:
        """Return what the service takes; name: of who speaks."""
        data = self.cleaned_data
        kept = {field: data[field] for field in ("items", "delegation", "text")}
        return {**kept, "speaker": name if data["is_named"] else ""}


class PaperOpinionForm(OpinionForm):
    """An opinion handed in on paper, typed by congress staff."""

    body = forms.ChoiceField(label=_("Given by"), choices=OpinionBody.choices)
    speaker = CleanText(
        (0, 60), label=_("Name of the deputy or member"), help_text=_("Only if they agreed that it is published.")
    )
    is_named = None  # type: ignore[assignment]  # the name itself says it


def _opinion_label(opinion: Opinion) -> str:
    return f"{opinion.get_body_display()} {opinion.delegation}: {opinion.text[:40]}"


class RevisionForm(forms.Form):
    """Why the list is revised, and the opinion that led to it."""

    reason = PublicText((1, 300), label=_("Reason"))
    opinion = RowField(
        Opinion.objects.none(),
        label=_("Opinion that led to it"),
        required=False,
        empty_label=_("None"),
        label_of=_opinion_label,
    )

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["opinion"]
        field.queryset = review.opinions.order_by("pk")  # type: ignore[attr-defined]


class ItemForm(RevisionForm):
    """What an item is to say."""

    title = PublicText((1, 100), label=_("Title"))
    summary = PublicText((1, 4000), label=_("Content"), rows=5)
    place = PublicText((1, 300), besides=ADDRESS, label=_("Where it is to be done"))
    cost_wan = forms.DecimalField(label=_("Whole cost in 10,000 yuan"), min_value=0, max_digits=14, decimal_places=4)
    finish_date = day_field(_("Finished by"))
    people_served = forms.IntegerField(label=_("People served a year"), min_value=0, max_value=999_999_999)
    field_order = ("candidate", *ITEM_FIELDS, "reason", "opinion")

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        rest = {name: value for name, value in data.items() if name not in ITEM_FIELDS}
        return {"text": ItemText(**{name: data[name] for name in ITEM_FIELDS}), **rest}


class AddItemForm(ItemForm):
    """A candidate that comes on the list."""

    candidate = RowField(
        Candidate.objects.none(), label=_("Candidate"), empty_label=_("Choose one"), to_field_name="number"
    )

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(review, *args, **kwargs)
        field = self.fields["candidate"]
        field.queryset = selectors.candidates_off_list(review)  # type: ignore[attr-defined]


class OpinionAnswerForm(forms.Form):
    """The answer to an opinion."""

    answer = PublicText((1, 4000), label=_("Answer"), rows=5)
    change = PublicText((0, 4000), label=_("What was changed because of it"), rows=3)


class AdoptForm(forms.Form):
    """The adoption of the list; an item with a reason is left out."""

    document = CleanText((1, 200), label=_("Document that adopts the list, with its number"))
    adopted_date = day_field(_("Day of adoption"))

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(review.items.filter(left_out_reason="").order_by("number"))
        for item in self.items:
            self.fields[f"left_out_{item.pk}"] = PublicText(
                (0, 300), label=format_lazy(_("Why left out: {item}"), item=f"{item.number}. {item.title}")
            )

    def left_out(self) -> dict[int, str]:
        """Return item id → reason, for items that were left out."""
        reasons = {item.pk: self.cleaned_data[f"left_out_{item.pk}"] for item in self.items}
        return {key: reason for key, reason in reasons.items() if reason}
