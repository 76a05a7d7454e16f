"""Acts upon announcements and reports as the journal codes them; `livelihood.portal.acts` has their words."""

from livelihood.audit.acts import Act


class ReportAct(Act):
    """Acts upon announcements and reports."""

    ANNOUNCEMENT_PUBLISHED = "announcement.published"
    REPORT_BUILT = "report.built"
    REPORT_REQUESTED = "report.requested"
    REPORT_RETRIED = "report.retried"
