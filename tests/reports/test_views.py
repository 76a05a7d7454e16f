"""Pages and API of announcement and reports."""

import hashlib
import html
import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from livelihood.accounts.roles import Role
from livelihood.jobs.models import Job, JobState
from projects.models import Site
from projects.reports import services, tasks
from projects.reports.models import Announcement, Report
from projects.reports.states import FileFormat
from projects.states import SiteState
from tests.factories.frame import NOW, CountyFactory, CycleFactory, official
from tests.factories.projects import IndicatorFactory, ProjectFactory, SiteFactory
from tests.factories.reports import announce, ask_for_report, judged_year

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def address(name, cycle, **kwargs):
    return reverse(f"reports:{name}", kwargs={"area": cycle.area.slug, "year": cycle.year, **kwargs})


def at_desk(cycle, role=Role.LIVELIHOOD_OFFICE):
    client = Client()
    client.force_login(official(role, cycle.area), backend="django.contrib.auth.backends.ModelBackend")
    return client


def cells_of(page):
    found = re.findall(r"<td.*?</td>", page.content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in found]


@pytest.fixture
def built(year):
    """The Chinese report of the year, finished."""
    announce(year)
    report = ask_for_report(year)
    tasks.build_report(job_id=report.job_id)
    return report


def test_before_the_announcement_the_page_says_so(client, year):
    page = client.get(address("announcement", year.cycle))

    assert "尚未公告" in page.content.decode()
    assert client.get(address("announced_sites", year.cycle)).status_code == 404


def test_the_announcement_tells_of_every_project(client, year):
    announcement = announce(year)

    page = client.get(address("announcement", year.cycle))

    text = page.content.decode()
    assert cells_of(page) == [
        year.school.indicators.get().name, "所", "1", "1", "100%", "是",
        year.canteen.indicators.get().name, "家", "2", "0.5", "25%", "未达到",
    ]  # fmt: skip
    assert announcement.digest[:16] in text
    assert "老年食堂 #strong[2家] =SUM(A1)" in text
    assert not page.cookies
    assert "public" in page.headers["Cache-Control"]


def test_announced_sites_are_told_with_the_reason(client, year):
    announce(year)

    page = client.get(address("announced_sites", year.cycle))

    rows = [cells_of(page)[start : start + 8] for start in (0, 8, 16)]
    assert [row[0] for row in rows] == ["S1 第一小学", "S2 东街食堂", "S3 西街食堂"]
    assert rows[0][7] == "2024年11月1日"
    assert rows[1][7].endswith("业主未签约，联系138********")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=东街", ["S2 东街食堂"]),
        ("q=S3", ["S3 西街食堂"]),
        ("state=accepted", ["S1 第一小学"]),
        ("project=2", ["S2 东街食堂", "S3 西街食堂"]),
        ("project=2&state=completed", ["S3 西街食堂"]),
        ("q=%25", []),
    ],
)
def test_announced_sites_are_searched_and_filtered(client, year, query, names):
    announce(year)

    page = client.get(f"{address('announced_sites', year.cycle)}?{query}")

    assert page.status_code == 200
    assert [cell for cell in cells_of(page) if cell.startswith("S")] == names
    assert ("没有符合条件的点位" in page.content.decode()) is (names == [])


def test_announced_sites_of_an_area(client, year):
    announce(year)

    page = client.get(f"{address('announced_sites', year.cycle)}?area={year.sites[0].area.code}")

    assert len(cells_of(page)) == 24


def test_announced_sites_are_paged(client, year):
    SiteFactory.create_batch(24, indicator=year.school.indicators.get(), area=year.sites[0].area)
    announce(year)
    url = address("announced_sites", year.cycle)

    first = client.get(url)
    (following,) = re.findall(r'href="(\?after=[^"]*)"', first.content.decode())
    second = client.get(url + following.replace("&amp;", "&"))

    assert len(cells_of(first)) == 20 * 8
    assert len(cells_of(second)) == 7 * 8
    assert not {*cells_of(first)[0::8]} & {*cells_of(second)[0::8]}


@pytest.mark.parametrize("count", [1, 3])
def test_the_announcement_takes_the_same_queries(client, django_assert_num_queries, count):
    year = judged_year()
    for number in range(3, 2 + count):
        indicator = IndicatorFactory(project=ProjectFactory(cycle=year.cycle, number=number), target=Decimal(1))
        SiteFactory(indicator=indicator, area=CountyFactory(parent=year.cycle.area))
    announce(year)

    for name, queries in (("announcement", 3), ("announced_sites", 6)):
        with django_assert_num_queries(queries):
            client.get(address(name, year.cycle))


