"""The grid in which a unit reports on its sites: paged to the last row, typed into, acted on, pasted into."""

import re
from datetime import date

import pytest
from django.utils import timezone

from livelihood.lists.grids import declared, shown
from projects import services
from projects.models import Notice, ProgressReport, Site
from projects.states import NoticeState, SiteState
from tests.factories.frame import CountyFactory
from tests.factories.projects import SiteFactory
from tests.projects.conftest import AT, address

pytestmark = pytest.mark.django_db

THREE = "\N{FULLWIDTH DIGIT THREE}"
TODAY = timezone.localdate().isoformat()


def sites(scene, count, **values):
    """Make sites that the unit of the scene builds."""
    given = {"indicator": scene.indicator, "organisation": scene.unit, "area": scene.site.area}
    return SiteFactory.create_batch(count, **{**given, **values})


def keys_on(page):
    """Return the keys of the rows of a page, in its order."""
    return [int(pk) for pk in re.findall(r'<tr\s+data-row="(\d+)"', page.content.decode())]


def counts_on(page, name):
    """Return the counts that the chips of a filter carry."""
    (chips,) = (chips for chips in page.context["grid"].chips if chips.name == name)
    return {value: count for value, _label, count in chips.choices}


def test_grid_is_paged_to_the_last_row_of_what_the_unit_builds_and_leads(scene, go):
    built = sites(scene, 60, due_on=date(2025, 10, 1))
    led = SiteFactory.create_batch(55, indicator=scene.indicator, area=scene.site.area, due_on=date(2025, 9, 1))

    seen, path = [], "progress/"
    while path:
        page = go(path, who="department")
        seen += keys_on(page)
        following = page.context["page"].next
        path = following and f"progress/{following}"

    assert len(seen) == 116
    assert set(seen) == {site.pk for site in (*built, *led, scene.site)}
    assert len(keys_on(go("progress/", who="builder"))) == 50
    assert seen == list(Site.objects.order_by("due_on", "pk").values_list("pk", flat=True))


def test_grid_asks_as_often_for_many_rows_as_for_one(client, scene, go, django_assert_num_queries):
    go("progress/", who="builder")
    with django_assert_num_queries(10):
        client.get(address(scene, "progress/"))
    sites(scene, 20, area=CountyFactory(parent=scene.cycle.area))
    with django_assert_num_queries(10):
        client.get(address(scene, "progress/"))


def test_a_chip_says_its_count_under_the_other_filters(scene, go):
    county = CountyFactory(parent=scene.cycle.area)
    sites(scene, 3, state=SiteState.UNDER_WAY, area=county)
    sites(scene, 2)

    page = go("progress/?state=under_way", who="builder")

    assert page.context["grid"].count == 3
    assert counts_on(page, "state") == {"planned": 3, "under_way": 3}
    assert counts_on(page, "area")[county.code] == 3
    assert counts_on(go("progress/?state=planned", who="builder"), "area")[county.code] == 0


def test_more_rows_than_are_counted_have_no_counts_and_cannot_all_be_chosen(scene, go, monkeypatch):
    sites(scene, 3)
    monkeypatch.setattr(shown, "MOST_AT_ONCE", 3)

    page = go("progress/", who="builder")

    assert (page.context["grid"].count, page.context["grid"].count.is_more) == (3, True)
    assert page.context["grid"].all_count is None
    assert set(counts_on(page, "state").values()) == {None}
    assert "超过 3 条" in page.content.decode()


def test_columns_are_shown_and_hidden_by_the_address(scene, go):
    def heads(path):
        return [column.name for column in go(path, who="builder").context["grid"].columns]

    typed = ["quantity", "note", "completed"]
    assert heads("progress/") == ["name", "due", "light", "done", *typed]
    assert heads("progress/?columns=project") == ["name", "project", *typed]
    assert heads("progress/?columns=-") == ["name", *typed]
    go("progress/?columns=colour", who="builder", status=400)


