"""Asking for reports, and building them: services and exporters."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.states import Phase
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.errors import NotAllowed, NotReady
from projects.models import Site
from projects.reports import selectors, services, tasks
from projects.reports.exporters import pdf
from projects.reports.models import Report, ReportFile
from projects.reports.states import FileFormat, Language
from projects.surveys.states import SurveyState
from tests import databases
from tests.factories.frame import NOW, official
from tests.factories.reports import announce, ask_for_report
from tests.factories.surveys import SurveyFactory

pytestmark = pytest.mark.django_db(transaction=True)


def path_of(report, file_format):
    return Path(settings.MEDIA_ROOT, report.files.get(file_format=file_format).name)


def build(report):
    tasks.build_report(job_id=report.job_id)
    report.job.refresh_from_db()
    assert (report.job.state, report.job.problem) == (JobState.DONE, "")
    return report


def test_figures_are_frozen_when_the_report_is_asked_for(year):
    announcement = announce(year)

    report = ask_for_report(year)

    assert report.figures["totals"] == {
        "projects": 2, "projects_reached": 1, "indicators": 2, "indicators_with_target": 2, "indicators_reached": 1,
        "sites": 3, "sites_completed": 1, "sites_accepted": 1, "standard_lines": 3, "standard_lines_met": 3,
    }  # fmt: skip
    assert report.figures["announcement"] == {"digest": announcement.digest, "published_on": "2024-11-01"}
    assert [(area["code"], area["sites"]) for area in report.figures["areas"]] == [
        (year.sites[0].area.code, {"total": 3, "completed": 1, "accepted": 1})
    ]
    assert report.figures["unfinished"] == [
        {"project_number": 2, "state": "completed", "reason": "completed", "sites": 1},
        {"project_number": 2, "state": "under_way", "reason": "overdue", "sites": 1},
    ]
    (survey,) = report.figures["surveys"]
    assert [(line["channel"], line["counts"], line["satisfied"]) for line in survey["lines"]] == [
        ("invitation", [0, 0, 0], None), ("qr", [4, 1, 1], [round(4 / 6, 6), None, None]),
    ]  # fmt: skip
    assert {number: [(line["n"], line["satisfied"]) for line in lines] for number, lines in
            report.figures["satisfaction"].items()} == {"1": [(5, [0.8, None, None])], "2": [(1, None)]}  # fmt: skip
    assert report.job.state == JobState.WAITING


def test_the_same_inputs_are_the_same_report(year):
    announce(year)
    first = ask_for_report(year)

    Site.objects.update(quantity_done=7)
    again = services.request_report(
        cycle=year.cycle, language=Language.CHINESE, by=year.office, at=NOW + timedelta(days=1)
    )
    english = ask_for_report(year, Language.ENGLISH)

    assert again == first
    assert english != first
    assert english.fingerprint == first.fingerprint
    assert Job.objects.count() == Report.objects.count() == 2
    assert selectors.fingerprint_of(Report.objects.get(pk=first.pk).told) == first.fingerprint


def test_frozen_figures_cannot_be_changed(year):
    announce(year)
    build(ask_for_report(year))

    for statement in (
        "UPDATE reports_report SET figures = '{}'",
        "UPDATE reports_report SET fingerprint = 'x'",
        "DELETE FROM reports_report",
        "UPDATE reports_reportfile SET digest = 'x'",
        "DELETE FROM reports_reportfile",
    ):
        with databases.as_superuser(), pytest.raises(IntegrityError, match="as it was told"), transaction.atomic():
            connection.cursor().execute(statement)


def test_no_report_without_announcement_or_with_figures_that_still_change(year):
    with pytest.raises(NotReady) as refusal:
        ask_for_report(year)
    assert len(refusal.value.issues) == 1

    announce(year)
    SurveyFactory(cycle=year.cycle, state=SurveyState.CLOSED)
    with pytest.raises(NotReady) as refusal:
        ask_for_report(year)
    assert "满意度调查" in str(refusal.value)

    assert not Report.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LIVELIHOOD_OFFICE}))
def test_only_the_livelihood_office_builds_reports(year, role):
    announce(year)

    with pytest.raises(NotAllowed):
        services.request_report(cycle=year.cycle, language=Language.CHINESE, by=official(role, year.cycle.area), at=NOW)

    assert not Report.objects.exists()


def test_no_report_after_the_year_is_closed(year):
    announce(year)
    year.cycle.phase = Phase.CLOSED
    year.cycle.save(update_fields=["phase"])

    with pytest.raises(NotAllowed):
        ask_for_report(year)

    assert not Report.objects.exists()


def test_building_writes_both_files_and_says_so(year):
    announce(year)
    report = build(ask_for_report(year))

    for file_format in FileFormat:
        file = report.files.get(file_format=file_format)
        content = path_of(report, file_format).read_bytes()
        assert (file.size, file.digest) == (len(content), hashlib.sha256(content).hexdigest())
    assert list(Path(settings.MEDIA_ROOT, "reports", str(year.cycle.pk)).glob(".*")) == []
    assert list(selectors.published(year.cycle)) == [report]
    assert Entry.objects.filter(act="report.built").count() == 1


def test_building_twice_is_building_once(year):
    announce(year)
    report = build(ask_for_report(year))

    tasks.build_report(job_id=report.job_id)

    assert ReportFile.objects.count() == 2
    assert Entry.objects.filter(act="report.built").count() == 1


def text_of(report):
    reader = PdfReader(path_of(report, FileFormat.PDF))
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def test_the_chinese_pdf_can_be_searched_and_has_bookmarks(year):
    announce(year)
    report = build(ask_for_report(year))

    reader, text = text_of(report)

    # Readers guess spaces from gaps, so blanks are left out of the comparison.
    plainly = "".join(text.split())
    for said in ("改扩建中小学1所。", "东街食堂", "业主未签约", "138********", report.fingerprint):
        assert said in plainly
    # What was typed stays text: no markup, no number that is not to be seen.
    assert "#strong[2家]=SUM(A1)" in plainly
    assert "13812345678" not in text
    titles = [entry.title for entry in flat(reader.outline)]
    assert "1 改扩建中小学" in titles
    assert len(titles) >= 8
    assert reader.pages[1].extract_text().rstrip().endswith(f"2 / {len(reader.pages)}")
    assert {font["/BaseFont"].split("+")[1] for page in reader.pages for font in fonts_of(page)} <= {
        "NotoSansSC-Regular-Identity-H", "NotoSerifSC-Regular-Identity-H",
    }  # fmt: skip
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert "/StructTreeRoot" in reader.trailer["/Root"]


def flat(outline):
    for entry in outline:
        if isinstance(entry, list):
            yield from flat(entry)
        else:
            yield entry


def fonts_of(page):
    return [font.get_object() for font in page["/Resources"].get("/Font", {}).values()]


def test_the_english_pdf_has_english_words_and_the_same_figures(year):
    announce(year)
    report = build(ask_for_report(year, Language.ENGLISH))

    reader, text = text_of(report)

    assert "What is unfinished, and why" in text
    assert "Share satisfied" in text
    assert "80%" in text
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_the_same_report_gives_the_same_pdf(year, tmp_path):
    announce(year)
    report = Report.objects.select_related("announcement").get(pk=ask_for_report(year).pk)

    for name in ("one.pdf", "two.pdf"):
        pdf.write(report, tmp_path / name)

    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_a_day_is_the_day_where_the_portal_stands(year):
    midnight = datetime(2024, 11, 1, 16, 30, tzinfo=UTC)  # half past midnight of the second in Shanghai
    basis = selectors.basis_of(year.cycle)
    services.publish_announcement(cycle=year.cycle, basis=basis, by=year.office, at=midnight)
    report = services.request_report(cycle=year.cycle, language=Language.ENGLISH, by=year.office, at=midnight)
    build(report)

    about = CalamineWorkbook.from_path(path_of(report, FileFormat.XLSX)).get_sheet_by_name("About").to_python()

    assert report.figures["announcement"]["published_on"] == "2024-11-02"
    assert ["Figures frozen on", date(2024, 11, 2)] in about


def test_the_workbook_reads_back(year):
    announce(year)
    report = build(ask_for_report(year, Language.ENGLISH))

    book = CalamineWorkbook.from_path(path_of(report, FileFormat.XLSX))

    assert book.sheet_names == ["Projects", "Indicators", "Sites", "Satisfaction", "Areas", "About"]
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert [row[:3] for row in sheets["Projects"][1:]] == [
        [1.0, year.school.aspect.name_zh, "改扩建中小学"],
        [2.0, year.canteen.aspect.name_zh, "老年食堂 #strong[2家] =SUM(A1)"],
    ]
    head, *rows = sheets["Sites"]
    site = dict(zip(head, rows[1], strict=True))
    assert len(rows) == 3
    assert (site["Key"], site["Site"], site["Done"], site["Date"], site["Last report"]) == (
        "S2", "东街食堂", 0.5, date(2025, 12, 31), "业主未签约，联系138********",
    )  # fmt: skip
    assert [row[4:8] for row in sheets["Satisfaction"][1:]] == [
        [0.0, 0.0, 0.0, 0.0], [4.0, 1.0, 1.0, 6.0], [4.0, 0.0, 1.0, 5.0], [0.0, 1.0, 0.0, 1.0],
    ]  # fmt: skip
    assert ["Fingerprint of the figures", report.fingerprint] in sheets["About"]


def test_a_failure_is_told_and_can_be_tried_again(year):
    announce(year)
    report = ask_for_report(year)
    # A file stands where the folder must be.
    Path(settings.MEDIA_ROOT).mkdir(parents=True)
    blocked = Path(settings.MEDIA_ROOT, "reports")
    blocked.touch()

    tasks.build_report(job_id=report.job_id)

    failed = Job.objects.get()
    assert (failed.state, failed.result) == (JobState.FAILED, {})
    assert "Not a directory" in str(failed.problem)
    assert not ReportFile.objects.exists()
    assert not list(selectors.published(year.cycle))

    blocked.unlink()
    retried = services.retry_report(report=report, by=year.office, at=NOW)
    with pytest.raises(NotAllowed):
        services.retry_report(report=report, by=year.office, at=NOW)
    build(retried)

    assert Job.objects.count() == 2
    assert ReportFile.objects.count() == 2
    assert list(selectors.published(year.cycle)) == [report]
