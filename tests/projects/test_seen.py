"""Two officials and one page: what was answered or inspected anew is not judged by what stood there before."""

import re
from datetime import date

import pytest

from livelihood.accounts.seen import mark_of
from livelihood.kernel.errors import Moved
from projects import services
from projects.models import Acceptance, Notice, Site
from projects.services.sites import Finding
from projects.states import NoticeState, SiteState
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db


def seen_on(page):
    return re.findall(r'name="seen" value="([^"]*)"', page.content.decode())[0]


def test_an_answer_given_anew_is_not_judged_by_the_old_one(scene, go):
    Site.objects.update(due_on=date(2025, 5, 31))
    services.issue_notices(cycle=scene.cycle, at=AT)
    notice, path = Notice.objects.get(), f"notices/{Notice.objects.get().pk}/"
    services.answer_notice(notice=notice, answer="旧的答复", by=scene.builder, at=AT, seen=mark_of(notice))
    seen = seen_on(go(path, who="supervisor"))
    services.return_notice(notice=notice, finding="缺日期", answer_by=AT.date(), by=scene.supervisor, at=AT)
    services.answer_notice(notice=notice, answer="新的答复", by=scene.builder, at=AT)
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
    services.answer_notice(notice=notice, answer="旧的答复", by=scene.builder, at=AT)
    services.return_notice(notice=notice, finding="缺日期", answer_by=AT.date(), by=scene.supervisor, at=AT)

    with pytest.raises(Moved, match="缺日期"):
        services.answer_notice(notice=notice, answer="又一次旧的答复", by=scene.builder, at=AT, seen=0)

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