def test_grid_reports_filled_rows_only_and_names_wrong_ones(scene, go):
    others = sites(scene, 2)
    foreign = SiteFactory(indicator=scene.indicator)
    page = go("progress/", who="builder").content.decode()
    assert others[0].name in page
    assert foreign.name not in page
    form = {"reported_on": TODAY, "idempotency_key": "k",
            "shown": [site.pk for site in (scene.site, *others, foreign)]}  # fmt: skip

    wrong = {f"quantity_{scene.site.pk}": "4", f"quantity_{others[0].pk}": "-1", f"quantity_{others[1].pk}": "viel"}
    page = go("progress/", who="builder", data={**form, **wrong}, status=422).content.decode()
    assert set(ProgressReport.objects.values_list("site", "quantity")) == {(scene.site.pk, 4)}
    assert "已保存1个数值" in page
    assert f'name="quantity_{scene.site.pk}"' not in page
    assert 'value="viel"' in page
    assert f'href="#quantity_{others[0].pk}"' in page

    good = {f"completed_{others[0].pk}": "on", f"quantity_{foreign.pk}": "9", f"note_{others[1].pk}": "等电"}
    answer = go("progress/", who="builder", data={**form, **good}, status=302)
    kept = {(scene.site.pk, 4), (others[0].pk, 0), (others[1].pk, 0)}
    assert set(ProgressReport.objects.values_list("site", "quantity")) == kept
    page = go(answer.url.rpartition("/desk/")[2].partition("/2025/")[2] or "progress/", who="builder")
    assert "已保存2个数值" in page.content.decode()
    assert 'data-saved="k"' in page.content.decode()


def test_grid_sent_empty_or_without_a_day_says_so_and_keeps_what_was_typed(scene, go):
    form = {"reported_on": TODAY, "idempotency_key": "k", "shown": scene.site.pk}

    page = go("progress/", who="builder", data=form, status=422).content.decode()
    assert "没有填写任何内容" in page
    assert scene.site.name in page

    typed = {**form, "reported_on": "", f"quantity_{scene.site.pk}": "4"}
    page = go("progress/", who="builder", data=typed, status=422).content.decode()
    assert 'value="4"' in page
    assert ProgressReport.objects.count() == 0


def test_grid_asks_about_a_number_over_the_plan_and_keeps_it(scene, go):
    form = {"reported_on": TODAY, "idempotency_key": "k", "shown": scene.site.pk,
            f"quantity_{scene.site.pk}": "9999"}  # fmt: skip
    tick = f'name="confirmed_{scene.site.pk}"'
    assert tick not in go("progress/", who="builder").content.decode()

    page = go("progress/", who="builder", data=form, status=422).content.decode()
    assert ProgressReport.objects.count() == 0
    assert tick in page
    assert 'value="9999"' in page
    assert "多于这里预计的10" in page

    go("progress/", who="builder", data={**form, f"confirmed_{scene.site.pk}": "on"}, status=302)
    assert ProgressReport.objects.get().quantity == 9999


# Acts upon chosen rows


def test_an_act_says_what_will_happen_before_it_is_done_to_the_chosen_rows(scene, go):
    begun = sites(scene, 1, state=SiteState.UNDER_WAY)[0]
    left = sites(scene, 1)[0]
    foreign = SiteFactory(indicator=scene.indicator)
    rows = [scene.site.pk, begun.pk, foreign.pk]

    page = go("progress/", who="builder", data={"act": "start", "row": rows, "seen": 0})
    assert [row.pk for row in page.context["allowed"]] == [scene.site.pk]
    assert [(row.pk, row.reason) for row in page.context["refused"]] == [(begun.pk, "这里已经开工。")]
    assert Site.objects.get(pk=scene.site.pk).state == SiteState.PLANNED

    sure = {"act": "start", "chosen": page.context["keys"], "seen": page.context["seen"]}
    go("progress/?light=grey", who="builder", data=sure, status=302)
    states = dict(Site.objects.values_list("pk", "state"))
    assert states == {
        scene.site.pk: SiteState.UNDER_WAY, begun.pk: SiteState.UNDER_WAY, left.pk: SiteState.PLANNED,
        foreign.pk: SiteState.PLANNED,
    }  # fmt: skip
    assert "已有1个点位开工" in go("progress/", who="builder").content.decode()


