"""What was done to an area or an organisation, by pages and by sheets."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Area, Organisation
from livelihood.imports.exporters import shown_traces
from livelihood.kernel.paging import paginate
from livelihood.places import selectors
from livelihood.places.filters import HistoryFilter
from livelihood.portal import journals


def show_history(request: HttpRequest, place: Area, row: Area | Organisation, back: tuple[str, str]) -> HttpResponse:
    """Show what was done to an object of a place, with the old values. back: address and name of where it is kept."""
    entries = HistoryFilter.on_page(request, selectors.history_of(row)).qs
    page = paginate(entries, ["-pk"], request.GET)
    context = {
        "area": place,
        "row": row,
        "back_url": back[0],
        "back_label": back[1],
        "page": page,
        "rows": journals.journal_rows(page.rows),
        "count": entries.count(),
        "traces": shown_traces(row._meta.label_lower, row.pk, reader=signed_in(request), at=timezone.now()),
    }
    return render(request, "places/history.html", context)
