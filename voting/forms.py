"""Forms of this room: they parse and clean, the services decide."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.kernel.forms import DayInput
from proposals.models import Candidate
from voting import selectors
from voting.models import Method, Opinion, Option, Review, ReviewItem, Round
from voting.models.review import DAYS_TO_ANSWER
from voting.services import ItemText, RollLine
from voting.services.review import MOST_DAYS
from voting.services.rounds import METHOD_FIELDS, TITLE_LENGTH
from voting.states import BallotForm as Form
from voting.states import Denominator, OpinionBody
from voting.tally import Mark

ITEM_FIELDS = ("title", "summary", "place", "cost_wan", "finish_date", "people_served")
ROLL_SALT = "voting.roll"
ROLL_SECONDS = 60 * 60
"""How long a previewed roll may wait for its confirmation."""


class RoundForm(forms.Form):
    """What a round is created with."""

    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH)
    seats = forms.IntegerField(label=_("How many are to be chosen"), min_value=1, max_value=200)
    is_rehearsal = forms.BooleanField(
        label=_("Rehearsal: practice only, never a result"),
        required=False,
    )


class RulesForm(forms.ModelForm):
    """The rules a session adopted, with title, seats and length of the vote."""

    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH)
    seats = forms.IntegerField(label=_("How many are to be chosen"), min_value=1, max_value=200)
    voting_minutes = forms.IntegerField(label=_("Planned length in minutes"), min_value=1, max_value=600)
    field_order = ("title", "seats", "voting_minutes", *METHOD_FIELDS)

    class Meta:
        model = Method
        fields = METHOD_FIELDS
        labels = {
            "scheme": _("Kind of vote"),
            "form": _("Ballot"),
            "most_approvals": _("Most approvals on one ballot"),
            "denominator": _("Majority of whom"),
            "threshold_numerator": _("Majority: numerator"),
            "threshold_denominator": _("Majority: denominator"),
            "is_strict": _("More than this share (not just this share)"),
            "quorum_base": _("Quorum of whom"),
            "quorum_numerator": _("Quorum: numerator"),
            "quorum_denominator": _("Quorum: denominator"),
            "over_vote": _("Too many approvals on a paper ballot"),
            "blank": _("Line without a mark"),
            "tie": _("Tie at the last seat"),
            "run_off_limit": _("At most so many run-offs"),
            "shortfall": _("Too few reach the majority"),
            "option_order": _("Order on the ballot"),
            "remote_voting": _("Voting from outside the hall"),
            "publishes_counts": _("Publish the counts (otherwise names only)"),
            "has_substitutes": _("Substitutes may take the place of deputies before sign-in"),
        }
        help_texts = {
            "most_approvals": _("Empty: no limit. Otherwise the booth takes no more, as a rule the number of seats."),
            "threshold_numerator": _("For instance 1 of 2 for a half; 0 when most approvals alone decide."),
            "quorum_base": _("In term: of the deputies present. Present: of the ballots returned."),
        }

    def __init__(self, round_: Round, data: QueryDict | None = None) -> None:
        initial = {name: getattr(round_, name) for name in ("title", "seats", "voting_minutes")}
        super().__init__(data, instance=round_.method, initial=initial)
        self.fields["quorum_base"].choices = [  # type: ignore[attr-defined]
            (choice.value, choice.label) for choice in (Denominator.IN_TERM, Denominator.PRESENT)
        ]

    def _post_clean(self) -> None:
        """Leave the row alone: the service checks and writes it."""

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        method = {name: self.cleaned_data[name] for name in METHOD_FIELDS}
        return {name: self.cleaned_data[name] for name in ("title", "seats", "voting_minutes")} | {"method": method}


class NoteForm(forms.Form):
    """A step's note."""

    note = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, label: Any, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label, self.fields["note"].required = label, required