def test_all_rows_that_match_are_chosen_with_those_on_other_pages(scene, go):
    sites(scene, 55)
    sites(scene, 1, state=SiteState.UNDER_WAY)
    assert "全部56行" in go("progress/?state=planned", who="builder").content.decode()

    page = go("progress/?state=planned", who="builder", data={"act": "start", "all": "1", "seen": 0})
    assert len(page.context["allowed"]) == 56

    go("progress/", who="builder", data={"act": "start", "chosen": page.context["keys"], "seen": 0}, status=302)
    assert set(Site.objects.values_list("state", flat=True)) == {SiteState.UNDER_WAY}


def test_rows_that_are_refused_meanwhile_are_named_and_the_others_done(scene, go):
    other = sites(scene, 1)[0]
    Site.objects.filter(pk=other.pk).update(state=SiteState.UNDER_WAY)

    page = go("progress/", who="builder", data={"act": "start", "chosen": f"{scene.site.pk}.{other.pk}"}, status=422)

    assert Site.objects.get(pk=scene.site.pk).state == SiteState.UNDER_WAY
    assert [row.pk for row in page.context["refused"]] == [other.pk]
    assert "已有1个点位开工" in page.content.decode()


@pytest.mark.parametrize("sent", [{}, {"row": ["1"] * 4}, {"row": "x"}, {"chosen": "x"}])
def test_no_row_or_too_many_are_refused(scene, go, monkeypatch, sent):
    assert declared.MOST_AT_ONCE > 3
    monkeypatch.setattr(declared, "MOST_AT_ONCE", 3)
    status = 400 if sent.get("row") == "x" else 422

    answer = go("progress/?state=planned", who="builder", data={"act": "start", **sent}, status=status)

    if status == 422:
        back = scene.cycle.address("projects:grid")
        assert f'<a href="{back}?state=planned">返回我的点位</a>' in answer.content.decode()

    assert Site.objects.get(pk=scene.site.pk).state == SiteState.PLANNED


def test_an_act_that_takes_fewer_than_match_says_so_beside_the_box(scene, go, monkeypatch):
    monkeypatch.setattr(declared, "READ_AT_MOST", 55)
    SiteFactory.create_batch(60, indicator=scene.indicator, organisation=scene.unit, due_on=date(2025, 5, 31))
    services.issue_notices(cycle=scene.cycle, at=AT)
    Notice.objects.update(state=NoticeState.ANSWERED, answer="已复工")

    page = go("notices/", who="supervisor")
    few = go("notices/?state=issued", who="supervisor")

    assert [act.name for act in page.context["grid"].bounded] == ["return", "close"]
    assert page.content.decode().count("一次最多55行。") == 4, "beside the box, and with each button for the script"
    assert "一次最多" not in few.content.decode()
    assert {act.name: act.at_once for grid in declared.grids().values() for act in grid.acts}["accept"] == 500


# Pasting


def paste(go, sheet, status=200, query="", **more):
    return go(f"progress/paste/{query}", "builder", {"sheet": sheet, "reported_on": TODAY, **more}, status)


