"""The phases of a year, and the one way through them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.kernel.moves import Moves


class Level(models.TextChoices):
    """Level of government, the highest first; each area lies in one of a higher level, not always of the next."""

    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    COUNTY = "county", _("county")
    TOWNSHIP = "township", _("township")


def is_lower(level: Level, than: Level) -> bool:
    """Say whether an area of one level may lie in one of another."""
    order = list(Level)
    return order.index(level) > order.index(than)


class Phase(models.TextChoices):
    """Where a cycle stands. Dates are kept beside it; the move itself is an act of a person.

    A draft is seen at the desk alone. It ends when the letter is published, or when a list is adopted.
    """

    DRAFT = "draft", pgettext_lazy("year", "Draft")
    SOLICIT = "solicit", _("Collecting suggestions")
    PLAN = "plan", _("Planning candidates")
    DECIDE = "decide", _("Deciding")
    DELIVER = "deliver", _("Delivering")
    EVALUATE = "evaluate", _("Evaluating")
    CLOSED = "closed", _("Closed")


class DecisionMode(models.TextChoices):
    """How the list is decided.

    Deputies vote in cities, counties and townships; the list of the province is reviewed.
    A list that was decided before the portal came, or without it, is adopted with its decision (ADR 39).
    Source: docs/sources.md (decision-mode).
    """

    VOTE = "vote", _("Deputies vote")
    REVIEW = "review", _("The two sessions review")
    ELSEWHERE = "elsewhere", _("Decided elsewhere, its list is adopted")


class OrganisationKind(models.TextChoices):
    """What an organisation is in the yearly cycle."""

    LIVELIHOOD_OFFICE = "livelihood_office", _("Livelihood projects office")
    DEPARTMENT = "department", _("Department")
    IMPLEMENTING_UNIT = "implementing_unit", _("Implementing unit")
    SUPERVISION_OFFICE = "supervision_office", _("Supervision office")
    CONGRESS = "congress", _("People's congress")
    CPPCC = "cppcc", _("CPPCC committee")


PHASE_ORDER = list(Phase)
BEFORE_DECISION = (Phase.SOLICIT, Phase.PLAN)
"""From the letter until candidates come before those who decide: what they need can be prepared."""

DATED_PHASES = PHASE_ORDER[1:]
"""The phases that have dates and stand on the year track: all but the draft."""

PLANNED_PHASES = DATED_PHASES[:-1]
"""The phases whose days are planned: a closed year has a first day, and no last one."""

USUAL_DAYS = {
    Phase.SOLICIT: ((-1, 10, 15), (-1, 11, 15), 30),
    Phase.PLAN: ((-1, 11, 16), (0, 1, 5), 14),
    Phase.DECIDE: ((0, 1, 6), (0, 1, 31), 7),
    Phase.DELIVER: ((0, 2, 1), (0, 11, 30), 180),
    Phase.EVALUATE: ((0, 12, 1), (1, 1, 31), 30),
}
"""When each phase usually begins and ends, as years from that of the projects, month and day; and its least days.

Source: docs/sources.md (calendar).
"""

PHASE_MOVES: Moves = {
    (Phase.DRAFT, "begin"): Phase.SOLICIT,
    (Phase.DRAFT, "adopt"): Phase.DELIVER,
    (Phase.DELIVER, "withdraw"): Phase.DRAFT,
    (Phase.SOLICIT, "advance"): Phase.PLAN,
    (Phase.PLAN, "advance"): Phase.DECIDE,
    (Phase.DECIDE, "advance"): Phase.DELIVER,
    (Phase.DELIVER, "advance"): Phase.EVALUATE,
    (Phase.EVALUATE, "advance"): Phase.CLOSED,
    (Phase.PLAN, "take_back"): Phase.SOLICIT,
    (Phase.DECIDE, "take_back"): Phase.PLAN,
    (Phase.DELIVER, "take_back"): Phase.DECIDE,
    (Phase.EVALUATE, "take_back"): Phase.DELIVER,
    (Phase.CLOSED, "take_back"): Phase.EVALUATE,
}

MACHINES = [("Cycle", PHASE_MOVES, Phase.DRAFT)]
