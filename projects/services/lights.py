"""Lights and summed-up figures: computed by the database, proved by a recount."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.verdict import require
from projects import rules, selectors
from projects.acts import ProjectAct
from projects.models import LightRule, Site
from projects.services.promises import lock_cycle
from projects.states import Light, SiteState


@transaction.atomic
def set_light_rule(
    *,
    cycle: Cycle,
    yellow_points: int,
    red_points: int,
    yellow_start_days: int,
    red_start_days: int,
    yellow_overdue_days: int,
    red_overdue_days: int,
    notice_days: int,
    by: User,
    at: datetime,
) -> LightRule:
    """Set a year's thresholds and compute its lights by them; see LightRule for their meaning.

    :raises NotAllowed: by rule.
    :raises InvalidInput: red would come before yellow.
    """
    cycle = lock_cycle(cycle)
    require(rules.may_manage(by, cycle, at))
    if (
        red_points < yellow_points
        or red_start_days < yellow_start_days
        or red_overdue_days < yellow_overdue_days
        or yellow_overdue_days < 1
    ):
        raise InvalidInput(_("Red may not come before yellow, and nothing is overdue on its date itself."))
    values = {
        "yellow_points": yellow_points,
        "red_points": red_points,
        "yellow_start_days": yellow_start_days,
        "red_start_days": red_start_days,
        "yellow_overdue_days": yellow_overdue_days,
        "red_overdue_days": red_overdue_days,
        "notice_days": notice_days,
    }
    rule, _created = LightRule.objects.update_or_create(cycle=cycle, defaults=values)
    changed = refresh_lights(cycle=cycle, at=at)
    record(ProjectAct.LIGHT_RULE_SET, rule, by=by, at=at, lights_changed=changed, **values)
    return rule


@transaction.atomic
def refresh_lights(*, cycle: Cycle, at: datetime) -> int:
    """Compute a year's lights for the day of `at`, and return how many changed. No journal: nobody acts."""
    return Site.objects.for_cycle(cycle).refresh_lights(selectors.light_rule(cycle), on=timezone.localdate(at))


def refresh_all_lights(*, at: datetime) -> int:
    """Compute the lights of every year in delivery or evaluation; return how many changed. Run each night."""
    running = Cycle.objects.filter(phase__in=rules.OPEN_PHASES).order_by("pk")
    return sum(refresh_lights(cycle=cycle, at=at) for cycle in running)


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is not what a recount says. Both as text: column=value, … of the differing columns."""

    indicator_id: int
    area_id: int
    kept: str
    counted: str


COUNTS = {
    "done": "sum(quantity_done)",
    "base": "NULL::numeric",
    "planned": "sum(coalesce(quantity_planned, 0))",
    "sites": "count(*)",
    **{f"sites_{state}": f"count(*) FILTER (WHERE state = '{state}')" for state in SiteState.values},
    **{f"lights_{light}": f"count(*) FILTER (WHERE light = '{light}')" for light in Light.values},
}
# A row from which all sites have moved away counts nothing, like no row at all.
RECOUNT = f"""
WITH counted AS (
    SELECT indicator_id, area_id, {", ".join(f"{count} AS {column}" for column, count in COUNTS.items())}
    FROM projects_site GROUP BY indicator_id, area_id
    UNION ALL
    (SELECT DISTINCT ON (indicator_id, area_id) indicator_id, area_id, quantity, base{", 0" * (len(COUNTS) - 2)}
     FROM projects_progressreport WHERE site_id IS NULL
     ORDER BY indicator_id, area_id, reported_on DESC, id DESC)
), kept AS (
    SELECT figure.* FROM projects_indicatorfigure AS figure
    JOIN projects_indicator AS indicator ON indicator.id = figure.indicator_id
    WHERE indicator.counted_by = 'areas' OR figure.sites <> 0 OR figure.done <> 0 OR figure.planned <> 0
)
SELECT indicator_id, area_id, {", ".join(f"kept.{column}" for column in COUNTS)},
       {", ".join(f"counted.{column}" for column in COUNTS)}
FROM counted FULL JOIN kept USING (indicator_id, area_id)
WHERE ({", ".join(f"kept.{column}" for column in COUNTS)})
      IS DISTINCT FROM ({", ".join(f"counted.{column}" for column in COUNTS)})
ORDER BY indicator_id, area_id
"""  # noqa: S608 -- built from the constants above


@transaction.atomic
def recount_figures() -> list[Difference]:
    """Count every figure anew from sites and reports, in one statement, and return those that differ."""
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT)
        rows = cursor.fetchall()
    return [_difference(row) for row in rows]


def _difference(row: tuple) -> Difference:
    indicator_id, area_id, *values = row
    kept, counted = values[: len(COUNTS)], values[len(COUNTS) :]
    differing = [place for place in range(len(COUNTS)) if kept[place] != counted[place]]
    names = list(COUNTS)

    def text(side: list) -> str:
        return ", ".join(f"{names[place]}={side[place]}" for place in differing)

    return Difference(indicator_id, area_id, text(kept), text(counted))
