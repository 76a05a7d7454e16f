"""Acts upon the two lists and the sites as the journal codes them; `livelihood.portal.acts` has their words."""

from livelihood.audit.acts import Act


class ProjectAct(Act):
    """Acts upon projects, indicators, sites and notices."""

    INDICATOR_ADDED = "indicator.added"
    INDICATOR_ALLOCATED = "indicator.allocated"
    INDICATOR_CHANGED = "indicator.changed"
    INDICATOR_REPORTED = "indicator.reported"
    LIGHT_RULE_SET = "light_rule.set"
    NOTICE_ANSWERED = "notice.answered"
    NOTICE_CLOSED = "notice.closed"
    NOTICE_RETURNED = "notice.returned"
    NOTICES_ISSUED = "notices.issued"
    PROJECT_ADDED = "project.added"
    PROJECT_CLOSED_OUT = "project.closed_out"
    PROJECT_HANDED_OVER = "project.handed_over"
    SITE_ACCEPT = "site.accept"
    SITE_ADDED = "site.added"
    SITE_CORRECTED = "site.corrected"
    SITE_REPORTED = "site.reported"
    SITE_RETURN = "site.return"
    SITE_START = "site.start"
    SITES_WRITTEN = "sites.written"
    STANDARD_ADDED = "standard.added"
    STANDARD_WRITTEN = "standard.written"
