"""A plain input is drawn as Django's own templates draw it, whatever stands in it."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from hypothesis import given
from hypothesis import strategies as st

from livelihood.web.inputs import PLAIN, Inputs

WIDGETS = [
    forms.CheckboxInput, forms.DateInput, forms.EmailInput, forms.HiddenInput, forms.NumberInput, forms.PasswordInput,
    forms.TextInput, forms.URLInput,
]  # fmt: skip
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(st.characters(exclude_categories=["Cc", "Cs"])))


@pytest.mark.parametrize("kind", WIDGETS)
@given(value=VALUES, title=st.one_of(st.booleans(), st.integers(), st.text(alphabet="'\"<>& a中")))
def test_plain_inputs_are_drawn_as_by_django(kind, value, title):
    widget = kind(attrs={"id": False, "required": True, "title": title})
    assert widget.template_name in PLAIN

    drawn, expected = (widget.render("名<", value, renderer=one()) for one in (Inputs, DjangoTemplates))

    assert parse_html(drawn) == parse_html(expected)


def test_other_fields_keep_their_template():
    widget = forms.Select(choices=[("a", "<甲>")])

    assert widget.render("x", "a", renderer=Inputs()) == widget.render("x", "a", renderer=DjangoTemplates())
