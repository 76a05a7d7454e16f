"""Reading the year's announcement and reports, and the figures they are made of."""

from projects.reports.selectors.announcing import (
    SiteCopy,
    announcement_content,
    basis_of,
    canonical,
    digest_of,
    site_copies,
)
from projects.reports.selectors.reading import (
    all_announced_sites,
    all_announcements,
    all_published,
    announced_sites,
    announcement_of,
    announcing_job,
    done_in,
    published,
    report_file,
    report_for_desk,
    report_for_public,
    reports_for_desk,
    unfinished_business,
    work_for,
)
from projects.reports.selectors.year import fingerprint_of, year_figures

__all__ = [
    "SiteCopy",
    "all_announced_sites",
    "all_announcements",
    "all_published",
    "announced_sites",
    "announcement_content",
    "announcement_of",
    "announcing_job",
    "basis_of",
    "canonical",
    "digest_of",
    "done_in",
    "fingerprint_of",
    "published",
    "report_file",
    "report_for_desk",
    "report_for_public",
    "reports_for_desk",
    "site_copies",
    "unfinished_business",
    "work_for",
    "year_figures",
]
