"""Which light an indicator and a project show, line by line of their tables; for sites see test_querysets."""

from decimal import Decimal

import pytest

from livelihood.kernel.lights import Light
from projects.aggregation import ADDITIVE, CAP, SiteCounts, figure
from projects.lights import Progress, light_of_indicator, light_of_project
from projects.states import LightReason

NONE = SiteCounts()
PLANNED = SiteCounts(total=4, planned=4)
HALF = SiteCounts(total=4, under_way=2, completed=2)
ALL = SiteCounts(total=4, accepted=4)


@pytest.mark.parametrize(
    "case",
    [
        (ADDITIVE, 4, 4, ALL, "0.5", ("blue", "all_accepted")),
        (ADDITIVE, None, 4, NONE, "0.5", ("grey", "unknown")),
        (ADDITIVE, 4, 4, HALF, "0.5", ("green", "reached")),
        (ADDITIVE, 9, 4, HALF, "0.5", ("green", "reached")),
        (ADDITIVE, 0, 4, PLANNED, "0.05", ("grey", "not_started")),
        (ADDITIVE, 0, 4, PLANNED, "0.1", ("yellow", "behind")),
        (ADDITIVE, 0, 4, PLANNED, "0.31", ("red", "behind")),
        (ADDITIVE, 2, 4, HALF, "0.5", ("green", "on_plan")),
        (ADDITIVE, 2, 4, HALF, "0.59", ("green", "on_plan")),
        (ADDITIVE, 2, 4, HALF, "0.6", ("yellow", "behind")),
        (ADDITIVE, 2, 4, HALF, "0.8", ("yellow", "behind")),
        (ADDITIVE, 2, 4, HALF, "0.801", ("red", "behind")),
        (ADDITIVE, 99, 100, HALF, "1", ("yellow", "behind")),
        (ADDITIVE, 5, None, NONE, "0.9", ("green", "no_target")),
        (ADDITIVE, 5, None, HALF, "0.9", ("red", "behind")),
        (CAP, 26, 30, NONE, "0.9", ("green", "reached")),
        (CAP, 31, 30, NONE, "0.9", ("yellow", "over_limit")),
        (CAP, 31, 30, NONE, "1", ("red", "over_limit")),
        (CAP, 31, None, NONE, "1", ("green", "no_target")),
    ],
)
def test_light_of_indicator_follows_the_table(case):
    kind, done, target, sites, passed, expected = case
    value = figure(
        kind,
        done=None if done is None else Decimal(done),
        base=None,
        target=None if target is None else Decimal(target),
    )

    assert (
        light_of_indicator(Progress(kind, value, sites, Decimal(passed), yellow_points=10, red_points=30)) == expected
    )


def test_a_project_shows_the_light_of_the_indicator_that_needs_a_person_most():
    lit = [
        (Light.GREEN, LightReason.ON_PLAN), (Light.RED, LightReason.OVER_LIMIT), (Light.YELLOW, LightReason.BEHIND),
        (Light.RED, LightReason.BEHIND),
    ]  # fmt: skip

    assert light_of_project(lit, is_closed_out=False) == (Light.RED, LightReason.OVER_LIMIT)
    assert light_of_project(lit[:1], is_closed_out=False) == lit[0]
    assert light_of_project(
        [(Light.BLUE, LightReason.ALL_ACCEPTED), (Light.GREY, LightReason.UNKNOWN), lit[0]], is_closed_out=False
    ) == (Light.GREY, LightReason.UNKNOWN)
    assert light_of_project([], is_closed_out=False) == (Light.GREY, LightReason.NO_INDICATOR)
    assert light_of_project(lit, is_closed_out=True) == (Light.BLUE, LightReason.CLOSED_OUT)
