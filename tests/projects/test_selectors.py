import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.kernel import paging
from livelihood.kernel.lights import Light
from livelihood.kernel.paging import RowCount
from projects import selectors, services
from projects.aggregation import Figure, SiteCounts
from projects.models import Notice, ProgressReport, Project, Site
from projects.selectors import Box
from projects.selectors.pictures import SiteGroup
from projects.states import CountedBy, IndicatorKind, LightReason, NoticeState, SiteState
from tests import databases
from tests.factories.frame import AspectFactory, CityFactory, CountyFactory, PhasePeriodFactory, official
from tests.factories.projects import AllocationFactory, DeliveryFactory, IndicatorFactory, ProjectFactory, SiteFactory
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db

DAY = date(2025, 6, 1)


def report_area(scene, indicator, area, quantity, base=None):
    services.report_area(
        indicator=indicator, area=area, quantity=Decimal(quantity), base=None if base is None else Decimal(base),
        reported_on=DAY, idempotency_key=f"{indicator.pk}-{area.pk}", by=scene.department, at=AT,
    )  # fmt: skip


def test_delivered_sums_up_each_kind_by_its_rule(scene):
    one, two = (CountyFactory(parent=scene.cycle.area) for _ in range(2))
    project = scene.indicator.project
    rate = IndicatorFactory(
        project=project, kind=IndicatorKind.RATE, unit="%", counted_by=CountedBy.AREAS, target=Decimal(60)
    )
    cap = IndicatorFactory(project=project, kind=IndicatorKind.CAP, counted_by=CountedBy.AREAS, target=Decimal(30))
    silent = IndicatorFactory(project=project, target=Decimal(5))
    report_area(scene, rate, one, 10, 10)
    report_area(scene, rate, two, 35, 50)
    report_area(scene, cap, one, 80)
    report_area(scene, cap, scene.cycle.area, 26)
    SiteFactory(indicator=scene.indicator, quantity_done=Decimal(4), state=SiteState.COMPLETED)

    [shown] = selectors.delivered(scene.cycle)

    figures = {indicator.pk: indicator.figure for indicator in shown.indicators}
    assert figures[scene.indicator.pk].value == 4
    assert figures[rate.pk] == Figure(Decimal(75), Decimal(60), Decimal(45), Decimal(60), Decimal("1.25"), True)
    assert (figures[cap.pk].value, figures[cap.pk].is_reached) == (26, True)
    assert (figures[silent.pk].value, figures[silent.pk].is_reached) == (None, None)
    assert (shown.sites.total, shown.sites.finished, shown.sites.accepted) == (2, 1, 0)


