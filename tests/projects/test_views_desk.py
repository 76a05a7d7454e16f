from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area
from projects import services
from projects.models import (
    Allocation,
    Indicator,
    LightRule,
    Notice,
    ProgressReport,
    Project,
    Site,
    Standard,
)
from projects.states import CountedBy, NoticeState, ProjectState, SiteState
from tests.factories.frame import CityFactory, CountyFactory, official
from tests.factories.projects import IndicatorFactory, ProjectFactory, SiteFactory
from tests.projects.conftest import AT, address

pytestmark = pytest.mark.django_db


PAGES = ["projects/", "standards/", "sites/", "progress/", "notices/"]


@pytest.mark.parametrize("case", [("projects/", 12), ("standards/", 6), ("sites/", 9), ("notices/", 8)])
def test_lists_ask_the_same_number_of_times_for_one_row_and_three(client, scene, go, django_assert_num_queries, case):
    path, queries = case
    go(path)
    for _ in range(2):
        Site.objects.update(due_on=date(2025, 1, 5))
        services.issue_notices(cycle=scene.cycle, at=AT)
        with django_assert_num_queries(queries):
            client.get(address(scene, path))
        for _ in range(2):
            indicator = IndicatorFactory(project=ProjectFactory(cycle=scene.cycle))
            SiteFactory(indicator=indicator, area=scene.site.area, organisation=scene.unit)


@pytest.mark.parametrize("path", PAGES)
def test_people_from_elsewhere_have_no_desk_here(scene, go, path):
    go(path, who=official(Role.LIVELIHOOD_OFFICE, CityFactory()), status=403)


@pytest.mark.parametrize("path", PAGES)
def test_nobody_has_no_desk(client, scene, path):
    assert client.get(address(scene, path)).status_code == 302


def test_objects_of_others_are_not_found(scene, go):
    other = SiteFactory()
    notice = Notice.objects.create(cycle=other.cycle, site=other, site_due_on=AT, issued_on=AT, due_on=AT)

    for path in (f"sites/{other.pk}/", f"projects/{other.project_id}/", f"notices/{notice.pk}/",
                 "standards/99999/", f"sites/{other.pk}/inspect/", f"sites/{other.pk}/start/"):  # fmt: skip
        go(path, status=404)


def test_office_adds_a_project_and_an_indicator(scene, go):
    form = {"number": 8, "aspect": scene.indicator.project.aspect_id, "title": "口袋公园", "kind": "hardware"}
    go("projects/new/", data=form, status=302)
    project = Project.objects.get(number=8)

    form = {"name": "座数", "unit": "座", "kind": "additive", "counted_by": "sites", "target": "12.5"}
    go(f"projects/{project.pk}/", data=form, status=302)

    assert Indicator.objects.get(project=project).target == Decimal("12.5")


def test_a_refused_form_keeps_what_was_typed(scene, go):
    form = {"number": 1, "aspect": scene.indicator.project.aspect_id, "title": "口袋公园", "kind": "hardware"}

    page = go("projects/new/", data=form, status=422).content.decode()

    assert "口袋公园" in page
    assert "error-summary" in page
    assert Project.objects.for_cycle(scene.cycle).count() == 1


def test_hand_over_page_says_when_nothing_is_left(scene, go):
    assert "<form" not in go("projects/hand-over/").content.decode().split("<main", 1)[1].split("</main>")[0]
    go("projects/hand-over/", data={}, status=409)
    go("projects/hand-over/", who="department", status=403)


def test_office_corrects_an_indicator(scene, go):
    form = {"name": "新名", "unit": "处", "kind": "additive", "counted_by": "sites", "target": "11"}

    go(f"projects/{scene.indicator.project_id}/indicators/{scene.indicator.pk}/", data=form, status=302)

    scene.indicator.refresh_from_db()
    assert (scene.indicator.name, scene.indicator.target) == ("新名", 11)


def test_allocation_matrix_writes_all_cells_or_none(scene, go):
    other = IndicatorFactory(project=scene.indicator.project, target=Decimal(3))
    area = scene.site.area
    path = f"projects/{scene.indicator.project_id}/allocation/"
    cells = {f"share_{scene.indicator.pk}_{area.pk}": "4", f"share_{other.pk}_{area.pk}": "3.5"}

    page = go(path, data=cells, status=422).content.decode()
    assert 'value="3.5"' in page
    assert Allocation.objects.count() == 0

    go(path, data={**cells, f"share_{other.pk}_{area.pk}": "3"}, status=302)
    assert sorted(Allocation.objects.values_list("target", flat=True)) == [3, 4]
    go(path, who="department", status=403)


