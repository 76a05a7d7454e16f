from datetime import date

import pytest

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from projects import rules
from projects.models import Notice
from projects.states import NoticeState, ProjectState, SiteState
from tests.factories.frame import CityFactory, official
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db

OFFICE, LEAD, BUILDER, SUPERVISOR = (
    "office", "department", "builder", "supervisor",
)  # fmt: skip
EVERYBODY = ("office", "department", "builder", "supervisor", "stranger")


def set_phase(scene, phase):
    scene.cycle.phase = phase
    scene.cycle.save(update_fields=["phase"])
    for owner in (scene.site, scene.indicator.project):
        owner.cycle = scene.cycle
    scene.site.project = scene.indicator.project


def subject(scene, name):
    """Return what a rule is asked about, in the state in which it says yes to somebody."""
    project, site, day = scene.indicator.project, scene.site, date(2025, 6, 1)
    notice = Notice(cycle=site.cycle, site=site, site_due_on=day, issued_on=day, due_on=day)
    notice.state = NoticeState.ISSUED if name == "may_answer_notice" else NoticeState.ANSWERED
    if name == "may_accept":
        site.state = SiteState.COMPLETED
    return {
        "may_list_site": (scene.cycle, project, None),
        "may_close_out": (project,),
        "may_report_area": (project, scene.cycle.area),
        "may_report_site": (site,),
        "may_accept": (site,),
        "may_answer_notice": (notice,),
        "may_close_notice": (notice,),
    }.get(name, (scene.cycle,))


# Departments work in the area of the year, so they may report on that area even where they do not lead.
TRUTH = {
    "may_read_desk": set(EVERYBODY),
    "may_hand_over": {OFFICE},
    "may_manage": {OFFICE},
    "may_allocate": {OFFICE},
    "may_import_sites": {OFFICE, LEAD},
    "may_list_site": {OFFICE, LEAD},
    "may_close_out": {OFFICE},
    "may_report_area": {LEAD, BUILDER, "stranger"},
    "may_report_site": {LEAD, BUILDER},
    "may_accept": {LEAD},
    "may_answer_notice": {LEAD, BUILDER},
    "may_close_notice": {SUPERVISOR},
}


@pytest.mark.parametrize("name", TRUTH)
def test_rule_by_role(scene, name):
    asked = subject(scene, name)

    said = {who for who in EVERYBODY if getattr(rules, name)(getattr(scene, who), *asked, AT)}

    assert said == TRUTH[name]


@pytest.mark.parametrize("name", TRUTH)
def test_rule_refuses_nobody_and_people_from_elsewhere_with_a_reason(scene, name):
    asked = subject(scene, name)
    abroad = [official(role, CityFactory()) for role in Role]

    for who in (None, *abroad):
        verdict = getattr(rules, name)(who, *asked, AT)
        assert (verdict.ok, bool(str(verdict.reason))) == (False, True)


@pytest.mark.parametrize("phase", [Phase.SOLICIT, Phase.PLAN, Phase.DECIDE, Phase.CLOSED])
@pytest.mark.parametrize("name", sorted(set(TRUTH) - {"may_read_desk"}))
def test_rule_says_no_outside_delivery_and_evaluation(scene, name, phase):
    set_phase(scene, phase)
    asked = subject(scene, name)

    assert {who for who in EVERYBODY if getattr(rules, name)(getattr(scene, who), *asked, AT)} == set()


@pytest.mark.parametrize(
    ("name", "field", "states"),
    [
        ("may_report_site", "state", [SiteState.COMPLETED, SiteState.ACCEPTED]),
        ("may_accept", "state", [SiteState.PLANNED, SiteState.UNDER_WAY, SiteState.ACCEPTED]),
        ("may_close_out", "state", [ProjectState.CLOSED_OUT]),
        ("may_report_area", "state", [ProjectState.CLOSED_OUT]),
        ("may_answer_notice", "state", [NoticeState.ANSWERED, NoticeState.CLOSED]),
        ("may_close_notice", "state", [NoticeState.ISSUED, NoticeState.CLOSED]),
    ],
)
def test_rule_says_no_in_other_states(scene, name, field, states):
    asked = subject(scene, name)

    for state in states:
        setattr(asked[0], field, state)
        assert {who for who in EVERYBODY if getattr(rules, name)(getattr(scene, who), *asked, AT)} == set()


def test_where_no_unit_is_named_any_unit_of_the_area_answers(scene):
    scene.site.organisation = None
    scene.site.project.lead_organisation = None

    assert rules.may_report_site(scene.stranger, scene.site, AT)
    scene.site.state = SiteState.COMPLETED
    other = official(Role.DEPARTMENT, scene.cycle.area)
    assert rules.may_accept(other, scene.site, AT)


def test_supervision_reaches_down(scene):
    above = official(Role.SUPERVISION_OFFICE, scene.cycle.area.parent)

    assert rules.may_close_notice(above, subject(scene, "may_close_notice")[0], AT)


def test_a_unit_below_has_a_desk_in_the_year_above(scene):
    assert rules.may_read_desk(official(Role.IMPLEMENTING_UNIT, scene.site.area), scene.cycle, AT)
