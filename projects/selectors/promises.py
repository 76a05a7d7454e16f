"""The list itself: what waits to be put on it, and the rules of its lights."""

from datetime import date, timedelta
from decimal import Decimal

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from projects import aggregation
from projects.models import LightRule, Project
from voting import selectors as voting
from voting.selectors import Elected


def waiting_for_hand_over(cycle: Cycle) -> list[Elected]:
    """Return what was chosen and is no project yet, by list number."""
    known = set(Project.objects.for_cycle(cycle).values_list("candidate_id", flat=True))
    return [chosen for chosen in voting.elected(cycle) if chosen.candidate_id not in known]


def light_rule(cycle: Cycle) -> LightRule:
    """Return a year's thresholds; the defaults, not stored, where none were set."""
    return LightRule.objects.filter(cycle=cycle).first() or LightRule(cycle=cycle)


def answer_by(cycle: Cycle, on: date) -> date:
    """Return the last day to answer a notice issued on a day."""
    return on + timedelta(days=light_rule(cycle).notice_days)


def delivery_days(cycle: Cycle) -> tuple[date, date]:
    """Return first and last day of delivery: as dated, else the calendar year."""
    period = cycles.period(cycle, Phase.DELIVER)
    return (period.starts_on, period.ends_on) if period else (date(cycle.year, 1, 1), date(cycle.year, 12, 31))


def time_passed(cycle: Cycle, on: date) -> Decimal:
    """Return the share of the days of delivery that has passed, 0 to 1."""
    first, last = delivery_days(cycle)
    return aggregation.share_passed((on - first).days, (last - first).days)