def test_close_out_asks_first_and_names_what_is_missing(scene, go):
    path = f"projects/{scene.indicator.project_id}/close-out/"
    go(path)
    go(path, data={}, status=409)
    Site.objects.update(state=SiteState.ACCEPTED, quantity_done=10)

    go(path, data={}, status=302)

    scene.indicator.project.refresh_from_db()
    assert scene.indicator.project.state == ProjectState.CLOSED_OUT


def lines(*requirements):
    data = {"lines-TOTAL_FORMS": len(requirements), "lines-INITIAL_FORMS": 0}
    for place, requirement in enumerate(requirements):
        data[f"lines-{place}-requirement"] = requirement
    return data


def test_office_adds_and_writes_a_standard(scene, go):
    go("standards/new/", data={"title": "食堂", **lines("面积", "", "三餐")}, status=302)
    standard = Standard.objects.get(title="食堂")
    assert list(standard.lines.order_by("number").values_list("requirement", flat=True)) == ["面积", "三餐"]

    go(f"standards/{standard.pk}/", data=lines("无障碍"), status=302)
    assert list(standard.lines.values_list("requirement", flat=True)) == ["无障碍"]

    go(f"standards/{standard.pk}/", data=lines(""), status=422)
    go(f"standards/{standard.pk}/", who="builder")
    go(f"standards/{standard.pk}/", who="builder", data=lines("面积"), status=422)
    assert list(standard.lines.values_list("requirement", flat=True)) == ["无障碍"]


def test_office_sets_the_rules_of_the_lights(scene, go):
    values = {"yellow_points": 1, "red_points": 2, "yellow_start_days": 3, "red_start_days": 4,
              "yellow_overdue_days": 5, "red_overdue_days": 6, "notice_days": 7}  # fmt: skip

    go("lights/", data=values, status=302)
    go("lights/", data={**values, "red_points": 0}, status=422)

    assert LightRule.objects.get().red_points == 2


def test_unit_reports_a_site_once(scene, go):
    page = go(f"sites/{scene.site.pk}/", who="builder")
    key = page.context["form"]["idempotency_key"].value()
    form = {"quantity": "4", "reported_on": timezone.localdate().isoformat(), "idempotency_key": key}

    for _ in range(2):
        go(f"sites/{scene.site.pk}/", who="builder", data=form, status=302)
    go(f"sites/{scene.site.pk}/", who="builder", data={**form, "quantity": "5"}, status=422)

    assert [report.quantity for report in ProgressReport.objects.all()] == [4]


def test_unit_starts_a_site_after_being_asked(scene, go):
    go(f"sites/{scene.site.pk}/start/", who="builder")
    go(f"sites/{scene.site.pk}/start/", who="builder", data={}, status=302)

    scene.site.refresh_from_db()
    assert scene.site.state == SiteState.UNDER_WAY


def test_department_inspects_a_site(scene, go):
    Site.objects.update(state=SiteState.COMPLETED)
    one, two = scene.lines
    path = f"sites/{scene.site.pk}/inspect/"
    go(path, who="office", status=403)
    go(path, who="department", data={f"met_{one.pk}": "yes", "accept": "1"}, status=422)
    go(path, who="department", data={f"met_{one.pk}": "yes", f"met_{two.pk}": "no", "accept": "1"}, status=422)

    go(path, who="department", data={f"met_{one.pk}": "yes", f"met_{two.pk}": "no", "return": "1"}, status=302)

    scene.site.refresh_from_db()
    assert scene.site.state == SiteState.UNDER_WAY


def test_department_reports_on_an_area(scene, go):
    indicator = IndicatorFactory(project=scene.indicator.project, counted_by=CountedBy.AREAS)
    form = {"area": scene.site.area_id, "quantity": "4", "reported_on": "2025-06-01", "idempotency_key": "k"}
    path = f"projects/{indicator.project_id}/indicators/{indicator.pk}/report/"

    go(path, who="department", data={**form, "area": CountyFactory().pk}, status=422)
    go(path, who="department", data=form, status=302)

    assert ProgressReport.objects.get().area == scene.site.area


def test_site_page_asks_about_a_number_over_the_plan(scene, go):
    path = f"sites/{scene.site.pk}/"
    form = {"quantity": "11", "reported_on": timezone.localdate().isoformat(), "idempotency_key": "k"}
    assert "确认" not in go(path, who="builder").content.decode()

    page = go(path, who="builder", data=form, status=422).content.decode()
    assert 'type="checkbox" name="is_confirmed"' in page
    assert ProgressReport.objects.count() == 0

    go(path, who="builder", data={**form, "is_confirmed": "on"}, status=302)
    assert ProgressReport.objects.get().quantity == 11


