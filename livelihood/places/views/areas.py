"""The areas below one's own: loading, adding, naming, ending."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from livelihood.accounts.once import once
from livelihood.accounts.seen import mark_of
from livelihood.accounts.selectors import signed_in
from livelihood.cycles import areas as shipped
from livelihood.cycles import selectors as cycles
from livelihood.cycles.areas import country
from livelihood.cycles.models import Area
from livelihood.cycles.states import Level, is_lower
from livelihood.imports import selectors as imports
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.paging import paginate
from livelihood.kernel.verdict import require
from livelihood.places import rules, selectors, services
from livelihood.places.filters import PlaceFilter
from livelihood.places.forms import AreaEditForm, AreaEndForm, AreaForm, LoadForm, ProvinceForm, RenameForm
from livelihood.places.hanging import hanging_on, named
from livelihood.places.views._history import show_history
from livelihood.web.decorators import found


def kept(request: HttpRequest, area: str) -> Area:
    """Return the area of the address, for somebody who may keep what lies below it.

    :raises Http404: no such area. :raises NotAllowed: not its administrator.
    """
    place: Area = found(cycles.area_at(area))
    require(rules.may_keep_areas(signed_in(request), place, timezone.now()))
    return place


@require_GET
def area_list(request: HttpRequest, area: str) -> HttpResponse:
    """List what lies below an area, what has ended too."""
    place = kept(request, area)
    below = cycles.areas_within(place).exclude(pk=place.pk).select_related("parent", "successor")
    filters = PlaceFilter.on_page(request, below)
    chosen = filters.qs if filters.chosen else filters.qs.filter(parent=place)
    context = {
        "area": place,
        "page": paginate(chosen, ["code"], request.GET),
        "count": chosen.count(),
        "levels": [(level.value, level.label) for level in levels_below(place)],
        "is_filtered": bool(filters.chosen),
        "may_go_up": place.parent and rules.may_keep_areas(signed_in(request), place.parent, timezone.now()).ok,
        "names": place.former_names.order_by("-until", "-pk"),
        "table": country.source(),
        "has_townships": place.level != Level.TOWNSHIP,
    }
    return render(request, "places/area_list.html", context)


def levels_below(place: Area) -> list[Level]:
    """Return the levels that may lie below an area."""
    return [level for level in Level if is_lower(level, Level(place.level))]


@require_GET
def area_history(request: HttpRequest, area: str) -> HttpResponse:
    """Show what was done to an area itself, by pages and by sheets, with the old values."""
    place: Area = found(cycles.area_at(area))
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_history(user, place, now))
    page = "places:areas" if rules.may_keep_areas(user, place, now) else "portal:area_journal"
    return show_history(request, place, place, back=(reverse(page, kwargs={"area": place.slug}), place.name))


@require_http_methods(["GET", "POST"])
@once
def provinces(request: HttpRequest, area: str) -> HttpResponse:
    """Load a province of the country that is not there yet; whoever may not is told why."""
    place = kept(request, area)
    now, user = timezone.now(), signed_in(request)
    may_load = rules.may_load_province(user, None, now)
    if request.method == "POST":
        require(may_load)
    known = set(selectors.provinces().values_list("code", flat=True))
    choices = [(code, name) for code, name, _english in country.provinces() if code not in known]
    form = ProvinceForm(request.POST or None, choices=choices)
    if submit(form, lambda: services.load_province(code=form.cleaned_data["code"], by=user, at=now)):
        return redirect("places:area", area=Area.objects.get(code=form.cleaned_data["code"]).slug)
    context = {"area": place, "known": selectors.provinces(), "table": country.source(), "may_load": may_load}
    return show_form(request, "places/province_load.html", form, context)


@require_http_methods(["GET", "POST"])
@once
def area_load(request: HttpRequest, area: str) -> HttpResponse:
    """Show what loading a province down to its counties would change, and load it."""
    place = kept(request, area)
    now, user = timezone.now(), signed_in(request)
    rows = country.of_province(place.code) if place.parent_id is None else ()
    return _load(request, place, rows, lambda: services.load_province(code=place.code, by=user, at=now))


@require_http_methods(["GET", "POST"])
@once
def townships(request: HttpRequest, area: str) -> HttpResponse:
    """Show what loading all townships in an area would change, and load them."""
    place = kept(request, area)
    now, user = timezone.now(), signed_in(request)
    rows = selectors.townships_of_table(place)
    return _load(request, place, rows, lambda: services.load_below(area=place, by=user, at=now))


def _load(request: HttpRequest, place: Area, rows: Sequence[shipped.AreaRow], act: Callable[[], int]) -> HttpResponse:
    form = LoadForm(request.POST if request.method == "POST" else None)
    if submit(form, act):
        return redirect("places:areas", area=place.slug)
    found_rows = shipped.differences(rows, source=country.source())
    new = [one.row for one in found_rows if one.area is None]
    context = {
        "area": place,
        "table": country.source(),
        "new": new,
        "groups": selectors.grouped_by_area_above(new),
        "changed": [one for one in found_rows if one.area is not None],
    }
    return show_form(request, "places/area_load.html", form, context)


@require_http_methods(["GET", "POST"])
@once
def area_add(request: HttpRequest, area: str) -> HttpResponse:
    """Add an area below another."""
    place = kept(request, area)
    form = AreaForm(request.POST or None, parent=place)
    now = timezone.now()
    if submit(form, lambda: services.add_area(parent=place, **form.given(), by=signed_in(request), at=now)):
        return redirect("places:areas", area=place.slug)
    return show_form(request, "places/area_add.html", form, {"area": place})


@require_http_methods(["GET", "POST"])
def area_edit(request: HttpRequest, area: str) -> HttpResponse:
    """Correct what is known of an area."""
    place = kept(request, area)
    names, seen = (
        ("name_en", "valid_from", "longitude", "latitude", "source"),
        mark_of(place, along=imports.imports_into(place)),
    )
    form = AreaEditForm(request.POST or None, initial={"seen": seen} | {name: getattr(place, name) for name in names})
    now, by, act = timezone.now(), signed_in(request), services.revise_area
    if submit(form, lambda: act(area=place, values=form.cleaned_data, seen=form.cleaned_data["seen"], by=by, at=now)):
        return redirect("places:areas", area=place.slug)
    return show_form(request, "places/area_edit.html", form, {"area": place})


@require_http_methods(["GET", "POST"])
@once
def area_rename(request: HttpRequest, area: str) -> HttpResponse:
    """Give an area another name; the old one stays in sight."""
    place = kept(request, area)
    now = timezone.now()
    form = RenameForm(request.POST or None, initial={"until": timezone.localdate(now) - timedelta(days=1)})
    if submit(form, lambda: services.rename_area(area=place, **form.cleaned_data, by=signed_in(request), at=now)):
        return redirect("places:areas", area=place.slug)
    return show_form(request, "places/area_rename.html", form, {"area": place})


@require_http_methods(["GET", "POST"])
def area_end(request: HttpRequest, area: str) -> HttpResponse:
    """Say until when an area exists, and into which it was merged."""
    place = kept(request, area)
    now, user = timezone.now(), signed_in(request)
    initial = {"last_day": place.valid_to, "successor": place.successor}
    form = AreaEndForm(request.POST or None, area=place, initial=initial)
    if submit(form, lambda: services.end_area(area=place, **form.cleaned_data, by=user, at=now)):
        return redirect("places:areas", area=(place.parent or place).slug)
    context = {"area": place, "hanging": named(hanging_on(place, now))}
    return show_form(request, "places/area_end.html", form, context)