def test_the_office_sees_what_it_announces_and_announces_that(year):
    client, url = at_desk(year.cycle), address("announcement_prepare", year.cycle)

    shown = client.get(url)
    assert not Announcement.objects.exists()
    (basis,) = re.findall(r'name="basis" value="([0-9a-f]{64})"', shown.content.decode())
    done = client.post(url, {"basis": basis})

    assert done.status_code == 302
    assert Announcement.objects.get().sites.count() == len(year.sites)
    assert client.get(url).url == address("announcement", year.cycle)
    assert client.post(url, {"basis": basis}).status_code == 409


def test_a_year_of_many_sites_is_announced_by_a_worker_that_is_watched(year, monkeypatch):
    monkeypatch.setattr(services, "ANNOUNCED_AT_ONCE", 1)
    client, url, desk = (
        at_desk(year.cycle),
        address("announcement_prepare", year.cycle),
        address("desk_reports", year.cycle),
    )
    (basis,) = re.findall(r'name="basis" value="([0-9a-f]{64})"', client.get(url).content.decode())

    for _ in range(2):
        assert client.post(url, {"basis": basis}).url == desk
    job = Job.objects.get(task="reports.announce")
    assert f'id="job-{job.pk}"' in client.get(desk).content.decode()
    assert not Announcement.objects.exists()
    services.run_announce(job.pk, at=NOW)

    assert f'id="job-{job.pk}"' not in client.get(desk).content.decode()
    announcement = Announcement.objects.get()
    assert (announcement.published_by, announcement.sites.count()) == (job.requested_by, len(year.sites))


def test_a_worker_announces_nothing_that_nobody_has_seen(year, monkeypatch):
    monkeypatch.setattr(services, "ANNOUNCED_AT_ONCE", 1)
    client, url = at_desk(year.cycle), address("announcement_prepare", year.cycle)
    (basis,) = re.findall(r'name="basis" value="([0-9a-f]{64})"', client.get(url).content.decode())
    client.post(url, {"basis": basis})
    Site.objects.filter(pk=year.sites[1].pk).update(state=SiteState.COMPLETED)

    services.run_announce(Job.objects.get(task="reports.announce").pk, at=NOW)
    failed = Job.objects.get(task="reports.announce")
    shown = client.get(address("desk_reports", year.cycle)).content.decode()
    (basis,) = re.findall(r'name="basis" value="([0-9a-f]{64})"', client.get(url).content.decode())
    client.post(url, {"basis": basis})

    assert (failed.state, Announcement.objects.count()) == (JobState.FAILED, 0)
    assert str(failed.problem) in html.unescape(shown)
    assert Job.objects.filter(task="reports.announce", state=JobState.WAITING).count() == 1


def test_what_changed_meanwhile_is_not_announced(year):
    client, url = at_desk(year.cycle), address("announcement_prepare", year.cycle)
    (basis,) = re.findall(r'name="basis" value="([0-9a-f]{64})"', client.get(url).content.decode())
    Site.objects.filter(pk=year.sites[1].pk).update(state=SiteState.COMPLETED)

    refused = client.post(url, {"basis": basis})

    assert refused.status_code == 409
    assert not Announcement.objects.exists()


@pytest.mark.parametrize("role", [Role.DEPUTY, Role.CPPCC_MEMBER])
def test_who_does_not_work_at_the_desk_stays_out(year, role):
    client = at_desk(year.cycle, role)

    for name in ("announcement_prepare", "desk_reports"):
        assert client.get(address(name, year.cycle)).status_code == 403
    for name in ("announcement_prepare", "report_request"):
        assert client.post(address(name, year.cycle), {"language": "en"}).status_code == 403
    assert not Announcement.objects.exists()
    assert not Report.objects.exists()


def test_the_auditor_reads_but_builds_nothing(year):
    announce(year)
    client = at_desk(year.cycle, Role.AUDITOR)

    page = client.get(address("desk_reports", year.cycle))

    assert page.status_code == 200
    assert "只有本地区民生办可以" in page.content.decode()
    assert client.post(address("report_request", year.cycle), {"language": "en"}).status_code == 403
    assert not Report.objects.exists()


