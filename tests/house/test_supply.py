"""The packages of production: their licences, and the list of parts."""

import json

import pytest

from tests import supply


@pytest.mark.parametrize(
    ("licence", "is_allowed"),
    [("MIT", True), ("GPL-3.0 OR MIT", True), ("MIT AND GPL-3.0", False), ("AGPL-3.0", False), ("unknown", False)],
)
def test_a_licence_is_allowed_when_one_to_choose_is_wholly_on_the_list(licence, is_allowed):
    assert supply.is_allowed(licence, ["MIT", "BSD-3-Clause"]) is is_allowed


def test_every_package_of_production_is_under_a_licence_on_the_list():
    assert len(supply.locked("base")) > 30
    assert supply.licences() == []


def test_the_list_of_parts_names_every_locked_package(tmp_path):
    assert supply.sbom(tmp_path / "sbom.json") == 0

    parts = json.loads((tmp_path / "sbom.json").read_text())["components"]
    assert {part["name"].lower() for part in parts} == {name.lower() for name in supply.locked("base")}
