"""Submitting a form: it acts once it is valid, and shows what its act refuses."""

from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from livelihood.kernel.errors import Conflict, DomainError, InvalidInput, NotReady
from livelihood.kernel.forms import NotDone, Submitted, amount_field, submit


class NameForm(forms.Form):
    name = forms.CharField(max_length=5)


class LineForm(forms.Form):
    line = forms.CharField()


LineForms = forms.formset_factory(LineForm, extra=1)


def refusing(error: DomainError) -> Any:
    def act() -> None:
        raise error

    return act


def test_a_form_that_was_not_sent_does_nothing():
    form, acted = NameForm(QueryDict() or None), []

    done = submit(form, lambda: acted.append(1))

    assert (done, bool(done), acted, form.errors) == (NotDone(), False, [], {})


def test_a_form_that_is_not_valid_does_nothing():
    form, acted = NameForm({"name": "x" * 6}), []

    assert submit(form, lambda: acted.append(1)) == NotDone()
    assert (acted, list(form.errors)) == ([], ["name"])


@pytest.mark.parametrize("result", [None, 0, "", [], "kept"])
def test_a_valid_form_acts_and_hands_on_what_came_of_it_also_where_that_is_nothing(result: Any):
    done = submit(NameForm({"name": "x"}), lambda: result)

    assert (bool(done), done) == (True, Submitted(result))


@pytest.mark.parametrize(
    ("error", "errors"),
    [
        (InvalidInput("too short", field="name"), {"name": ["too short"]}),
        (InvalidInput("no such field", field="other"), {"__all__": ["no such field"]}),
        (Conflict("changed"), {"__all__": ["changed"]}),
        (NotReady(["one", "two"]), {"__all__": ["one", "two"]}),
    ],
)
def test_a_refusal_stands_in_the_form_and_is_handed_on(error: DomainError, errors: dict[str, list[str]]):
    form = NameForm({"name": "x"})

    done = submit(form, refusing(error))

    assert (bool(done), done, form.errors) == (False, NotDone(error), errors)


def test_what_is_no_refusal_is_not_caught():
    with pytest.raises(ZeroDivisionError):
        submit(NameForm({"name": "x"}), lambda: 1 / 0)


@pytest.mark.parametrize(("line", "happens"), [("one", True), ("", False)])
def test_what_is_sent_with_a_form_has_to_be_valid_too(line: str, *, happens: bool):
    sent = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-line": line}

    assert bool(submit(NameForm({"name": "x"}), lambda: None, also=LineForms(sent))) is happens
    assert not submit(NameForm({"name": "x"}), lambda: None, also=LineForms())


@pytest.mark.parametrize(("known", "shown"), [("60.0000", "60"), ("380", "380"), ("12.5000", "12.5"), ("0.0000", "0")])
def test_a_quantity_stands_in_its_field_as_a_person_would_write_it(known, shown):
    form_class = type("Form", (forms.Form,), {"amount": amount_field("amount")})

    assert f'value="{shown}"' in str(form_class(initial={"amount": Decimal(known)})["amount"])
