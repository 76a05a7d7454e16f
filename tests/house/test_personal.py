"""Every field that holds something of a person stands in a kind of personal data, with its purpose and its period.

Of what can hold any words, a file or anything as JSON, nobody guesses by its name: somebody has said what it holds.
"""

import re

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Model

from livelihood.kernel.personal import kinds
from livelihood.kernel.sealed import SealedBytesField, SealedField
from tests.factories.frame import NOW
from tests.house.not_personal import NOT_PERSONAL, NOTHING_OF_A_PERSON
from tests.house.test_models import OURS

OF_PERSONS = {
    "address", "code", "comment", "contact", "credential", "delegation", "email", "hash", "ip", "key", "mail", "marks",
    "name", "password", "phone", "secret", "session", "speaker", "subject", "telephone", "user", "username", "agent",
}  # fmt: skip
"""Words in the name of a field that make it one that may hold something of a person, though it is a number or a day."""

FREE = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField, models.UUIDField)
"""Kinds of fields that hold whatever is put there; ours that stand on none of Django's are free as well."""

REACHING = {"phone", "telephone", "mobile", "mail", "email", "contact"}
"""Words in the name of a text by which somebody could be reached: it is kept sealed, and so are sheets."""

OPEN = {"cycles.Organisation.contact", "cycles.Organisation.phone"}
"""Of an office, which is public: who is to be asked there, and its number."""

MODELS: list[type[Model]] = [
    model for label in (*OURS, "lists", "sessions") for model in apps.get_app_config(label).get_models()
]
DECLARED = {field for kind in kinds().values() for field in kind.fields}


def fields(of: list[type[Model]]) -> dict[str, models.Field]:
    """Return every field of models that is no relation, and not made by the database of others."""
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}": field
        for model in of
        for field in model._meta.local_fields
        if not field.is_relation and not isinstance(field, models.GeneratedField)
    }


def is_free(field: models.Field) -> bool:
    """Say whether a field holds whatever is put there, and not one of a few codes."""
    is_ours = not type(field).__module__.startswith("django.")
    return not field.choices and (is_ours or isinstance(field, FREE))


def undecided(models_: list[type[Model]]) -> list[str]:
    """Return the fields that are free, or sound of a person, of which nobody has said what they hold."""
    return sorted(
        name
        for name, field in fields(models_).items()
        if (is_free(field) or OF_PERSONS & set(field.name.split("_"))) and name not in DECLARED | NOT_PERSONAL
    )


def test_of_every_field_somebody_has_said_whether_it_holds_something_of_a_person():
    assert undecided(MODELS) == []


def test_a_new_field_is_undecided_whatever_it_is_called():
    class Planted(Model):  # noqa: DJ008 -- no row of it is ever made
        height = models.CharField(max_length=9)
        shown = models.JSONField()
        picture = models.BinaryField()
        state = models.CharField(max_length=9, choices=[("a", "A")])
        number = models.IntegerField()
        phone_number = models.IntegerField()

        class Meta:
            app_label = "planted"

    apps.all_models.pop("planted")  # for this test alone

    names = ("height", "phone_number", "picture", "shown")
    assert undecided([Planted]) == [f"planted.Planted.{name}" for name in names]


def test_every_text_by_which_somebody_is_reached_is_kept_sealed():
    known = fields(MODELS)
    texts = {
        name
        for name, field in known.items()
        if isinstance(field, models.CharField | models.TextField) and REACHING & set(re.split(r"[._]", name)[2:])
    }
    of_sheets = {name for name in DECLARED if name.startswith(("imports.", "lists.ListFile."))}

    assert {name for name in texts | of_sheets if not isinstance(known[name], (SealedField, SealedBytesField))} == OPEN


def test_what_is_declared_is_there_and_nothing_is_said_twice():
    said = [field for named in NOTHING_OF_A_PERSON.values() for field in named.split()]

    assert sorted((DECLARED | NOT_PERSONAL) - set(fields(MODELS))) == []
    assert not DECLARED & NOT_PERSONAL
    assert len(said) == len(NOT_PERSONAL)


@pytest.mark.django_db
@pytest.mark.parametrize("key", kinds())
def test_a_kind_says_what_for_and_how_long(key: str):
    kind = kinds()[key]

    assert all(str(text).strip() for text in (kind.label, kind.purpose, kind.readers))
    assert kind.fields
    assert bool(kind.period) != bool(kind.kept)
    if kind.period:
        assert 0 < kind.period.least <= kind.period.days <= kind.period.most
        assert str(kind.period.begins)
    assert kind.over(1, NOW).count() == 0
