"""Projects, what they promise, and their sites: only what a row needs."""

from datetime import date
from decimal import Decimal

import factory

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from projects.models import Allocation, Indicator, Project, Site, Standard, StandardLine
from projects.states import ProjectKind
from tests.factories import FIRST, RowFactory
from tests.factories.frame import AspectFactory, CountyFactory, CycleFactory, official


class DeliveryFactory(CycleFactory):
    """A year in delivery."""

    phase = Phase.DELIVER


class ProjectFactory(RowFactory):
    class Meta:
        model = Project

    cycle = factory.SubFactory(DeliveryFactory)
    number = factory.Sequence(lambda n: n - FIRST + 1)
    aspect = factory.SubFactory(AspectFactory, cycle=factory.SelfAttribute("..cycle"))
    title = factory.LazyAttribute(lambda project: f"项目{project.number}")
    kind = ProjectKind.HARDWARE


class IndicatorFactory(RowFactory):
    class Meta:
        model = Indicator

    project = factory.SubFactory(ProjectFactory)
    number = factory.Sequence(lambda n: n - FIRST + 1)
    name = factory.LazyAttribute(lambda indicator: f"指标{indicator.number}")
    unit = "个"


class AllocationFactory(RowFactory):
    class Meta:
        model = Allocation

    indicator = factory.SubFactory(IndicatorFactory)
    area = factory.SubFactory(CountyFactory, parent=factory.SelfAttribute("..indicator.project.cycle.area"))
    target = Decimal(10)


class StandardFactory(RowFactory):
    class Meta:
        model = Standard

    cycle = factory.SubFactory(DeliveryFactory)
    title = factory.Sequence(lambda n: f"标准{n}")


class StandardLineFactory(RowFactory):
    class Meta:
        model = StandardLine

    standard = factory.SubFactory(StandardFactory)
    number = factory.Sequence(lambda n: n - FIRST + 1)
    requirement = factory.LazyAttribute(lambda line: f"要求{line.number}")


class SiteFactory(RowFactory):
    class Meta:
        model = Site

    indicator = factory.SubFactory(IndicatorFactory)
    project = factory.SelfAttribute("indicator.project")
    cycle = factory.SelfAttribute("project.cycle")
    area = factory.SubFactory(CountyFactory, parent=factory.SelfAttribute("..cycle.area"))
    key = factory.Sequence(lambda n: f"S{n}")
    name = factory.LazyAttribute(lambda site: f"点位{site.key}")
    starts_on = date(2025, 1, 1)
    due_on = date(2025, 12, 31)


def office(cycle: Cycle) -> User:
    """Return a new person of the livelihood office of a year's area."""
    return official(Role.LIVELIHOOD_OFFICE, cycle.area)
