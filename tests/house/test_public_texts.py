"""No text becomes public before what in it tells of somebody was masked or judged."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms

from livelihood.kernel.forms import PublicText
from tests.house.not_public import NOT_PUBLIC
from tests.house.test_forms import all_forms

ROOMS = ("livelihood", "proposals", "voting", "projects")
ELSEWHERE = {"kernel", "web"}
"""Where fields are defined, and where the styleguide shows them."""


def texts_not_looked_at(node: ast.AST, owner: str = "") -> Iterator[str]:
    """Yield each field that is a CleanText or plain characters, by the form or the function that makes it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from texts_not_looked_at(child, child.name)
        elif isinstance(child, ast.FunctionDef):
            yield from texts_not_looked_at(child, owner or child.name)
        elif isinstance(child, ast.stmt) and not hasattr(child, "body"):
            if any(ast.unparse(one.func) in MAKERS for one in ast.walk(child) if isinstance(one, ast.Call)):
                target = child.targets[0] if isinstance(child, ast.Assign) else None
                named = target.slice if isinstance(target, ast.Subscript) else target
                yield f"{owner}.{ast.unparse(named)}".replace("'", "") if named is not None else owner
        else:
            yield from texts_not_looked_at(child, owner)


MAKERS = {"CleanText", "forms.CharField"}


def test_every_text_of_a_form_is_looked_at_or_said_not_to_be_public():
    files = [file for room in ROOMS for file in sorted(Path(room).rglob("*.py")) if not ELSEWHERE & set(file.parts)]

    found = {name for file in files for name in texts_not_looked_at(ast.parse(file.read_text(encoding="utf-8")))}

    assert found - NOT_PUBLIC == set()
    assert NOT_PUBLIC - found == set()


def test_a_new_text_would_be_found():
    made = "    def make(self):\n        self.fields['x'] = CleanText((0, 3))"
    code = f"class NewForm(Form):\n    words = CleanText((1, 9))\n{made}"

    assert set(texts_not_looked_at(ast.parse(code))) == {"NewForm.words", "NewForm.x"}


def test_every_public_text_asks_about_what_tells_of_somebody():
    public = {
        f"{form.__name__}.{name}": field
        for form in all_forms()
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        if isinstance(field, PublicText)
    }
    assert len(public) > 30

    for name, field in public.items():
        one = type("OneForm", (forms.Form,), {"text": field})
        sent = one({"text": "请找王先生，电话13812345678。"})
        assert not sent.is_valid(), name
        found = [(judgement.finding.words, judgement.choice) for judgement in sent["text"].judgements]
        assert found == [("王先生", ""), ("13812345678", "")], name


@pytest.mark.parametrize(("choice", "public"), [("mask", "请找*先生谈一谈"), ("keep", "请找王先生谈一谈")])
def test_who_sends_it_masks_it_or_lets_it_stand(choice, public):
    one = type("OneForm", (forms.Form,), {"text": PublicText((1, 50))})
    asked = one({"text": "请找王先生谈一谈"})
    asked.is_valid()

    sent = one({"text": "请找王先生谈一谈", asked["text"].judgements[0].name: choice})

    assert sent.is_valid()
    assert sent.cleaned_data["text"] == public
    assert sent.fields["text"].judged == (["王先生"] if choice == "keep" else [])


def test_what_was_judged_when_it_was_written_is_asked_about_again_only_when_it_changed():
    one = type("OneForm", (forms.Form,), {"text": PublicText((1, 50))})

    same = one({"text": "请找王先生谈一谈，谢谢"}, initial={"text": "请找王先生谈一谈"})
    other = one({"text": "请找李先生谈一谈"}, initial={"text": "请找王先生谈一谈"})

    assert (same.is_valid(), other.is_valid()) == (True, False)


def test_a_field_without_a_form_masks_what_it_finds():
    assert PublicText((1, 50)).clean("电话13812345678") == "电话138********"
