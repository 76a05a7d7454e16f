"""Forms of answers and of the desk; they parse, the services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.forms import CleanText, PublicText, RowField, day_field, key_field, seen_field
from livelihood.kernel.numbers import opaque_id
from projects import selectors as projects
from projects.models import Project, Site
from projects.surveys.aggregation import GRADES, Counts
from projects.surveys.models import SMALLEST_BATCH, SMALLEST_SHOWN, Survey
from projects.surveys.services.answers import LONGEST_COMMENT
from projects.surveys.services.surveys import MOST_INVITATIONS
from projects.surveys.states import Grade, Target

MOST_GRADES = 1_000_000_000
QUESTION = _("Are you satisfied with it?")


class PublishedForm(forms.Form):
    """Three counts that were published elsewhere about one thing."""

    evaluators = CleanText(
        (1, 100), label=_("Who graded"), help_text=_("As the source says it, for instance: county deputies.")
    )
    evaluated_on = day_field(_("Day of the grading"))
    subject = PublicText((1, 200), label=_("What was graded"), help_text=_("As the source names it."))
    project = RowField(Project.objects.none(), label=_("Project of this year"), required=False)
    satisfied = forms.IntegerField(label=Grade.SATISFIED.label, min_value=0, max_value=MOST_GRADES)
    basically_satisfied = forms.IntegerField(label=Grade.BASICALLY_SATISFIED.label, min_value=0, max_value=MOST_GRADES)
    dissatisfied = forms.IntegerField(label=Grade.DISSATISFIED.label, min_value=0, max_value=MOST_GRADES)
    source = CleanText((1, 300), label=_("Where it was published"))
    note = PublicText(
        (0, 300),
        label=_("Note"),
        help_text=_("What is odd about the figures, for instance counts that do not add up. It is shown with them."),
    )
    seen = seen_field()

    def __init__(self, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = Project.objects.for_cycle(cycle).order_by("number")  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = dict(self.cleaned_data)
        counts = Counts(**{grade: data.pop(grade) for grade in GRADES})
        return data | {"counts": counts}


class GradeForm(forms.Form):
    """One question of three grades, and a few words if somebody wants to add them."""

    grade = forms.ChoiceField(choices=Grade, widget=forms.RadioSelect)
    comment = CleanText(
        (0, LONGEST_COMMENT),
        label=_("What should be better?"),
        help_text=_("Not published. Please write no names and no telephone numbers."),
        rows=3,
    )

    def __init__(self, data: Any = None, *, question: str) -> None:
        super().__init__(data)
        self.fields["grade"].label = question

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        return self.cleaned_data | {"grade": Grade(self.cleaned_data["grade"])}


class KeyedAnswerForm(GradeForm):
    """The question for whoever comes by; the key of this showing of the form makes sending it twice one answer."""

    key = key_field(initial=opaque_id)


class CodeForm(forms.Form):
    """The code of an invitation."""

    code = forms.CharField(
        label=_("Code of your invitation"),
        help_text=_("Twelve letters and digits, for instance 7K2M-Q9XD-0F4T. Capitals or small letters are the same."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class CodeAnswerForm(GradeForm):
    """The question for somebody who was invited; the code itself stops a second answer."""

    code = forms.CharField(max_length=40, widget=forms.HiddenInput)


class SurveyForm(forms.Form):
    """A new survey."""

    title = PublicText((1, 200), label=_("Title"))
    target = forms.ChoiceField(label=_("What it asks about"), choices=Target)
    question_zh = PublicText((1, 200), label=_("Question in Chinese"))
    question_en = PublicText((0, 300), label=_("Question in English"))
    opens_on = day_field(_("First day"))
    closes_on = day_field(_("Last day"))
    smallest_shown = forms.IntegerField(
        label=_("Percentages from this many answers on"),
        help_text=_("Smaller groups are shown as counts only."),
        min_value=1,
        max_value=1000,
        initial=SMALLEST_SHOWN,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language, name in (("zh-hans", "question_zh"), ("en", "question_en")):
            with override(language):
                self.fields[name].initial = str(QUESTION)

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        return self.cleaned_data | {"target": Target(self.cleaned_data["target"])}


class DrawForm(forms.Form):
    """A number of codes for people of one area, asked about one thing."""

    area = RowField(label=_("Area of the people"), queryset=Area.objects.none(), empty_label=None)
    project = RowField(label=_("Project they are asked about"), queryset=Project.objects.none())
    site = forms.IntegerField(
        label=_("Number of the site they are asked about"), help_text=_("The last number in the address of its page.")
    )
    count = forms.IntegerField(
        label=_("How many codes"), min_value=SMALLEST_BATCH, max_value=MOST_INVITATIONS, initial=100
    )
    file_format = forms.ChoiceField(label=_("File"), choices=[("xlsx", _("Excel")), ("csv", _("CSV"))])
    key = key_field(initial=opaque_id)

    def __init__(self, data: Any = None, *, survey: Survey) -> None:
        super().__init__(data)
        self.survey = survey
        self._field("area").queryset = cycles.areas_of_year(survey.cycle)
        self._field("project").queryset = Project.objects.for_cycle(survey.cycle).order_by("number", "pk")
        if survey.target != Target.PROJECT:
            del self.fields["project"]
        if survey.target != Target.SITE:
            del self.fields["site"]

    def clean_site(self) -> Site:
        """Return the site of this year with that number."""
        site = projects.find_site(self.survey.cycle, self.cleaned_data["site"])
        if site is None:
            raise forms.ValidationError(_("There is no site with this number in this year."))
        return site

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "file_format"}

    def _field(self, name: str) -> Any:
        return self.fields[name]
