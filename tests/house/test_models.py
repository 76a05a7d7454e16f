"""Rules that every model of the house keeps."""

import pytest
from django.apps import apps
from django.db import models

OURS = (
    "audit",
    "cycles",
    "accounts",
    "jobs",
    "lists",
    "imprint",
    "imports",
    "news",
    "privacy",
    "inbox",
    "proposals",
    "voting",
    "projects",
    "surveys",
    "reports",
)
MODELS = [model for label in OURS for model in apps.get_app_config(label).get_models()]


def constraint_names(model: type[models.Model]) -> set[str]:
    return {constraint.name for constraint in model._meta.constraints}


def constraint_name(model: type[models.Model], rest: str) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}_{rest}"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_choice_is_checked_in_the_database(model):
    unchecked = {
        field.name
        for field in model._meta.local_fields
        if field.choices and constraint_name(model, f"{field.name}_known") not in constraint_names(model)
    }

    assert unchecked == set()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_optional_pair_of_instant_and_person_is_checked_together(model):
    fields = {field.name: field for field in model._meta.local_fields}
    unpaired = {
        name[:-3]
        for name, field in fields.items()
        if name.endswith("_at")
        and f"{name[:-3]}_by" in fields
        and field.null
        and constraint_name(model, f"{name[:-3]}_paired") not in constraint_names(model)
    }

    assert unpaired == set()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_nothing_is_deleted_through_a_relation(model):
    cascading = {
        field.name
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is not models.PROTECT
    }

    assert cascading == set()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_models_have_no_order_and_no_hidden_writes(model):
    assert list(model._meta.ordering) == []
    assert "save" not in vars(model)
    assert "delete" not in vars(model)
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")
