"""The phases of a year, and the one way through them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

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
    """Where a cycle stands. Dates are kept beside it; the move itself is an act of a person."""

    SOLICIT = "solicit", _("Collecting suggestions")
    PLAN = "plan", _("Planning candidates")
    DECIDE = "decide", _("Deciding")
    DELIVER = "deliver", _("Delivering")
    EVALUATE = "evaluate", _("Evaluating")
    CLOSED = "closed", _("Closed")


class DecisionMode(models.TextChoices):
    """How the list is decided.

    Deputies vote in cities, counties and townships; the list of the province is reviewed.
    Source: docs/sources.md (decision-mode).
    """

    VOTE = "vote", _("Deputies vote")
    REVIEW = "review", _("The two sessions review")


class OrganisationKind(models.TextChoices):
    """What an organisation is in the yearly cycle."""

    LIVELIHOOD_OFFICE = "livelihood_office", _("Livelihood projects office")
    DEPARTMENT = "department", _("Department")
    IMPLEMENTING_UNIT = "implementing_unit", _("Implementing unit")
    SUPERVISION_OFFICE = "supervision_office", _("Supervision office")
    CONGRESS = "congress", _("People's congress")
    CPPCC = "cppcc", _("CPPCC committee")


PHASE_ORDER = list(Phase)

PHASE_MOVES: Moves = {
    (Phase.SOLICIT, "advance"): Phase.PLAN,
    (Phase.PLAN, "advance"): Phase.DECIDE,
    (Phase.DECIDE, "advance"): Phase.DELIVER,
    (Phase.DELIVER, "advance"): Phase.EVALUATE,
    (Phase.EVALUATE, "advance"): Phase.CLOSED,
}

MACHINES = [("Cycle", PHASE_MOVES, Phase.SOLICIT)]