def test_a_pasted_sheet_is_shown_as_what_it_changes_and_written_only_when_saved(scene, go):
    second, third = sites(scene, 2)
    lines = ["点位编号\t累计完成\t是否完工\t备注", f"{scene.site.key}\t1,0\t是\t", f" {second.key} \t{THREE}座\t\t等电"]
    lines += [f"{third.key}\t0\t否\t", "没有的\t5\t\t", f"{second.key}\t4\t\t", f"{third.key}\t许多\t\t"]

    page = paste(go, "\r\n".join(lines).replace("1,0", "10"))

    sheet, preview = page.context["sheet"], page.context["preview"]
    assert {pk: (str(row["quantity"]), row["note"], row["completed"]) for pk, row in sheet.right().items()} == {
        scene.site.pk: ("10", "", True), second.pk: ("3", "等电", False),
    }  # fmt: skip
    assert (preview.unchanged, [line.number for line in preview.lost]) == (1, [5, 6, 7])
    assert "<del>0</del> → <ins>10</ins>" in page.content.decode()
    assert ProgressReport.objects.count() == 0

    form = dict(re.findall(r'<input\s[^>]*name="([a-z_0-9]+)"[^>]*value="([^"]*)"', page.content.decode()))
    shown = [scene.site.pk, second.pk]
    go("progress/", "builder", {**form, "shown": shown, f"completed_{scene.site.pk}": "on"}, 302)
    assert set(Site.objects.values_list("pk", "quantity_done", "state")) == {
        (scene.site.pk, 10, SiteState.COMPLETED), (second.pk, 3, SiteState.UNDER_WAY), (third.pk, 0, SiteState.PLANNED),
    }  # fmt: skip


def test_a_pasted_row_is_judged_by_the_rules_by_which_it_is_saved(scene, go):
    page = paste(go, f"点位编号\t累计完成\n{scene.site.key}\t9999", status=422)

    assert [(fault.at, "多于这里预计的10" in str(fault.reason)) for fault in page.context["sheet"].problems()] == [
        (f"quantity_{scene.site.pk}", True)
    ]
    assert f'name="confirmed_{scene.site.pk}"' in page.content.decode()
    assert ProgressReport.objects.count() == 0


def test_a_column_that_nobody_knows_is_asked_once(scene, go):
    sheet = f"点位编号\t九月\t地址\n{scene.site.key}\t4\t东街"

    page = paste(go, sheet, status=422)
    assert [number for number, _head, _cells in page.context["asked"]] == [1]

    page = paste(go, sheet, column_1="quantity")
    assert page.context["sheet"].right()[scene.site.pk]["quantity"] == 4


def test_cells_without_head_go_into_the_rows_from_where_they_were_pasted(scene, go):
    Site.objects.update(due_on=date(2025, 1, 1))
    rows = sites(scene, 3, due_on=date(2025, 2, 1))

    page = paste(go, "2\t快了\n3\n4\n5", into="quantity", start=rows[0].pk)

    right = page.context["sheet"].right()
    assert {pk: (row["quantity"], row["note"]) for pk, row in right.items()} == {
        rows[0].pk: (2, "快了"), rows[1].pk: (3, ""), rows[2].pk: (4, ""),
    }  # fmt: skip
    assert [(line.number, line.reason) for line in page.context["preview"].lost] == [(4, "列表在此行之前已结束。")]


def test_pasted_rows_follow_the_list_as_it_is_narrowed_down(scene, go):
    begun = sites(scene, 2, state=SiteState.UNDER_WAY)

    page = paste(go, "2\n3", query="?state=under_way", into="quantity", start=begun[0].pk)

    assert set(page.context["sheet"].right()) == {site.pk for site in begun}


@pytest.mark.parametrize("sheet", ["\t\n", "累计完成\n4", "\n".join(["点位编号\t累计完成", *["A\t1"] * 501])])
def test_a_sheet_of_which_nothing_can_be_taken_is_refused(scene, go, sheet):
    page = paste(go, sheet, status=422)

    assert page.context["form"].errors.keys() == {"sheet"}


def test_a_key_that_several_sites_have_needs_the_name(scene, go):
    other = sites(scene, 1, key="X1", name="东河公园")[0]
    twin = SiteFactory(organisation=scene.unit, key="X1", name="西河公园", indicator__project__cycle=scene.cycle)

    page = paste(go, "点位编号\t累计完成\nX1\t4")
    assert [line.number for line in page.context["preview"].lost] == [2]

    page = paste(go, "点位编号\t点位\t累计完成\nX1\t东河公园\t4\n\t西河公园\t5")
    assert {pk: row["quantity"] for pk, row in page.context["sheet"].right().items()} == {other.pk: 4, twin.pk: 5}
