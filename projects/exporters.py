"""The list of sites as a table for others; `importers` reads the same columns again."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Text
from livelihood.kernel.exports import Field
from livelihood.kernel.lights import Light
from projects.models import Site
from projects.selectors.lookups import Lookups
from projects.states import SiteState

HEADINGS: Mapping[str, Text] = {
    "project": _("Project number"),
    "indicator": _("Indicator"),
    "key": _("Site key"),
    "name": _("Site"),
    "area": _("Area code"),
    "area_name": _("Area"),
    "address": _("Address"),
    "longitude": _("Longitude"),
    "latitude": _("Latitude"),
    "starts_on": _("Start"),
    "due_on": _("Date"),
    "organisation": _("Responsible unit"),
    "standard": _("Standard"),
    "quantity_planned": _("Planned quantity"),
    "unit": _("Unit"),
    "source": _("Source"),
    "quantity_done": _("Done"),
    "state": _("State"),
    "light": _("Light"),
    "reported_on": _("Last report"),
}
"""The columns in their order: name → heading."""

SHEET: Text = _("Sites")


def site_fields(cycle: Cycle) -> list[Field]:
    """Return the columns for sites of a year, which need nothing joined to them; names in the active language.

    Thirty thousand rows share a few hundred names, so each is looked up once.
    """
    lookups = Lookups(cycle)
    indicators, numbers = lookups.indicators_by_key, lookups.numbers
    areas = {area.pk: (area.code, area.name) for area in lookups.areas.values()}
    units, standards = lookups.unit_names, lookups.standard_names
    states = {state.value: str(state.label) for state in SiteState}
    lights = {light.value: str(light.label) for light in Light}
    values: Mapping[str, Callable[[Site], Any]] = {
        "project": lambda site: numbers[site.project_id],
        "indicator": lambda site: indicators[site.indicator_id].name,
        "area": lambda site: areas[site.area_id][0],
        "area_name": lambda site: areas[site.area_id][1],
        "organisation": lambda site: units[site.organisation_id] if site.organisation_id else "",
        "standard": lambda site: standards[site.standard_id] if site.standard_id else "",
        "unit": lambda site: indicators[site.indicator_id].unit,
        "state": lambda site: states[site.state],
        "light": lambda site: lights[site.light],
    }
    return [Field(heading, values.get(name, attrgetter(name))) for name, heading in HEADINGS.items()]