def test_notice_is_answered_and_closed(scene, go):
    Site.objects.update(due_on=date(2025, 5, 31))
    services.issue_notices(cycle=scene.cycle, at=AT)
    notice = Notice.objects.get()
    path = f"notices/{notice.pk}/"
    assert scene.site.name in go("notices/?state=issued", who="builder").content.decode()

    go(path, who="builder", data={"verb": "answer", "answer": ""}, status=422)
    go(path, who="builder", data={"verb": "answer", "answer": "七月完成"}, status=302)
    check = {"finding": "已看", "answer_by": timezone.localdate().isoformat()}
    go(path, who="supervisor", data={"verb": "close", **check}, status=422)
    go(path, who="supervisor", data={"verb": "return", **check}, status=302)
    notice.refresh_from_db()
    assert (notice.state, notice.answer) == (NoticeState.ISSUED, "七月完成")


FORMS = [
    "projects/new/",
    "projects/{project}/",
    "projects/{project}/allocation/",
    "projects/{project}/indicators/{indicator}/",
    "projects/{project}/indicators/{indicator}/report/",
    "lights/",
    "standards/new/",
    "standards/{standard}/",
    "sites/{site}/",
]


@pytest.mark.parametrize("path", FORMS)
def test_every_form_opens_with_its_fields(scene, go, path):
    url = path.format(
        project=scene.indicator.project_id, indicator=scene.indicator.pk, site=scene.site.pk,
        standard=scene.site.standard_id,
    )  # fmt: skip

    main = go(url).content.decode().split("<main", 1)[1]

    assert "<h1>" in main
    assert "<form" in main or path == "sites/{site}/"  # the office reports on no site


def test_a_standard_without_lines_is_refused_on_its_form(scene, go):
    go("standards/new/", data={"title": "食堂", **lines("")}, status=422)

    assert Standard.objects.filter(title="食堂").count() == 0


def test_the_area_of_a_site_is_typed_and_picked_of_those_that_fit(scene, go):
    """Never chosen from a list of hundreds; the form works by its own button."""
    county = scene.site.area
    twins = [
        Area.objects.create(
            code=f"{county.code}{number}", slug=f"twin-{number}", name_zh="石浦镇", level="township", parent=county
        )
        for number in ("001", "002")
    ]
    elsewhere = CountyFactory(name_zh="石浦新区")
    form = {"indicator": scene.indicator.pk, "key": "B", "name": "二号点位", "due_on": "2025-09-30"}

    page = go("sites/new/").content.decode()
    several = go("sites/new/", data={**form, "area": "石浦"}, status=422).content.decode()
    nothing = go("sites/new/", data={**form, "area": "没有"}, status=422).content.decode()
    not_here = go("sites/new/", data={**form, "area": elsewhere.code}, status=422).content.decode()

    assert (f"{county.code}</option>" in page, f"{county.code} {county.name}" in page) == (False, False)
    assert [f"石浦镇 · {twin.code}" in several for twin in twins] == [True, True]
    assert elsewhere.code not in several
    assert "这里没有此名称" in nothing
    assert "这里没有此名称" in not_here
    assert not Site.objects.filter(key="B").exists()
    go("sites/new/", data={**form, "area": "石浦", "area_picked": twins[1].pk}, status=302)
    site = Site.objects.get(key="B")
    assert site.area == twins[1]
    corrected = go(f"sites/{site.pk}/correct/").content.decode()
    assert 'value="石浦镇"' in corrected
    kept = {**form, "name": "三号点位", "reason": "改名", "area": "石浦镇", "area_picked": twins[1].pk}
    go(f"sites/{site.pk}/correct/", data=kept, status=302)
    site.refresh_from_db()
    assert (site.name, site.area) == ("三号点位", twins[1])


def test_site_is_added_and_corrected_by_hand(scene, go):
    form = {"indicator": scene.indicator.pk, "key": "B", "name": "二号点位", "area": scene.site.area.code,
            "due_on": "2025-09-30"}  # fmt: skip
    page = go("sites/new/", data={**form, "due_on": "1999-01-01"}, status=422).content.decode()
    assert "日期超出范围" in page
    assert 'value="二号点位"' in page
    site = Site.objects.exclude(pk=scene.site.pk)
    assert not site.exists()

    go("sites/new/", data=form, status=302)
    path = f"sites/{site.get().pk}/correct/"
    page = go(path).content.decode()
    assert 'value="2025-09-30"' in page
    assert 'name="key"' not in page

    go(path, data={**form, "name": "三号点位"}, status=422)
    go(path, data={**form, "name": "三号点位", "reason": "改名"}, status=302)
    assert (site.get().name, site.get().key) == ("三号点位", "B")
    go(path, who="builder", status=403)
    go("sites/new/", who="supervisor", status=403)
