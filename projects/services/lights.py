"""Lights and summed-up figures: computed by the database, proved by a recount."""

from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.recount import Miscount
from livelihood.kernel.verdict import require
from projects import rules, selectors
from projects.acts import ProjectAct
from projects.models import LightRule, Site
from projects.services.promises import lock_cycle


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
    seen: int | None = None,
) -> LightRule:
    """Set a year's thresholds and compute its lights by them; see LightRule for their meaning.

    :raises NotAllowed: by rule.
    :raises Moved: somebody else has set them since the page was shown.
    :raises InvalidInput: red would come before yellow.
    """
    cycle = lock_cycle(cycle)
    require(rules.may_manage(by, cycle, at))
    stored = list(LightRule.objects.filter(cycle=cycle))
    require_seen(seen, stored, stands=lambda: f"{stored[0].yellow_points} / {stored[0].red_points}")
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


Values = list[Decimal | None]

# A row from which all sites have moved away counts nothing, like no row at all. Not by the ORM: two ways of counting
# are compared whole, in one statement, so that nobody writes between them.
RECOUNT = """
WITH counted AS (
    SELECT indicator_id, area_id, NULL::numeric AS base, {sums}
    FROM projects_site GROUP BY indicator_id, area_id
    UNION ALL
    (SELECT DISTINCT ON (indicator_id, area_id) indicator_id, area_id, base, quantity{noughts}
     FROM projects_progressreport WHERE site_id IS NULL
     ORDER BY indicator_id, area_id, reported_on DESC, id DESC)
), kept AS (
    SELECT figure.* FROM projects_indicatorfigure AS figure
    JOIN projects_indicator AS indicator ON indicator.id = figure.indicator_id
    WHERE indicator.counted_by = 'areas' OR figure.sites <> 0 OR figure.done <> 0 OR figure.planned <> 0
)
SELECT indicator_id, area_id, ARRAY[{kept}]::numeric[], ARRAY[{counted}]::numeric[]
FROM counted FULL JOIN kept USING (indicator_id, area_id)
WHERE ({kept}) IS DISTINCT FROM ({counted})
ORDER BY indicator_id, area_id
"""


@transaction.atomic
def recount_figures() -> list[Miscount]:
    """Count every figure anew from sites and reports, in one statement, and return those that differ.

    Both sides say column=value, … of the differing columns.
    """
    with connection.cursor() as cursor:
        # Not by the ORM: it calls no functions that return rows.
        cursor.execute("SELECT counted, expression FROM projects_counted() ORDER BY place")
        expressions = dict(cursor.fetchall())
        columns = ["base", *expressions]
        cursor.execute(
            RECOUNT.format(
                sums=", ".join(f"sum({expression}) AS {column}" for column, expression in expressions.items()),
                noughts=", 0" * (len(expressions) - 1),
                kept=", ".join(f"kept.{column}" for column in columns),
                counted=", ".join(f"counted.{column}" for column in columns),
            )
        )
        return [_difference(columns, *row) for row in cursor.fetchall()]


def _difference(columns: list[str], indicator_id: int, area_id: int, kept: Values, counted: Values) -> Miscount:
    differing = [place for place, pair in enumerate(zip(kept, counted, strict=True)) if pair[0] != pair[1]]

    def text(side: Values) -> str:
        return ", ".join(f"{columns[place]}={side[place]}" for place in differing)

    return Miscount(f"indicator {indicator_id}, area {area_id}", text(kept), text(counted))