class RollFileForm(forms.Form):
    """A roll as a file."""

    file = forms.FileField(
        label=_("Roll as .xlsx or .csv"),
        help_text=_("Columns: user name, name; if wanted also no., delegation, in term, may vote from outside."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


def sign_roll(round_: Round, lines: Sequence[RollLine]) -> str:
    """Return previewed lines as a signed text, so that what is confirmed is what was shown."""
    return signing.dumps({"round": round_.pk, "lines": [asdict(line) for line in lines]}, salt=ROLL_SALT, compress=True)


class RollConfirmForm(forms.Form):
    """The confirmation of a previewed roll."""

    roll = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, round_: Round, *args: Any, **kwargs: Any) -> None:
        self.round = round_
        super().__init__(*args, **kwargs)

    def clean_roll(self) -> list[RollLine]:
        """Return the lines that were shown."""
        try:
            content = signing.loads(self.cleaned_data["roll"], salt=ROLL_SALT, max_age=ROLL_SECONDS)
        except signing.BadSignature:
            raise forms.ValidationError(_("This preview is too old. Upload the file again.")) from None
        if content["round"] != self.round.pk:
            raise forms.ValidationError(_("This preview belongs to another round. Upload the file again."))
        return [RollLine(**line) for line in content["lines"]]


class HallCodeForm(forms.Form):
    """The code on the hall's screen."""

    hall_code = forms.CharField(
        label=_("Code on the screen of the hall"),
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class CardForm(forms.Form):
    """The code of a personal card, typed or scanned; a scanner types the whole address that the card shows."""

    code = forms.CharField(
        label=_("Code on your card"),
        max_length=300,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "data-code": ""}
        ),
    )

    def clean_code(self) -> str:
        """Return the code without the address around it."""
        return str(self.cleaned_data["code"]).rpartition("#")[2]


class CardsForm(forms.Form):
    """For whom cards are issued."""

    delegation = forms.ChoiceField(label=_("Delegation"), required=False)

    def __init__(self, delegations: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("The whole roll")), *((name, name) for name in delegations)]
        self.fields["delegation"].choices = choices  # type: ignore[attr-defined]


class SubstituteForm(forms.Form):
    """Who stands in for a deputy, and why."""

    substitute = forms.CharField(label=_("User name of the substitute"), max_length=60)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def clean_substitute(self) -> User:
        """Return the person."""
        user = User.objects.filter(username=self.cleaned_data["substitute"].strip()).first()
        if user is None:
            raise forms.ValidationError(_("There is no account with this user name."))
        return user


MARKS = {Mark.APPROVE: _("Approve"), Mark.OPPOSE: _("Oppose"), Mark.ABSTAIN: _("Abstain")}


class MarkField(forms.ChoiceField):
    """The mark on one line; a blank line is a mark as well, though nobody is offered it as a choice."""

    def valid_value(self, value: Any) -> bool:
        """Take the choices, and the mark of a blank line."""
        return value == Mark.BLANK.value or super().valid_value(value)


class SentBallot(forms.Form):
    """A ballot as it is cast: its key, and a mark for whatever line it names. Which lines there are the service knows.

    Casting asks for no more than this form, as hundreds cast within seconds.
    """

    key = forms.UUIDField()

    def clean(self) -> dict[str, Any]:
        """Add the marks by option id; a line that is empty is blank."""
        lines = {name.removeprefix("option_"): value for name, value in self.data.items() if name.startswith("option_")}
        try:
            marks = {int(option): Mark(value or Mark.BLANK) for option, value in lines.items()}
        except ValueError:
            raise forms.ValidationError(_("This ballot cannot be read. Open the ballot page again.")) from None
        return {"key": str(self.cleaned_data.get("key")), "marks": marks}


