"""What the pages of sites share: keys against double sends, paging, choices of area, exports."""

import secrets
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.exports import Field, Sheet, write_csv, write_xlsx
from projects import exporters
from projects.querysets import SiteQuerySet
from projects.selectors import files
from projects.states import ListFormat

EXPORTED_AT_ONCE = 1_000
"""Rows; longer lists are written by a worker."""


def fresh_key() -> str:
    """Return a key that makes sending a form twice one act."""
    return secrets.token_hex(16)


def exported_sites(request: HttpRequest, cycle: Cycle, sites: SiteQuerySet, *, ask: str) -> HttpResponse | None:
    """Answer with a list of sites as a file that can be imported again, if the address asks for one.

    A long list is a file that a worker writes: the kept one is given, or the way to ask for it.

    ask: name of the page on which a long list is asked for.
    """
    kind = parameters.word(request.GET, "export", ListFormat.values)
    if not kind:
        return None
    if sites.order_by()[: EXPORTED_AT_ONCE + 1].count() <= EXPORTED_AT_ONCE:
        return exported(request, sites, exporters.site_fields(cycle), name="sites", sheet=exporters.SHEET)
    fingerprint, _keys = files.fingerprint_of(cycle, sites, ListFormat(kind))
    if kept := files.kept_site_file(fingerprint):
        return redirect(cycle.address("projects:site_file_content", pk=kept.pk))
    return redirect(f"{cycle.address(f'projects:{ask}')}?{request.GET.urlencode()}")


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
