"""What all forms have in common."""

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.forms import (
    BaseForm,
    BooleanField,
    BoundField,
    CharField,
    ChoiceField,
    DateField,
    DecimalField,
    Field,
    FileField,
    Form,
    HiddenInput,
    ModelChoiceField,
    MultipleChoiceField,
    RadioSelect,
    Textarea,
    TextInput,
)
from django.urls import get_resolver
from django.utils import translation

from livelihood.accounts.forms import ForgottenForm
from livelihood.cycles.models import Area
from livelihood.kernel.forms import CleanText, RowField, RowsField
from livelihood.web.templatetags.form_again import is_optional

CODES = {
    "AreaForm.code", "AuthenticatorForm.code", "AuthenticatorForm.present",
    "CardForm.code", "CodeForm.code", "FactorForm.code", "ForgottenForm.username",
    "HalfForm.code", "HallCodeForm.hall_code", "MandateForm.user", "NewPasswordForm.again", "NewPasswordForm.password",
    "PasswordForm.again", "PasswordForm.password", "PasskeyForm.present", "PasswordForm.present", "PersonForm.username",
    "PresentPasswordForm.present",
    "SignInCodeForm.again", "SignInCodeForm.code", "SignInCodeForm.password", "SignInForm.password",
    "SignInForm.username", "StandInForm.user", "SubstituteForm.substitute", "TrackForm.code", "TrackForm.number",
}  # fmt: skip
"""Fields for codes, numbers and user names, which are compared and not kept."""
NEW, AGAIN = "new-password", {"NewPasswordForm.again", "PasswordForm.again", "SignInCodeForm.again"}
"""What the browser calls a password that is to be made, and where it is typed a second time."""
LINES = {
    "ListedWordsForm.words",
    "OfficersForm.scrutineers", "OfficersForm.tellers", "OrganisationEditForm.aliases", "OrganisationForm.aliases",
    "PasteForm.sheet", "YearForm.aspects",
}  # fmt: skip
"""Fields that are split into lines; each is cleaned by itself."""


def all_forms(parent: Any = BaseForm) -> Iterator[type[BaseForm]]:
    """Yield every form of the portal; the addresses import them all."""
    assert get_resolver().url_patterns
    for child in parent.__subclasses__():
        if child.__module__.split(".")[0] in {"livelihood", "proposals", "voting", "projects"}:
            yield child
        yield from all_forms(child)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_day_is_given_to_the_browser_as_it_reads_it(language: str):
    """A calendar of the browser that cannot read its value shows none, as if the day had never been set."""
    fields = {
        f"{form.__name__}.{name}": field
        for form in all_forms()
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        if isinstance(field, DateField)
    }
    with translation.override(language):
        shown = {name: field.widget.format_value(date(2026, 1, 2)) for name, field in fields.items()}
        kinds = {field.widget.input_type for field in fields.values()}

    assert len(fields) > 5
    assert shown == dict.fromkeys(fields, "2026-01-02")
    assert kinds == {"date"}


def fields_of_all_forms() -> Iterator[tuple[str, Any]]:
    """Yield every field that a form of the portal begins with, under the form's name and its own."""
    assert get_resolver().url_patterns
    for form in all_forms():
        if form.__module__.endswith(("filters", "styleguide")) or "FilterSet" in form.__name__:
            continue
        for name, field in form.base_fields.items():  # type: ignore[attr-defined]
            yield f"{form.__name__}.{name}", field


def test_every_text_is_cleaned_as_the_services_clean_it():
    """A plain field of Django would let through what the service refuses, and show that above the form."""
    plain = {
        name
        for name, field in fields_of_all_forms()
        if type(field) is CharField and not isinstance(field.widget, HiddenInput)
    }
    cleaned = [name for name, field in fields_of_all_forms() if isinstance(field, CleanText)]

    assert plain - CODES - LINES == set()
    assert len(cleaned) > 50


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_text_that_may_be_too_short_says_so_in_its_hint(language: str):
    least = {name: field.bounds[0] for name, field in fields_of_all_forms() if isinstance(field, CleanText)}
    least |= {name: 10 for name, field in fields_of_all_forms() if field.widget.attrs.get("autocomplete") == NEW}
    first = {name for name in least if name not in AGAIN}
    with translation.override(language):
        hints = {name: str(field.help_text) for name, field in fields_of_all_forms() if name in first}

    assert [name for name, hint in hints.items() if least[name] > 1 and str(least[name]) not in hint] == []
    runs_on = re.compile(r".(?:At least |至少)\d+")  # another hint stands on a line of its own
    assert [name for name, hint in hints.items() if runs_on.search(hint)] == []
    assert sum(characters > 1 for characters in least.values()) > 20


