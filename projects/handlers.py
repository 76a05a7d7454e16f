"""What the door for sheets asks of the list of sites."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.errors import Text
from livelihood.kernel.sheets.declaration import Kind
from livelihood.kernel.sheets.handling import Done, Frame, Handler, Line, Listed, Written, register
from livelihood.kernel.sheets.resolving import Problem
from livelihood.kernel.sheets.results import Row
from livelihood.kernel.verdict import Verdict
from projects import rules
from projects.importers import SITES
from projects.selectors.lookups import Lookups
from projects.services.lists import plan_sheet, staying_of_sheet, take_back_sheet, write_sheet
from projects.services.promises import lock_cycle


class SitesHandler(Handler):
    """The list of sites of a year: thirty thousand of them in a province."""

    kind: ClassVar[Kind] = SITES
    subject: ClassVar[str] = "projects.site"
    hangs_on_year: ClassVar[bool] = True
    keeps_prepared: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Text]] = {
        "project": "1",
        "indicator": "新建社区食堂",
        "key": "A-001",
        "name": "文苑社区食堂（示例）",
        "area": "330106",
        "address": "文苑路1号",
        "longitude": "120.123456",
        "latitude": "30.123456",
        "starts_on": "2027-03-01",
        "due_on": "2027-10-31",
        "organisation": "文苑街道办事处",
        "quantity_planned": "1",
        "source": "区政府〔2027〕1号",
    }
    advice: ClassVar[Sequence[Text]] = (
        _("One row for each site. Project and key tell a site from all others; an import finds it again by them."),
        _("Leave columns out that you do not keep: what a sheet does not say stays as it is."),
        _("Coordinates are CGCS2000 or WGS-84; points taken from other maps are converted when you say so."),
        _("A later date of a listed site needs a reason: in a column “Why the entry changes”, or in the preview."),
        _("Progress is reported on its own page; these columns are not read here."),
    )

    def may_bring(self, by: User, area: Area, cycle: Cycle | None, at: datetime) -> Verdict:
        """May: who may list sites of this year."""
        return rules.may_import_sites(by, _year(cycle), at)

    def lists(self, frame: Frame) -> Sequence[Listed]:
        """Return what the sheet may name: indicators, areas and standards of the year."""
        lookups = Lookups(_year(frame.cycle))
        indicators = sorted(lookups.indicators.values(), key=lambda one: (one.project.number, one.number))
        return [
            Listed(
                _("Known indicators"),
                (_("Number of the project"), _("Name of the project"), _("Name of the indicator"), _("Counted in")),
                [(one.project.number, one.project.title, one.name, one.unit) for one in indicators],
            ),
            Listed(
                _("Known areas"),
                (_("Code"), _("Name of the area")),
                [(area.code, area.name) for area in sorted(lookups.areas.values(), key=lambda area: area.code)],
            ),
            Listed(
                _("Known standards"),
                (_("Title and version"),),
                [(name,) for name in sorted(lookups.standard_names.values())],
            ),
        ]

    def address(self, frame: Frame, subject: int) -> str:
        """Return the address of a site at the desk."""
        return _year(frame.cycle).address("projects:desk_site", pk=subject)

    def lock(self, frame: Frame) -> Frame:
        """Lock the year, as everything does that changes its lists."""
        return replace(frame, cycle=lock_cycle(_year(frame.cycle)))

    def plan(self, frame: Frame, rows: Sequence[Row]) -> list[Line]:
        """Compare rows with the list."""
        return plan_sheet(frame, _year(frame.cycle), rows)[0]

    def plan_prepared(self, frame: Frame, rows: Sequence[Row]) -> tuple[list[Line], bytes]:
        """Compare rows with the list, and make them ready to be written."""
        return plan_sheet(frame, _year(frame.cycle), rows)

    def write_prepared(self, frame: Frame, prepared: bytes) -> Sequence[Done]:
        """Write all rows in one statement."""
        return write_sheet(cycle=_year(frame.cycle), prepared=prepared, at=frame.at)

    def staying(self, frame: Frame, written: Sequence[Written]) -> Mapping[int, Problem]:
        """Say which sites were changed or used since, and which may not become what they were."""
        return staying_of_sheet(cycle=_year(frame.cycle), lines=written)

    def take_back(self, frame: Frame, written: Sequence[Written]) -> Mapping[int, Problem]:
        """Put back what was."""
        return take_back_sheet(cycle=_year(frame.cycle), lines=written, at=frame.at)


def _year(cycle: Cycle | None) -> Cycle:
    assert cycle is not None  # noqa: S101 -- hangs_on_year; for the type checker
    return cycle


register(SitesHandler())
