"""What the journal says was done here; `livelihood.portal.acts` has the words."""

from livelihood.audit.acts import Act


class ReportAct(Act):
    """Acts upon announcements and reports."""

    ANNOUNCEMENT_PUBLISHED = "announcement.published"
    REPORT_BUILT = "report.built"
    REPORT_REQUESTED = "report.requested"
    REPORT_RETRIED = "report.retried"
