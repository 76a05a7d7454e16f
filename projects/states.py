"""What a project, a site, a notice and an import can be, and the ways through them; kinds of indicators."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.kernel.moves import Moves


class ProjectKind(models.TextChoices):
    """Works cost money and land and need dates; services need a count and a list."""

    HARDWARE = "hardware", pgettext_lazy("project kind", "Works")
    SOFTWARE = "software", pgettext_lazy("project kind", "Service")


class IndicatorKind(models.TextChoices):
    """How an indicator adds up over areas; the rule is printed beside every figure (`ROLL_UP`).

    Source: docs/sources.md (indicator-kind).
    """

    ADDITIVE = "additive", pgettext_lazy("indicator kind", "Quantity that adds up")
    RATE = "rate", pgettext_lazy("indicator kind", "Rate")
    CAP = "cap", pgettext_lazy("indicator kind", "Limit, lower is better")


ROLL_UP = {
    IndicatorKind.ADDITIVE: _("The sum of what the sites and areas below have done."),
    IndicatorKind.RATE: _(
        "The sum of all numerators divided by the sum of all denominators; rates are never averaged."
    ),
    IndicatorKind.CAP: _("Measured for each area by itself and compared with its limit; it does not add up."),
}


class CountedBy(models.TextChoices):
    """Where the done quantity of an indicator comes from: one way only, so that nothing is counted twice."""

    SITES = "sites", _("Sites")
    AREAS = "areas", _("Reports of areas")


class LightReason(models.TextChoices):
    """Why a site, an indicator or a project shows its light (`lights`)."""

    NOT_DUE = "not_due", _("Not started, and not yet due to start.")
    LATE_START = "late_start", _("Should have started by now.")
    ON_PLAN = "on_plan", _("Done as far as the time that has passed asks for.")
    NO_QUANTITY = "no_quantity", _("Under way; no planned quantity is published to compare with.")
    BEHIND = "behind", _("Less is done than the time that has passed asks for.")
    OVERDUE = "overdue", _("The date has passed and completion has not been reported.")
    COMPLETED = "completed", _("Completed; acceptance is to come.")
    ACCEPTED = "accepted", _("Accepted against its standard.")
    ALL_ACCEPTED = "all_accepted", _("All sites are accepted.")
    UNKNOWN = "unknown", _("Nothing has been reported yet.")
    REACHED = "reached", _("The target is kept.")
    OVER_LIMIT = "over_limit", _("The value lies above its limit.")
    NO_TARGET = "no_target", _("No target is published to compare with.")
    NOT_STARTED = "not_started", _("Not started, and not yet behind.")
    CLOSED_OUT = "closed_out", _("All sites are accepted and all targets kept; the project is closed out.")
    NO_INDICATOR = "no_indicator", _("No indicator has been set yet.")


class ProjectState(models.TextChoices):
    """A project lives from the hand-over until close-out."""

    ACTIVE = "active", pgettext_lazy("project", "In progress")
    CLOSED_OUT = "closed_out", pgettext_lazy("project", "Closed out")


PROJECT_MOVES: Moves = {
    (ProjectState.ACTIVE, "close_out"): ProjectState.CLOSED_OUT,
}


class SiteState(models.TextChoices):
    """A site lives from planning to acceptance. A quantity that is reached does not complete it: a person says so.

    Source: docs/sources.md (site-states).
    """

    PLANNED = "planned", pgettext_lazy("site", "Planned")
    UNDER_WAY = "under_way", pgettext_lazy("site", "Under way")
    COMPLETED = "completed", pgettext_lazy("site", "Completed")
    ACCEPTED = "accepted", pgettext_lazy("site", "Accepted")


SITE_MOVES: Moves = {
    (SiteState.PLANNED, "start"): SiteState.UNDER_WAY,
    (SiteState.UNDER_WAY, "complete"): SiteState.COMPLETED,
    (SiteState.COMPLETED, "return"): SiteState.UNDER_WAY,
    (SiteState.COMPLETED, "accept"): SiteState.ACCEPTED,
}


class NoticeState(models.TextChoices):
    """A notice runs from the clock that issued it to the supervision office that closes it."""

    ISSUED = "issued", pgettext_lazy("notice", "Issued")
    ANSWERED = "answered", pgettext_lazy("notice", "Answered")
    CLOSED = "closed", pgettext_lazy("notice", "Closed")


NOTICE_MOVES: Moves = {
    (NoticeState.ISSUED, "answer"): NoticeState.ANSWERED,
    (NoticeState.ANSWERED, "return"): NoticeState.ISSUED,
    (NoticeState.ANSWERED, "close"): NoticeState.CLOSED,
}


MACHINES = [
    ("Project", PROJECT_MOVES, ProjectState.ACTIVE),
    ("Site", SITE_MOVES, SiteState.PLANNED),
    ("Notice", NOTICE_MOVES, NoticeState.ISSUED),
]
