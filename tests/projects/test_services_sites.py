from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livelihood.accounts.selectors import held_mandates
from livelihood.audit.models import Entry
from livelihood.kernel.errors import Conflict, IllegalMove, InvalidInput, NotAllowed
from livelihood.kernel.lights import Light
from projects import services
from projects.models import Acceptance, AcceptanceLine, Site
from projects.services.sites import Finding
from projects.states import SiteState
from tests.factories.projects import SiteFactory, StandardLineFactory
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
    services.start_sites(sites=[scene.site], by=scene.builder, at=AT).insist()

    assert state_of(scene) == SiteState.UNDER_WAY
    assert list(Entry.objects.values_list("act", flat=True)) == ["site.start"]


def test_a_second_start_is_refused(scene):
    put(scene, SiteState.UNDER_WAY)

    with pytest.raises(IllegalMove):
        services.start_sites(sites=[scene.site], by=scene.builder, at=AT).insist()

    assert (state_of(scene), Entry.objects.count()) == (SiteState.UNDER_WAY, 0)


def test_many_sites_are_begun_by_as_many_statements_as_one_and_those_that_may_not_are_named(scene):
    given = {"indicator": scene.indicator, "organisation": scene.unit, "area": scene.site.area}
    held_mandates(scene.builder, AT)
    with CaptureQueriesContext(connection) as of_one:
        assert services.start_sites(sites=[scene.site], by=scene.builder, at=AT) == {}
    others = SiteFactory.create_batch(20, **given)
    gone = SiteFactory.build(pk=0, **given)
    foreign = SiteFactory(indicator=scene.indicator)

    with CaptureQueriesContext(connection) as of_many:
        refused = services.start_sites(sites=[scene.site, *others, gone, foreign], by=scene.builder, at=AT)

    assert len(of_many) == len(of_one)
    assert {key: type(error) for key, error in refused.items()} == {
        scene.site.pk: IllegalMove, gone.pk: Conflict, foreign.pk: NotAllowed,
    }  # fmt: skip
    assert Site.objects.filter(state=SiteState.UNDER_WAY).count() == 21
    assert set(Entry.objects.values_list("act", "subject_id", "detail__old", "detail__new")) == {
        ("site.start", str(site.pk), "planned", "under_way") for site in (scene.site, *others)
    }


@pytest.mark.parametrize("who", ["office", "stranger", "supervisor"])
def test_start_refuses_who_does_not_answer_for_the_site(scene, who):
    with pytest.raises(NotAllowed):
        services.start_sites(sites=[scene.site], by=getattr(scene, who), at=AT).insist()

    assert (state_of(scene), Entry.objects.count()) == (SiteState.PLANNED, 0)


def test_accept_keeps_what_was_found_and_turns_the_light_blue(scene):
    put(scene, SiteState.COMPLETED)

    services.accept_sites(sites=[scene.site], findings=findings(scene, True, True), by=scene.department, at=AT).insist()

    assert state_of(scene) == SiteState.ACCEPTED
    assert scene.site.light == Light.BLUE
    assert (Acceptance.objects.get().is_passed, AcceptanceLine.objects.filter(is_met=True).count()) == (True, 2)


def test_many_sites_are_accepted_by_as_many_statements_as_one_and_those_that_may_not_are_named(scene):
    given = {"indicator": scene.indicator, "area": scene.site.area, "state": SiteState.COMPLETED}
    every = {"findings": findings(scene, True, True), "by": scene.department, "at": AT}
    put(scene, SiteState.COMPLETED)
    held_mandates(scene.department, AT)
    with CaptureQueriesContext(connection) as of_one:
        assert services.accept_sites(sites=[scene.site], **every) == {}
    others = SiteFactory.create_batch(20, standard=scene.site.standard, **given)
    bare = SiteFactory(**given)
    open_one = SiteFactory(**{**given, "state": SiteState.UNDER_WAY}, standard=scene.site.standard)

    with CaptureQueriesContext(connection) as of_many:
        refused = services.accept_sites(sites=[*others, bare, open_one], **every)

    assert len(of_many) == len(of_one)
    assert {key: type(error) for key, error in refused.items()} == {open_one.pk: NotAllowed}
    accepted = [scene.site, *others, bare]
    assert set(Site.objects.filter(state=SiteState.ACCEPTED)) == set(accepted)
    assert (Acceptance.objects.count(), AcceptanceLine.objects.count()) == (22, 42)
    acceptances = {(str(one.site_id), one.pk) for one in Acceptance.objects.all()}
    assert set(Entry.objects.values_list("subject_id", "detail__acceptance_id")) == acceptances


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

    services.accept_sites(sites=[scene.site], findings=findings(scene, True, True), by=scene.department, at=AT).insist()

    assert list(Acceptance.objects.order_by("pk").values_list("is_passed", flat=True)) == [False, True]


def test_accept_refuses_unmet_missing_and_foreign_lines(scene):
    put(scene, SiteState.COMPLETED)
    foreign = StandardLineFactory()
    one = {scene.lines[0].pk: Finding(is_met=True)}

    for found in (findings(scene, True, False), one, {}, {**findings(scene, True, True), foreign.pk: Finding(True)}):
        with pytest.raises(InvalidInput):
            services.accept_sites(sites=[scene.site], findings=found, by=scene.department, at=AT).insist()

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
        services.accept_sites(
            sites=[scene.site], findings=findings(scene, True, True), by=getattr(scene, who), at=AT
        ).insist()

    assert (state_of(scene), Acceptance.objects.count()) == (SiteState.COMPLETED, 0)


@pytest.mark.parametrize("state", [SiteState.PLANNED, SiteState.UNDER_WAY, SiteState.ACCEPTED])
def test_accept_refuses_sites_that_are_not_completed(scene, state):
    put(scene, state)

    with pytest.raises(NotAllowed):
        services.accept_sites(
            sites=[scene.site], findings=findings(scene, True, True), by=scene.department, at=AT
        ).insist()

    assert Acceptance.objects.count() == 0


def test_a_site_without_standard_is_accepted_without_lines(scene):
    scene.site.standard, scene.site.state = None, SiteState.COMPLETED
    scene.site.save(update_fields=["standard", "state"])

    services.accept_sites(sites=[scene.site], findings={}, by=scene.department, at=AT).insist()

    assert state_of(scene) == SiteState.ACCEPTED


@pytest.mark.django_db(transaction=True)
def test_one_site_inspected_by_two_at_once_is_judged_once(scene):
    put(scene, SiteState.COMPLETED)

    answers = at_once(
        lambda: services.accept_sites(
            sites=[scene.site], findings=findings(scene, True, True), by=scene.department, at=AT
        ).insist(),
        lambda: services.return_site(
            site=scene.site, findings=findings(scene, True, False), by=scene.department, at=AT
        ),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "NotAllowed"]
    assert Acceptance.objects.count() == 1
    assert services.recount_figures() == []


def test_quantity_is_untouched_by_moves(scene):
    scene.site.quantity_done = Decimal(4)
    scene.site.save(update_fields=["quantity_done"])

    services.start_sites(sites=[scene.site], by=scene.builder, at=AT).insist()

    scene.site.refresh_from_db()
    assert scene.site.quantity_done == 4
