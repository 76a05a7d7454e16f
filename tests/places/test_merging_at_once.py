"""Merging an organisation while somebody names it, and two that are merged into each other at once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from livelihood.accounts import services as people
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Organisation
from livelihood.cycles.states import Phase
from projects import services as projects
from proposals import services as proposals
from proposals.states import CandidateKind, CandidateOrigin
from tests.factories.frame import NOW, AspectFactory, CycleFactory, official
from tests.places.conftest import Places, load
from tests.places.test_merging import merge
from tests.threads import at_once, overtaken


@pytest.fixture
def shared(transactional_db) -> Places:
    """The places, as other connections see them."""
    return load()


def acts_that_name(places, old) -> dict[str, Callable[[], Any]]:
    """Acts of others that name an organisation, each with what they name it in."""
    area, day = places.at("420100"), date(2024, 1, 1)
    delivery = CycleFactory(area=area, year=2025, phase=Phase.DELIVER)
    planning = CycleFactory(area=area, year=2026, phase=Phase.PLAN)
    user, aspect = official(Role.AUDITOR, area), AspectFactory(cycle=planning)
    new_project: dict[str, Any] = {
        "number": 1, "aspect": AspectFactory(cycle=delivery), "title": "公园", "content": "", "kind": "hardware",
    }  # fmt: skip
    text: dict[str, Any] = {
        "title": "新建公园",
        "summary": "新建一个公园，年内完成。",
        "source": "政府公报",
        "place": "",
        "needs": [],
    }
    by: dict[str, Any] = {"by": places.office, "at": NOW}
    return {
        "project": lambda: projects.add_project(cycle=delivery, lead_organisation=old, **new_project, **by),
        "candidate": lambda: proposals.draft_candidate(
            cycle=planning,
            aspect=aspect,
            lead_organisation=old,
            kind=CandidateKind.HARDWARE,
            origin=CandidateOrigin.PUBLISHED,
            **text,
            **by,
        ),
        "mandate": lambda: people.give_mandate(
            user=user, role=Role.DEPARTMENT, area=area, organisation=old, starts_on=day, by=places.keeper, at=NOW
        ),
    }


NAMES = {"project": "lead_organisation", "candidate": "lead_organisation", "mandate": "organisation"}


@pytest.mark.parametrize("kind", NAMES)
def test_who_names_it_while_it_is_merged_waits_and_names_the_other(shared, kind):
    old, new = shared.unit("文化局"), shared.unit("文旅局")
    act = acts_that_name(shared, old)[kind]

    row = overtaken(lambda: merge(shared, old, new), act)

    assert getattr(row, NAMES[kind]) == new


@pytest.mark.parametrize("kind", NAMES)
def test_merging_waits_for_who_names_it_and_takes_that_over_too(shared, kind):
    old, new = shared.unit("文化局"), shared.unit("文旅局")
    act, made = acts_that_name(shared, old)[kind], []

    overtaken(lambda: made.append(act()), lambda: merge(shared, old, new))

    if kind == "mandate":
        assert made[0].user.mandates.get(organisation=new).starts_on == date(2024, 11, 1)
    else:
        made[0].refresh_from_db()
        assert made[0].lead_organisation == new


def test_two_that_are_merged_into_each_other_at_once_end_as_one(shared):
    one, other = shared.unit("文化局"), shared.unit("文旅局")

    ended = at_once(lambda: merge(shared, one, other), lambda: merge(shared, other, one))

    assert sorted(type(result).__name__ for result in ended) == ["Conflict", "Organisation"]
    assert Organisation.objects.filter(merged_into__isnull=False).count() == 1
