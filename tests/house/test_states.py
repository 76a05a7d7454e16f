"""State machines and the services that walk them stay in step, and the picture of them is true."""

import inspect
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.core.management import call_command

from livelihood.portal.management.commands.state_diagrams import MODULES


def verbs_of(module: str) -> set[str]:
    return {verb for _name, moves, _initial in import_module(f"{module}.states").MACHINES for _state, verb in moves}


def services_of(module: str) -> set[str]:
    services = import_module(f"{module}.services")
    parts = [f"{services.__name__}.{part.name}" for part in iter_modules(getattr(services, "__path__", []))]
    drawers = [services, *map(import_module, parts)]
    return {name for drawer in drawers for name, value in vars(drawer).items() if inspect.isfunction(value)}


@pytest.mark.parametrize("module", MODULES)
def test_every_verb_of_a_machine_is_a_service(module):
    services = services_of(module)

    missing = {
        verb for verb in verbs_of(module) if not any(name == verb or name.startswith(f"{verb}_") for name in services)
    }

    assert missing == set()


def test_the_picture_of_the_machines_is_true():
    call_command("state_diagrams", check=True)