class BallotPaper(forms.Form):
    """A ballot: a mark for each candidate, and the key that makes a repeated send harmless.

    Every mark is one letter, so that the length of what is sent says nothing about the choice.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, round_: Round, options: Sequence[Option], *args: Any, **kwargs: Any) -> None:
        self.options = options
        kwargs["initial"] = {"key": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        is_tick = round_.method.form != Form.EACH
        for option in options:
            choices: list[tuple[str, Any]] = (
                [(Mark.APPROVE.value, _("Choose")), (Mark.BLANK.value, _("Do not choose"))]
                if is_tick
                else [(mark.value, label) for mark, label in MARKS.items()]
            )
            field = MarkField(
                label=f"{option.number}. {option.title}", choices=choices, required=False, widget=forms.RadioSelect
            )
            field.initial = Mark.BLANK.value if is_tick else None
            self.fields[self.name_of(option)] = field

    @staticmethod
    def name_of(option: Option) -> str:
        """Return the name of an option's field."""
        return f"option_{option.pk}"

    def lines(self) -> list[tuple[Option, forms.BoundField]]:
        """Return options and their fields, in the order of the ballot."""
        return [(option, self[self.name_of(option)]) for option in self.options]

    def marks(self) -> dict[int, Mark]:
        """Return the marks; a line without one is blank."""
        return {option.pk: Mark(self.cleaned_data[self.name_of(option)] or Mark.BLANK.value) for option in self.options}

    def hidden(self) -> list[tuple[str, str]]:
        """Return names and values for the check page: every line, also blank ones, so all are equally long."""
        marks = self.marks()
        return [("key", str(self.cleaned_data["key"]))] + [
            (self.name_of(option), marks[option.pk].value) for option in self.options
        ]


class SubmitListForm(forms.Form):
    """Submitting the list to the two sessions."""

    session = forms.CharField(label=_("Sessions, by their names"), max_length=120)
    days_to_answer = forms.IntegerField(
        label=_("Days until an opinion must be answered"), min_value=1, max_value=MOST_DAYS, initial=DAYS_TO_ANSWER
    )


class _NumberedItems(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number}. {obj.title}"