def test_every_box_of_several_lines_keeps_them():
    boxes = {name: field.rows for name, field in fields_of_all_forms() if isinstance(field, CleanText)}
    tall = {
        name
        for name, field in fields_of_all_forms()
        if isinstance(field, CleanText) and isinstance(field.widget, Textarea)
    }

    assert {name for name, rows in boxes.items() if rows} == tall


def test_every_choice_of_rows_offers_them_by_one_label():
    """Django's own field would offer `#5 宁海县`, which is for the journal."""
    others = {
        name
        for name, field in fields_of_all_forms()
        if isinstance(field, ModelChoiceField) and not isinstance(field, RowField | RowsField)
    }

    assert others == set()


def test_what_is_only_not_asked_for_yet_is_not_called_optional():
    """Who reads “optional” beside a question or a code leaves it empty, and is not let on."""
    called = {name: is_optional(BoundField(Form(), field, name)) for name, field in fields_of_all_forms()}
    waiting = {
        "a code": CharField(required=False, widget=TextInput(attrs={"autocomplete": "one-time-code"})),
        "a question": ChoiceField(required=False, choices=[("yes", "Yes"), ("no", "No")], widget=RadioSelect),
        "a choice": ChoiceField(required=False, choices=[("a", "A")]),
        "a row": RowField(Area.objects.none(), required=False, empty_label=None),
    }
    free = {
        "a text": CharField(required=False),
        "a choice": ChoiceField(required=False, choices=[("", "none"), ("a", "A")]),
        "several": MultipleChoiceField(required=False, choices=[("a", "A")]),
        "a row": RowField(Area.objects.none(), required=False),
    }

    assert [name for name, field in waiting.items() if is_optional(BoundField(Form(), field, "x"))] == []
    assert [name for name, field in free.items() if not is_optional(BoundField(Form(), field, "x"))] == []
    assert not called["FactorForm.code"]
    assert called["LetterForm.dated_on"]
    assert [name for name, field in fields_of_all_forms() if called[name] and field.required] == []


def test_what_cannot_be_typed_is_refused_in_words_of_people():
    with translation.override("zh-hans"):
        form = ForgottenForm({"username": "a\0b"})

        assert form.errors["username"] == ["文本中有无法识别的控制字符，请重新输入。"]


def test_a_field_left_empty_says_what_belongs_there():
    class ThingForm(Form):
        line = CleanText((4, 9), label="标题")
        kind = ChoiceField(label="类型", choices=[("a", "A")])
        day = DateField(label="截至")
        sheet = FileField(label="签字单", help_text="不超过20 MB。")
        share = DecimalField(label="比率")
        agreed = BooleanField(label="我已阅读", help_text="全文见上。")
        own = CharField(label="愿望", error_messages={"required": "请写愿望。"})

    with translation.override("zh-hans"):
        said = {name: str(errors[0]) for name, errors in ThingForm({}).errors.items()}

    assert said == {
        "line": "请填写“标题”。至少4个字。",
        "kind": "请选择“类型”。",
        "day": "请填写“截至”，例如2026-03-31。",
        "sheet": "请选择要提交的文件：签字单。不超过20 MB。",
        "share": "请填写“比率”，应为数字。",
        "agreed": "请勾选“我已阅读”。全文见上。",
        "own": "请写愿望。",
    }


@pytest.mark.parametrize(("language", "vague"), [("zh-hans", "请填写这一项。"), ("en", "This field is required.")])
def test_no_field_of_any_form_is_vague_when_left_empty(language: str, vague: str):
    """Whatever its kind: each is named by its label; the words of a form's own come first."""
    form, asked, silent = Form(), 0, []
    with translation.override(language):
        for name, given in fields_of_all_forms():
            field = deepcopy(given)
            label = BoundField(form, field, name).label
            field.get_bound_field(form, name)
            said = str(field.error_messages["required"])
            has_own = given.error_messages["required"] is not Field.default_error_messages["required"]
            if field.widget.is_hidden or not field.required:
                continue
            asked += 1
            if vague in said or (str(label) not in said and not has_own):
                silent.append(name)

    assert silent == []
    assert asked > 150
