from decimal import Decimal

import pytest

from livelihood.audit.models import Entry
from livelihood.kernel.errors import IllegalMove, InvalidInput, NotAllowed
from livelihood.kernel.lights import Light
from projects import services
from projects.models import Acceptance, AcceptanceLine
from projects.services.sites import Finding
from projects.states import SiteState
from tests.factories.projects import StandardLineFactory
from tests.projects.conftest import AT
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def put(scene, state):
    scene.site.state = state
    scene.site.save(update_fields=["state"])


def findings(scene, *met):
    return {line.pk: Finding(is_met) for line, is_met in zip(scene.lines, met, strict=True)}


def state_of(scene):
    scene.site.refresh_from_db()
    return scene.site.state


def test_start_moves_the_site(scene):
    services.start_site(site=scene.site, by=scene.builder, at=AT)

    assert state_of(scene) == SiteState.UNDER_WAY
    assert list(Entry.objects.values_list("act", flat=True)) == ["site.start"]


def test_a_second_start_is_refused(scene):
    put(scene, SiteState.UNDER_WAY)

    with pytest.raises(IllegalMove):
        services.start_site(site=scene.site, by=scene.builder, at=AT)

    assert (state_of(scene), Entry.objects.count()) == (SiteState.UNDER_WAY, 0)


@pytest.mark.parametrize("who", ["office", "stranger", "supervisor"])
def test_start_refuses_who_does_not_answer_for_the_site(scene, who):
    with pytest.raises(NotAllowed):
        services.start_site(site=scene.site, by=getattr(scene, who), at=AT)

    assert (state_of(scene), Entry.objects.count()) == (SiteState.PLANNED, 0)


def test_accept_keeps_what_was_found_and_turns_the_light_blue(scene):
    put(scene, SiteState.COMPLETED)

    services.accept_site(site=scene.site, findings=findings(scene, True, True), by=scene.department, at=AT)

    assert state_of(scene) == SiteState.ACCEPTED
    assert scene.site.light == Light.BLUE
    assert (Acceptance.objects.get().is_passed, AcceptanceLine.objects.filter(is_met=True).count()) == (True, 2)


def test_return_sends_the_site_back_and_keeps_what_was_found(scene):
    put(scene, SiteState.COMPLETED)

    services.return_site(site=scene.site, findings=findings(scene, True, False), by=scene.department, at=AT)

    assert state_of(scene) == SiteState.UNDER_WAY
    assert Acceptance.objects.get().is_passed is False
    assert Entry.objects.get().detail["unmet"] == [scene.lines[1].pk]


def test_a_returned_site_is_accepted_later(scene):
    put(scene, SiteState.COMPLETED)
    services.return_site(site=scene.site, findings=findings(scene, True, False), by=scene.department, at=AT)
    put(scene, SiteState.COMPLETED)

    services.accept_site(site=scene.site, findings=findings(scene, True, True), by=scene.department, at=AT)

    assert list(Acceptance.objects.order_by("pk").values_list("is_passed", flat=True)) == [False, True]


def test_accept_refuses_unmet_missing_and_foreign_lines(scene):
    put(scene, SiteState.COMPLETED)
    foreign = StandardLineFactory()
    one = {scene.lines[0].pk: Finding(is_met=True)}

    for found in (findings(scene, True, False), one, {}, {**findings(scene, True, True), foreign.pk: Finding(True)}):
        with pytest.raises(InvalidInput):
            services.accept_site(site=scene.site, findings=found, by=scene.department, at=AT)

    assert (state_of(scene), Acceptance.objects.count()) == (SiteState.COMPLETED, 0)


def test_return_needs_a_reason_when_all_lines_are_met(scene):
    put(scene, SiteState.COMPLETED)
    met = findings(scene, True, True)
    with pytest.raises(InvalidInput):
        services.return_site(site=scene.site, findings=met, by=scene.department, at=AT)

    services.return_site(site=scene.site, findings=met, by=scene.department, at=AT, note="垃圾未清")

    assert Acceptance.objects.get().note == "垃圾未清"


@pytest.mark.parametrize("who", ["office", "builder", "supervisor", "stranger"])
def test_accept_refuses_everybody_but_the_leading_department(scene, who):
    put(scene, SiteState.COMPLETED)

    with pytest.raises(NotAllowed):
        services.accept_site(site=scene.site, findings=findings(scene, True, True), by=getattr(scene, who), at=AT)

    assert (state_of(scene), Acceptance.objects.count()) == (SiteState.COMPLETED, 0)


@pytest.mark.parametrize("state", [SiteState.PLANNED, SiteState.UNDER_WAY, SiteState.ACCEPTED])
def test_accept_refuses_sites_that_are_not_completed(scene, state):
    put(scene, state)

    with pytest.raises(NotAllowed):
        services.accept_site(site=scene.site, findings=findings(scene, True, True), by=scene.department, at=AT)

    assert Acceptance.objects.count() == 0


def test_a_site_without_standard_is_accepted_without_lines(scene):
    scene.site.standard, scene.site.state = None, SiteState.COMPLETED
    scene.site.save(update_fields=["standard", "state"])

    services.accept_site(site=scene.site, findings={}, by=scene.department, at=AT)

    assert state_of(scene) == SiteState.ACCEPTED


@pytest.mark.django_db(transaction=True)
def test_one_site_inspected_by_two_at_once_is_judged_once(scene):
    put(scene, SiteState.COMPLETED)

    answers = at_once(
        lambda: services.accept_site(site=scene.site, findings=findings(scene, True, True), by=scene.department, at=AT),
        lambda: services.return_site(
            site=scene.site, findings=findings(scene, True, False), by=scene.department, at=AT
        ),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Acceptance", "NotAllowed"]
    assert Acceptance.objects.count() == 1
    assert services.recount_figures() == []


def test_quantity_is_untouched_by_moves(scene):
    scene.site.quantity_done = Decimal(4)
    scene.site.save(update_fields=["quantity_done"])

    services.start_site(site=scene.site, by=scene.builder, at=AT)

    scene.site.refresh_from_db()
    assert scene.site.quantity_done == 4