class OpinionForm(forms.Form):
    """What a deputy or member says; their name is published only if they say so."""

    items = _NumberedItems(
        ReviewItem.objects.none(),
        label=_("Items it concerns; none for the list as a whole"),
        required=False,
        to_field_name="number",
        widget=forms.CheckboxSelectMultiple,
    )
    delegation = forms.CharField(label=_("Delegation or group"), max_length=60, required=False)
    text = forms.CharField(label=_("Opinion"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
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
    speaker = forms.CharField(
        label=_("Name of the deputy or member"),
        max_length=60,
        required=False,
        help_text=_("Only if they agreed that it is published."),
    )
    is_named = None  # type: ignore[assignment]  # the name itself says it


class ReasonForm(forms.Form):
    """Why the list is revised, and the opinion that led to it."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
    opinion = forms.ModelChoiceField(
        Opinion.objects.none(), label=_("Opinion that led to it"), required=False, empty_label=_("None")
    )

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["opinion"]
        field.queryset = review.opinions.order_by("pk")  # type: ignore[attr-defined]
        field.label_from_instance = _opinion_label  # type: ignore[attr-defined]


def _opinion_label(opinion: Opinion) -> str:
    return f"{opinion.get_body_display()} {opinion.delegation}: {opinion.text[:40]}"


class ItemForm(ReasonForm):
    """What an item is to say."""

    title = forms.CharField(label=_("Title"), max_length=100)
    summary = forms.CharField(label=_("Content"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    place = forms.CharField(label=_("Where it is to be done"), max_length=300, required=False)
    cost_wan = forms.DecimalField(label=_("Whole cost in 10,000 yuan"), min_value=0, max_digits=14, decimal_places=4)
    finish_date = forms.DateField(label=_("Finished by"), widget=DayInput())
    people_served = forms.IntegerField(label=_("People served a year"), min_value=0, max_value=999_999_999)
    field_order = ("candidate", *ITEM_FIELDS, "reason", "opinion")

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        rest = {name: value for name, value in data.items() if name not in ITEM_FIELDS}
        return {"text": ItemText(**{name: data[name] for name in ITEM_FIELDS}), **rest}


class AddItemForm(ItemForm):
    """A candidate that comes on the list."""

    candidate = forms.ModelChoiceField(Candidate.objects.none(), label=_("Candidate"), to_field_name="number")

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(review, *args, **kwargs)
        field = self.fields["candidate"]
        field.queryset = selectors.candidates_off_list(review)  # type: ignore[attr-defined]
        field.label_from_instance = lambda row: f"{row.number}. {row.title}"  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """The answer to an opinion."""

    answer = forms.CharField(label=_("Answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    change = forms.CharField(
        label=_("What was changed because of it"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AdoptForm(forms.Form):
    """The adoption of the list; an item with a reason is left out."""

    document = forms.CharField(label=_("Document that adopts the list, with its number"), max_length=200)
    adopted_date = forms.DateField(label=_("Day of adoption"), widget=DayInput())

    def __init__(self, review: Review, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(review.items.filter(left_out_reason="").order_by("number"))
        for item in self.items:
            self.fields[f"left_out_{item.pk}"] = forms.CharField(
                label=f"{item.number}. {item.title}", max_length=300, required=False
            )

    def left_out(self) -> dict[int, str]:
        """Return item id → reason, for items that were left out."""
        reasons = {item.pk: self.cleaned_data[f"left_out_{item.pk}"] for item in self.items}
        return {key: reason for key, reason in reasons.items() if reason}


class ReturnedForm(forms.Form):
    """How many papers came out of the box."""

    returned = forms.IntegerField(
        label=_("Papers that came back"),
        help_text=_("Mix them first, then number them from 1 with a pencil: the numbers are the sheets entered here."),
        min_value=0,
    )


class PaperSheetForm(forms.Form):
    """What one person reads on one sheet: a mark on each line, or that the paper is invalid as a whole."""

    is_spoilt = forms.BooleanField(
        label=_("Invalid as a whole: no ballot of this round, torn, signed, or not to be read at all"), required=False
    )

    def __init__(
        self, round_: Round, options: Sequence[Option], marks: str = "", data: QueryDict | None = None
    ) -> None:
        self.options = options
        is_spoilt = Mark.SPOILT in marks
        super().__init__(data, initial={"is_spoilt": is_spoilt})
        choices: list[tuple[str, Any]] = [(mark.value, label) for mark, label in self.marks_of(round_).items()]
        for place, option in enumerate(options):
            self.fields[f"option_{option.pk}"] = forms.ChoiceField(
                label=f"{option.number}. {option.title}",
                choices=choices,
                initial=marks[place] if marks and not is_spoilt else None,
                required=False,
                widget=forms.RadioSelect,
            )

    @staticmethod
    def marks_of(round_: Round) -> dict[Mark, Any]:
        """Return what can stand on a line of a paper, with its label."""
        if round_.method.form != Form.EACH:
            return {Mark.APPROVE: _("Ticked"), Mark.BLANK: _("Not ticked")}
        return {**MARKS, Mark.BLANK: _("No mark")}

    def lines(self) -> list[forms.BoundField]:
        """Return the field of each candidate, in order of number."""
        return [self[f"option_{option.pk}"] for option in self.options]

    def clean(self) -> dict[str, Any]:
        """Ask for a mark on each line of a paper that is not invalid as a whole."""
        cleaned = super().clean() or {}
        if not cleaned.get("is_spoilt"):
            for field in self.lines():
                if not cleaned.get(field.name):
                    self.add_error(field.name, _("Choose what stands on this line; “No mark” if nothing clear does."))
        return cleaned

    def marks(self) -> dict[int, Mark]:
        """Return what was read, by option."""
        if self.cleaned_data["is_spoilt"]:
            return dict.fromkeys((option.pk for option in self.options), Mark.SPOILT)
        return {option.pk: Mark(self.cleaned_data[f"option_{option.pk}"]) for option in self.options}


class OfficersForm(forms.Form):
    """Who counts and who watches, as the session named them."""

    chief = forms.CharField(label=_("Chief scrutineer"), max_length=60)
    scrutineers = forms.CharField(
        label=_("Scrutineers"), help_text=_("One name on each line."), widget=forms.Textarea(attrs={"rows": 4})
    )
    tellers = forms.CharField(
        label=_("Tellers"), help_text=_("One name on each line."), widget=forms.Textarea(attrs={"rows": 4})
    )
    session = forms.CharField(
        label=_("Name of the session"),
        help_text=_("As the notice names it, for instance: second session of the sixteenth people's congress."),
        max_length=120,
        required=False,
    )

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {
            "chief": self.cleaned_data["chief"],
            "session": self.cleaned_data["session"],
            **{
                name: [line.strip() for line in self.cleaned_data[name].splitlines() if line.strip()]
                for name in ("scrutineers", "tellers")
            },
        }
