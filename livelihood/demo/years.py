"""The years of the demo, in the order they are built; each in one transaction, so that none is ever half there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import translation

from livelihood.cycles.areas import load_areas, shipped, shipped_for_demo
from livelihood.cycles.models import Area, Cycle
from livelihood.demo import hangzhou, meishan, ningbo, ninghai, ninghai_now, ninghai_planned, people, zhejiang
from livelihood.demo.stage import Stage
from proposals import services as proposals


@dataclass(frozen=True, slots=True)
class Year:
    """A year of a place.

    year: the one that was published, under its own dates; or what tells it from the day the demo is built on, where it
    goes on around that day. live: builds it, and says what it is about to do.
    effort: seconds it takes, about; only for the progress bar.
    """

    code: str
    name: str
    year: int | Callable[[Stage], int]
    live: Callable[[Stage], Iterator[str]]
    effort: int

    def number(self, stage: Stage) -> int:
        """Return which year it is."""
        return self.year if isinstance(self.year, int) else self.year(stage)


YEARS = [
    Year("330000", "Zhejiang", 2024, zhejiang.live, 2),
    Year("330000", "Zhejiang", zhejiang.next_year, zhejiang.ask, 2),
    Year("330200", "Ningbo", ningbo.year_of, ningbo.live, 8),
    Year("330226", "Ninghai", 2021, ninghai.live_2021, 5),
    Year("330226", "Ninghai", 2020, ninghai.live_2020, 8),
    Year("330226", "Ninghai", ninghai_now.judged, ninghai_now.judge, 7),
    Year("330226", "Ninghai", hangzhou.year_of, ninghai_now.deliver, 7),
    Year("330226", "Ninghai", ninghai_now.decided, ninghai_now.decide, 5),
    Year("330226", "Ninghai", ninghai_planned.year_of, ninghai_planned.live, 2),
    Year("330226", "Ninghai", ninghai_now.collected, ninghai_now.collect, 1),
    Year("511400", "Meishan", meishan.year_of, meishan.live, 2),
    Year("330100", "Hangzhou", hangzhou.year_of, hangzhou.live, 10),
]


def build(stage: Stage, show: Callable[[float, str], None]) -> int:
    """Build what is not there yet, and return how many years that were.

    show: told the share that is done (0 to 1) and what comes next.
    """
    whole, before, built = sum(year.effort for year in YEARS), 0, 0
    # Names and words go into the data as in the places' own language.
    with translation.override("zh-hans"):
        _found(stage, show)
        for year in YEARS:
            if not _is_there(year, stage):
                _live(year, stage, partial(show, before / whole))
                built += 1
            before += year.effort
        proposals.publish_receipts(at=stage.now)
    return built


@transaction.atomic
def _found(stage: Stage, show: Callable[[float, str], None]) -> None:
    """Load the areas, and create those who look after all of them."""
    load_areas([*shipped(), *shipped_for_demo()], at=stage.now)
    if not people.are_there():
        show(0, "people")
        people.found(list(Area.objects.filter(code__in=["330000", "511400"]).order_by("code")))


def _is_there(year: Year, stage: Stage) -> bool:
    """Say whether a year was built."""
    return Cycle.objects.filter(area__code=year.code, is_demo=True, year=year.number(stage)).exists()


def _live(year: Year, stage: Stage, show: Callable[[str], None]) -> None:
    name = f"{year.name} {year.number(stage)}"
    with transaction.atomic():
        show(name)
        for step in year.live(stage):
            show(f"{name}: {step}")