def test_delivered_asks_three_times_whatever_the_length(scene, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(3):
            selectors.delivered(scene.cycle)
        ProjectFactory.create_batch(2, cycle=scene.cycle)
        IndicatorFactory.create_batch(2, project=scene.indicator.project)


def test_delivered_keeps_to_its_year(scene):
    SiteFactory()

    assert [project.pk for project in selectors.delivered(scene.cycle)] == [scene.indicator.project_id]


def test_lit_project_shows_its_gravest_indicator(scene):
    PhasePeriodFactory(cycle=scene.cycle, phase=Phase.DELIVER, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    done = IndicatorFactory(project=scene.indicator.project, counted_by=CountedBy.AREAS, target=Decimal(1))
    report_area(scene, done, scene.cycle.area, 1)

    [lit] = selectors.lit_projects(scene.cycle, on=DAY)

    assert lit.light == Light.RED  # 41 % of the year, nothing done
    assert [one.light for one in lit.indicators] == [Light.RED, Light.GREEN]


def test_lit_project_closed_out_is_blue_and_without_indicator_grey(scene):
    Project.objects.update(state="closed_out")
    ProjectFactory(cycle=scene.cycle, number=9)

    assert [lit.light for lit in selectors.lit_projects(scene.cycle, on=DAY)] == [Light.BLUE, Light.GREY]


def test_shares_show_areas_and_what_is_allocated_to_none(scene):
    AllocationFactory(indicator=scene.indicator, area=scene.site.area, target=Decimal(7))
    idle = CountyFactory(parent=scene.cycle.area)

    shares = selectors.shares_of(scene.indicator.project)[scene.indicator.pk]

    assert [(share.area, share.figure.target, share.sites.total) for share in shares] == [
        (scene.site.area, 7, 1),
        (None, 3, 0),
    ]
    assert idle not in [share.area for share in shares]


def test_progress_by_aspect_and_area_drill_down_to_the_same_sites(scene):
    other = SiteFactory(indicator=scene.indicator, state=SiteState.ACCEPTED)
    AllocationFactory(indicator=scene.indicator, area=other.area, target=Decimal(1))
    AspectFactory(cycle=scene.cycle, number=999)

    by_aspect = selectors.progress_by_aspect(scene.cycle, scene.cycle.area)
    by_area = selectors.progress_by_area(scene.cycle, scene.cycle.area)

    assert [(tally.sites.total, tally.sites.finished, tally.indicators) for tally in by_aspect] == [
        (2, 1, 1),
        (0, 0, 0),
    ]
    assert {tally.key: (tally.sites.total, tally.indicators, tally.reached) for tally in by_area} == {
        scene.site.area.code: (1, 0, 0),
        other.area.code: (1, 1, 0),
    }
    aspect = scene.indicator.project.aspect.number
    assert selectors.progress_by_area(scene.cycle, scene.cycle.area, aspect=aspect) == by_area
    assert all(
        tally.sites == SiteCounts() for tally in selectors.progress_by_area(scene.cycle, scene.cycle.area, aspect=999)
    )
    [here] = selectors.progress_of_aspect(scene.cycle, other.area, aspect=aspect, on=DAY)
    assert (here.indicators[0].indicator.figure.target, here.indicators[0].indicator.sites.total) == (1, 1)


def test_progress_says_how_far_targets_are_that_areas_report(scene):
    one, two = scene.site.area, CountyFactory(parent=scene.cycle.area)
    near = IndicatorFactory(project=scene.indicator.project, counted_by=CountedBy.AREAS, target=Decimal(100), unit="人")
    for area, done in ((one, 30), (two, 90)):
        AllocationFactory(indicator=near, area=area, target=Decimal(50))
        report_area(scene, near, area, done)

    [aspect] = selectors.progress_by_aspect(scene.cycle, scene.cycle.area)
    by_area = selectors.progress_by_area(scene.cycle, scene.cycle.area)

    assert [(share.indicator, share.unit, share.figure.ratio) for share in aspect.targets] == [
        (scene.indicator.name, scene.indicator.unit, 0),
        (near.name, "人", Decimal("1.2")),
    ]
    assert {tally.key: [(share.figure.value, share.figure.target) for share in tally.targets] for tally in by_area} == {
        one.code: [(30, 50)],
        two.code: [(90, 50)],
    }


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (LightReason.OVERDUE, "31"),
        (LightReason.LATE_START, "151"),
        (LightReason.BEHIND, "20"),
        (LightReason.NOT_DUE, ""),
    ],
)
def test_why_light_gives_the_figures(scene, reason, words):
    scene.site.light_reason, scene.site.quantity_done = reason, Decimal(2)
    if reason == LightReason.OVERDUE:
        scene.site.due_on = date(2025, 5, 1)

    assert words in str(selectors.why_light(scene.site, DAY))


def at(site, longitude, latitude):
    site.longitude, site.latitude = Decimal(longitude), Decimal(latitude)
    site.save(update_fields=["longitude", "latitude"])


def test_map_clusters_what_stands_close_and_leaves_out_what_is_outside(scene):
    near, far, outside, nowhere = SiteFactory.create_batch(4, indicator=scene.indicator)
    at(scene.site, "120.10", "30.10")
    at(near, "120.12", "30.12")
    at(far, "121.50", "29.50")
    at(outside, "100", "20")
    box = Box(119.0, 29.0, 122.0, 31.0)

    coarse = selectors.on_map(Site.objects.for_cycle(scene.cycle), box, 8)
    fine = selectors.on_map(Site.objects.for_cycle(scene.cycle), box, 16)

    assert (coarse[0], [(cluster.count, cluster.box) for cluster in coarse[1]]) == (
        [far], [(2, Box(120.10, 30.10, 120.12, 30.12))],
    )  # fmt: skip
    assert (fine[0], fine[1]) == ([scene.site, near, far], [])
    assert nowhere.longitude is None


