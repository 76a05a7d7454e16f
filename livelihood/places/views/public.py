"""The page of an area, for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from livelihood.cycles import selectors as cycles
from livelihood.kernel.methods import require_GET
from livelihood.places import selectors
from livelihood.web.decorators import found, public_page


@public_page
@require_GET
def area(request: HttpRequest, area: str) -> HttpResponse:
    """Show an area: its years and those above, what lies below it with theirs, what it was called before."""
    place = found(cycles.area_at(area))
    page = selectors.area_page(place, timezone.now())
    return render(request, "places/area_detail.html", {"page": page, "is_demo": page.is_demo})
