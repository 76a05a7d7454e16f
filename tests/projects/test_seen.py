"""Two officials and one page: what was answered or inspected anew is not judged by what stood there before."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from livelihood.accounts.seen import mark_of
from livelihood.kernel.errors import Moved
from projects import services
from projects.models import Acceptance, Allocation, LightRule, Notice, Site
from projects.services.sites import Finding
from projects.services.staging import digests
from projects.services.standards import LineInput
from projects.states import NoticeState, SiteState
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db


def seen_on(page):
    (field,) = re.findall(r'<input[^>]* name="seen"[^>]*>', page.content.decode())
    return re.findall(r'value="([^"]*)"', field)[0]


def test_an_answer_given_anew_is_not_judged_by_the_old_one(scene, go):
    Site.objects.update(due_on=date(2025, 5, 31))
    services.issue_notices(cycle=scene.cycle, at=AT)
    notice, path = Notice.objects.get(), f"notices/{Notice.objects.get().pk}/"
    services.answer_notices(notices=[notice], answer="旧的答复", by=scene.builder, at=AT, seen=mark_of(notice)).insist()
    seen = seen_on(go(path, who="supervisor"))
    services.return_notice(notice=notice, finding="缺日期", answer_by=AT.date(), by=scene.supervisor, at=AT)
    services.answer_notices(notices=[notice], answer="新的答复", by=scene.builder, at=AT).insist()
    Site.objects.update(state=SiteState.COMPLETED)
    judged = {"finding": "已看", "answer_by": AT.date().isoformat(), "seen": seen}

    pages = [go(path, who="supervisor", data=judged | {"verb": verb}, status=422) for verb in ("close", "return")]

    notice.refresh_from_db()
    assert (notice.state, notice.answer, notice.finding) == (NoticeState.ANSWERED, "新的答复", "缺日期")
    for page in pages:
        assert "期间" in page.content.decode()
        assert seen_on(page) == str(mark_of(notice))
    go(path, who="supervisor", data=judged | {"verb": "close", "seen": mark_of(notice)}, status=302)


def test_an_answer_follows_the_notice_that_was_read(scene):
    Site.objects.update(due_on=date(2025, 5, 31))
    services.issue_notices(cycle=scene.cycle, at=AT)
    notice = Notice.objects.get()
    services.answer_notices(notices=[notice], answer="旧的答复", by=scene.builder, at=AT).insist()
    services.return_notice(notice=notice, finding="缺日期", answer_by=AT.date(), by=scene.supervisor, at=AT)

    with pytest.raises(Moved, match="缺日期"):
        services.answer_notices(notices=[notice], answer="又一次旧的答复", by=scene.builder, at=AT, seen=0).insist()

    notice.refresh_from_db()
    assert (notice.state, notice.answer) == (NoticeState.ISSUED, "旧的答复")


def test_a_site_inspected_meanwhile_is_looked_at_again(scene, go):
    Site.objects.update(state=SiteState.COMPLETED)
    path = f"sites/{scene.site.pk}/inspect/"
    seen = seen_on(go(path, who="department"))
    scene.site.refresh_from_db()
    found = {line.pk: Finding(is_met=True) for line in scene.lines}
    services.return_site(site=scene.site, findings=found, note="护栏松动", by=scene.department, at=AT)
    Site.objects.update(state=SiteState.COMPLETED)
    met = {f"met_{line.pk}": "yes" for line in scene.lines}

    refused = go(path, who="department", data={**met, "seen": seen, "accept": "1"}, status=422)

    assert "护栏松动" in refused.content.decode()
    assert (Site.objects.get().state, Acceptance.objects.count()) == (SiteState.COMPLETED, 1)
    go(path, who="department", data={**met, "seen": seen_on(refused), "accept": "1"}, status=302)
    assert Site.objects.get().state == SiteState.ACCEPTED


def test_what_a_colleague_has_allocated_or_corrected_is_not_written_over_unseen(scene, go):
    indicator, child = scene.indicator, scene.site.area
    base = f"projects/{indicator.project_id}/"
    paths = [f"{base}indicators/{indicator.pk}/", f"{base}allocation/"]
    seen = [seen_on(go(path)) for path in paths]
    services.allocate_indicators(shares={indicator: {child: Decimal(4)}}, by=scene.office, at=AT)
    share = f"share_{indicator.pk}_{child.pk}"
    sent = [
        {"name": "别的名称", "unit": "处", "kind": "additive", "counted_by": "sites", "target": "9"},
        {share: "7"},
    ]

    refused = [
        go(path, data=form | {"seen": mark}, status=422) for path, form, mark in zip(paths, sent, seen, strict=True)
    ]

    indicator.refresh_from_db()
    assert (indicator.name != "别的名称", Allocation.objects.get().target) == (True, 4)
    for page in refused:
        assert scene.office.name in page.content.decode()
        assert seen_on(page) == str(mark_of(indicator))
    go(paths[1], data={share: "7", "seen": seen_on(refused[1])}, status=302)
    assert Allocation.objects.get().target == 7


def test_an_entry_that_a_sheet_or_a_colleague_changed_is_not_corrected_unseen(scene, go):
    path = f"sites/{scene.site.pk}/correct/"
    sent = {"indicator": scene.indicator.pk, "name": scene.site.name, "area": scene.site.area.code,
            "due_on": "2025-09-30", "reason": "改地址", "seen": seen_on(go(path))}  # fmt: skip
    Site.objects.filter(pk=scene.site.pk).update(name="表格改过的名称")

    refused = go(path, data=sent | {"address": "新地址"}, status=422)

    scene.site.refresh_from_db()
    assert (scene.site.name, scene.site.address) == ("表格改过的名称", "")
    assert "表格改过的名称" in refused.content.decode()
    assert seen_on(refused) == digests([scene.site.pk])[scene.site.pk]


def test_lines_of_a_standard_and_rules_of_the_lights_are_not_written_over_unseen(scene, go):
    paths = [f"standards/{scene.site.standard_id}/", "lights/"]
    seen = [seen_on(go(path)) for path in paths]
    line = LineInput(requirement="门口有坡道", measure="", required_value="", unit="")
    services.write_standard_lines(standard=scene.site.standard, lines=[line], by=scene.office, at=AT)
    rule: dict[str, Any] = {"yellow_points": 5, "red_points": 6, "yellow_start_days": 7, "red_start_days": 8,
            "yellow_overdue_days": 5, "red_overdue_days": 6, "notice_days": 7}  # fmt: skip
    services.set_light_rule(cycle=scene.cycle, **rule, by=scene.office, at=AT)
    lines: dict[str, Any] = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-requirement": "别的要求"}
    sent = [lines, rule | {"yellow_points": 4}]

    refused = [
        go(path, data=form | {"seen": mark}, status=422) for path, form, mark in zip(paths, sent, seen, strict=True)
    ]

    assert list(scene.site.standard.lines.values_list("requirement", flat=True)) == ["门口有坡道"]
    assert LightRule.objects.get().yellow_points == 5
    assert ["期间" in page.content.decode() for page in refused] == [True, True]
    assert "门口有坡道" in refused[0].content.decode()
    for path, form, page in zip(paths, sent, refused, strict=True):
        go(path, data=form | {"seen": seen_on(page)}, status=302)
    assert LightRule.objects.get().yellow_points == 4