def test_newest_reports_of_a_project_are_the_beginning_of_an_index(scene):
    indicators = [scene.indicator, IndicatorFactory(project=scene.indicator.project)]
    ProgressReport.objects.bulk_create(
        ProgressReport(
            indicator=indicators[number % 2], area=scene.site.area, quantity=number,
            reported_on=date(2025, 1, 1) + timedelta(days=number // 3), idempotency_key=str(number), reported_at=AT,
            reported_by=scene.builder,
        )
        for number in range(400)
    )  # fmt: skip
    rows = ProgressReport.objects.filter(indicator__project=scene.indicator.project).order_by("-reported_on", "-pk")

    with CaptureQueriesContext(connection) as asked:
        newest = list(selectors.reports_of_project(scene.indicator.project, limit=10))

    assert newest == list(rows[:10])
    (found,) = (query["sql"] for query in asked.captured_queries if "UNION ALL" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE projects_progressreport")
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {found}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    scans = re.findall(r"Scan.* on projects_progressreport.*rows=(\d+)", plan)
    assert [int(rows) for rows in scans] == [10, 10], plan


def test_thread_of_project_counts_its_sites(scene):
    SiteFactory(indicator=scene.indicator, state=SiteState.COMPLETED)

    project, sites = selectors.thread_of_project(scene.cycle, scene.indicator.project)

    assert (project.state, sites.state) == ("done", "current")
    assert "1" in sites.text
    assert "2" in sites.text
    assert sites.url.endswith(f"/sites/?project={scene.indicator.project_id}")


def test_unfinished_business_is_of_delivery_alone(scene):
    ProjectFactory(cycle=scene.cycle)
    Notice.objects.create(cycle=scene.cycle, site=scene.site, site_due_on=DAY, issued_on=DAY, due_on=DAY)

    assert len(selectors.unfinished_business(scene.cycle, Phase.DELIVER)) == 2
    for phase in set(Phase) - {Phase.DELIVER}:
        assert selectors.unfinished_business(scene.cycle, phase) == []


def test_unfinished_business_names_an_empty_list_and_nothing_else(scene):
    empty = type(scene.cycle).objects.create(area=CityFactory(), year=2025, decision_mode="vote", phase=Phase.DELIVER)

    assert len(selectors.unfinished_business(empty, Phase.DELIVER)) == 1
    assert selectors.unfinished_business(scene.cycle, Phase.DELIVER) == []


def work(user):
    return {
        (item.url.split("/desk/")[1].split("/", 2)[2], item.count, item.due, item.waits_for_others)
        for item in selectors.work_for(user, AT)
    }


def test_work_for_each_who_is_waited_for(scene):
    Site.objects.update(due_on=date(2025, 5, 31), light=Light.RED)
    services.issue_notices(cycle=scene.cycle, at=AT)
    late = {
        ("notices/?mine=true&state=issued&due=later", 1, date(2025, 6, 8), False),
        ("progress/?due=overdue", 1, date(2025, 5, 31), False),
    }
    reds = ("sites/?light=red", f"sites/?light=red&area={scene.site.area.code}")
    behind = {(url, 1, None, False) for url in reds}
    others = {("notices/?state=issued", 1, None, True)}
    assert (work(scene.builder), work(scene.department), work(scene.supervisor)) == (late, late, others)
    assert (work(scene.office), work(scene.stranger)) == (behind, set())

    Notice.objects.update(state=NoticeState.ANSWERED)
    assert work(scene.supervisor) == {("notices/?state=answered", 1, None, False)}

    Site.objects.update(state=SiteState.COMPLETED)
    to_be_checked = ("notices/?mine=true&state=answered", 1, None, True)
    assert work(scene.department) == {("sites/?mine=accept", 1, None, False), to_be_checked}
    assert work(scene.builder) == {("sites/?mine=handed_in", 1, None, True), to_be_checked}


def test_work_is_parted_by_the_days_on_which_it_is_due(scene):
    """AT is the first of June 2025, a Sunday: the week ends that day."""
    for day in (date(2025, 5, 30), date(2025, 6, 1), date(2025, 6, 2), date(2025, 6, 9)):
        SiteFactory(indicator=scene.indicator, organisation=scene.unit, due_on=day)

    found = {(item.url.rpartition("?")[2], item.count) for item in selectors.work_for(scene.builder, AT)}

    assert found == {("due=overdue", 1), ("due=today", 1)}
    found = {
        (item.url.rpartition("?")[2], item.count) for item in selectors.work_for(scene.builder, AT + timedelta(days=1))
    }
    assert found == {("due=overdue", 2), ("due=today", 1)}
    found = {
        (item.url.rpartition("?")[2], item.count) for item in selectors.work_for(scene.builder, AT + timedelta(days=3))
    }
    assert found == {("due=overdue", 3)}
    found = {
        (item.url.rpartition("?")[2], item.count) for item in selectors.work_for(scene.builder, AT - timedelta(days=1))
    }
    assert found == {("due=overdue", 1), ("due=week", 1)}


def test_work_is_counted_up_to_a_bound_and_what_a_unit_builds_and_leads_once(scene, monkeypatch):
    SiteFactory.create_batch(2, indicator__project__cycle=scene.cycle, organisation=scene.unit)
    with databases.as_superuser():
        Project.objects.update(lead_organisation=scene.unit)
    Site.objects.update(due_on=date(2025, 5, 31))

    for most, number, is_more in ((3, 3, False), (2, 2, True)):
        monkeypatch.setattr(paging, "COUNTED", most)
        counts = [item.count for item in selectors.work_for(scene.builder, AT) if "overdue" in item.url]
        assert [(count, isinstance(count, RowCount) and count.is_more) for count in counts] == [(number, is_more)]


def test_work_of_a_closed_year_waits_for_nobody(scene):
    Site.objects.update(due_on=date(2025, 5, 31))
    services.issue_notices(cycle=scene.cycle, at=AT)
    type(scene.cycle).objects.update(phase=Phase.CLOSED)
    assert work(scene.builder) == set()
    Notice.objects.update(state=NoticeState.ANSWERED)

    assert (work(scene.builder), work(scene.supervisor)) == (set(), set())


def test_work_asks_the_same_number_of_times_for_one_year_and_three(scene, django_assert_num_queries):
    Site.objects.update(due_on=date(2025, 5, 31))
    for _ in range(2):
        fresh = type(scene.builder).objects.get(pk=scene.builder.pk)
        with django_assert_num_queries(7):
            selectors.work_for(fresh, AT)
        SiteFactory.create_batch(2, organisation=scene.unit, due_on=date(2025, 5, 31))


def test_hand_over_waits_for_nothing_without_a_decision(scene):
    assert selectors.waiting_for_hand_over(scene.cycle) == []


def test_sites_finished_lately_are_counted_by_week_in_their_area_and_aspect(scene):
    area, aspect = scene.site.area, scene.indicator.project.aspect
    for days in (0, 6, 7, 55, 56):
        site = SiteFactory(indicator=scene.indicator, area=area)
        Site.objects.filter(pk=site.pk).update(state=SiteState.COMPLETED, reported_on=DAY - timedelta(days=days))
    Site.objects.filter(pk=scene.site.pk).update(state=SiteState.UNDER_WAY, reported_on=DAY)

    found = selectors.finished_lately(scene.cycle, DAY)

    weeks = [1, 0, 0, 0, 0, 0, 1, 2]
    assert (found.by_area, found.by_aspect) == ({area.code: weeks}, {aspect.number: weeks})


def test_a_trend_is_the_share_before_and_after_each_week():
    group = SiteGroup("West", SiteCounts(total=10, completed=3, accepted=1), "", [1, 0, 2])

    assert group.trend == [0.1, 0.2, 0.2, 0.4]
    assert SiteGroup("East", SiteCounts(total=10), "", [0, 0]).trend == []


def test_in_my_work_all_late_sites_stand_before_the_places_where_most_are():
    cycle = DeliveryFactory()
    for number, area in enumerate(CountyFactory.create_batch(2, parent=cycle.area), 1):
        SiteFactory.create_batch(number, indicator=IndicatorFactory(project__cycle=cycle), area=area, light="red")
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)

    with translation.override("en"):
        told = [(str(item.title), item.count) for item in selectors.work_for(office, timezone.now())]

    assert [line for line in told if "behind" in line[0]] == [
        ("Sites that are behind", 3), ("Places where sites are behind", 2), ("Places where sites are behind", 1),
    ]  # fmt: skip