def test_a_report_is_asked_for_watched_and_read(year):
    cache.clear()
    announce(year)
    client, desk = at_desk(year.cycle), address("desk_reports", year.cycle)

    asked = client.post(address("report_request", year.cycle), {"language": "zh-hans"})
    report = Report.objects.get()
    waiting = client.get(desk).content.decode()
    tasks.build_report(job_id=report.job_id)
    done = client.get(desk).content.decode()

    assert (asked.status_code, asked.url) == (302, desk)
    assert f'data-status-url="{desk}"' in waiting
    assert "等待中" in waiting
    assert "data-status-url" not in done
    for file_format in FileFormat:
        assert address("report_file", year.cycle, pk=report.pk, file_format=file_format) in done


def test_an_unknown_language_is_refused(year):
    announce(year)

    page = at_desk(year.cycle).post(address("report_request", year.cycle), {"language": "fr"})

    assert page.status_code == 400
    assert not Report.objects.exists()


def test_a_failed_report_shows_why_and_can_be_tried_again(year):
    announce(year)
    report = ask_for_report(year)
    Job.objects.update(state=JobState.FAILED, error="文件无法保存：磁盘已满")
    client = at_desk(year.cycle)

    page = client.get(address("desk_reports", year.cycle)).content.decode()
    again = client.post(address("report_retry", year.cycle, pk=report.pk))

    assert "文件无法保存：磁盘已满" in page
    assert "重试" in page
    assert again.status_code == 302
    report.refresh_from_db()
    assert report.job.state == JobState.WAITING


def test_a_report_of_another_year_is_not_found(built):
    other = CycleFactory(phase="evaluate")
    client = at_desk(other)

    assert client.post(address("report_retry", other, pk=built.pk)).status_code == 404
    assert client.get(address("report", other, pk=built.pk)).status_code == 404
    assert client.get(address("report_file", other, pk=built.pk, file_format="pdf")).status_code == 404


def test_the_public_reads_and_fetches_the_report(client, built):
    listed = client.get(address("reports", built.cycle)).content.decode()
    page = client.get(address("report", built.cycle, pk=built.pk))

    assert built.fingerprint[:16] in listed
    text = page.content.decode()
    for said in ("改扩建中小学1所。", "未完成事项及原因", "老年食堂 #strong[2家] =SUM(A1)", built.fingerprint):
        assert said in text
    assert not page.cookies
    for file in built.files.all():
        answer = client.get(address("report_file", built.cycle, pk=built.pk, file_format=file.file_format))
        content = b"".join(answer.streaming_content)
        assert hashlib.sha256(content).hexdigest() == file.digest
        assert answer.headers["Content-Disposition"].startswith("attachment")
        url = address("report_file", built.cycle, pk=built.pk, file_format=file.file_format)
        again = client.get(url, headers={"if-none-match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = client.get(url, headers={"if-none-match": '"another"'})
        assert b"".join(other.streaming_content) == content


def test_an_unfinished_report_is_not_public(client, year):
    announce(year)
    report = ask_for_report(year)

    assert report.fingerprint[:16] not in client.get(address("reports", year.cycle)).content.decode()
    assert client.get(address("report", year.cycle, pk=report.pk)).status_code == 404
    assert client.get(address("report_file", year.cycle, pk=report.pk, file_format="pdf")).status_code == 404


@pytest.mark.parametrize("wrong", ["docx", "exe"])
def test_only_files_that_are_there_are_handed_out(client, built, wrong):
    assert client.get(address("report_file", built.cycle, pk=built.pk, file_format=wrong)).status_code == 404


def test_the_api_tells_announcement_sites_and_reports(client, built):
    area = built.cycle.area.code

    (announcement,) = client.get(f"/api/v1/announcements/?area={area}&year=2025").json()["results"]
    sites = client.get("/api/v1/announced-sites/?state=under_way").json()["results"]
    (report,) = client.get("/api/v1/reports/?language=zh-hans").json()["results"]

    assert announcement["digest"] == built.announcement.digest
    assert [(site["key"], site["reason"], site["note"]) for site in sites] == [
        ("S2", "overdue", "业主未签约，联系138********")
    ]
    assert (report["fingerprint"], report["figures"]["totals"]["sites"]) == (built.fingerprint, 3)
    assert [file["file_format"] for file in report["files"]] == ["pdf", "xlsx"]
    assert client.get("/api/v1/reports/?language=en").json()["results"] == []
