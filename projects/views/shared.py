"""What several pages of this room do alike."""

import secrets
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.exports import Field, Sheet, write_csv, write_xlsx
from projects import exporters
from projects.querysets import SiteQuerySet


def fresh_key() -> str:
    """Return a key that makes sending a form twice one act."""
    return secrets.token_hex(16)


def page_of(cycle: Cycle, name: str, **more: object) -> str:
    """Address a page of this room."""
    return reverse(f"projects:{name}", kwargs={"area": cycle.area.slug, "year": cycle.year, **more})


def area_choices(cycle: Cycle) -> list[tuple[str, str]]:
    """Return the areas directly below the cycle's for filter chips."""
    return [(area.code, area.name) for area in cycles.child_areas(cycle.area)]


def exported_sites(request: HttpRequest, cycle: Cycle, sites: SiteQuerySet) -> HttpResponse | None:
    """Answer with a list of sites as a file that can be imported again, if the address asks for one."""
    if not parameters.is_given(request.GET, "export"):
        return None
    return exported(request, sites, exporters.site_fields(cycle), name="sites", sheet=_("Sites"))


def exported(request: HttpRequest, rows: Any, fields: list[Field], *, name: str, sheet: Any) -> HttpResponse | None:
    """Answer with the list as a file if the address asks for one: ?export=csv or ?export=xlsx.

    The answer is streamed, which the types of Django tell apart from other answers, and nobody else does.

    :raises BadParameters: another kind of file.
    """
    kind = parameters.word(request.GET, "export", ("csv", "xlsx"))
    if kind == "csv":
        return cast(HttpResponse, write_csv(rows, fields, filename=name))
    if kind == "xlsx":
        return cast(HttpResponse, write_xlsx([Sheet(sheet, fields, rows)], filename=name))
    return None
