"""The organisations of an area and of those below it."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from livelihood.accounts.once import once
from livelihood.accounts.seen import mark_of
from livelihood.accounts.selectors import signed_in
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.states import OrganisationKind
from livelihood.imports import selectors as imports
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.paging import paginate
from livelihood.kernel.verdict import require
from livelihood.places import rules, selectors, services
from livelihood.places.filters import OrganisationFilter
from livelihood.places.forms import EndForm, MergeForm, OrganisationEditForm, OrganisationForm, RenameForm
from livelihood.places.hanging import hanging_on, named
from livelihood.places.views._history import show_history
from livelihood.web.decorators import found


def _kept(request: HttpRequest, area: str) -> Area:
    """Return the area of the address, for somebody who may keep its organisations."""
    place: Area = found(cycles.area_at(area))
    require(rules.may_keep_organisations(signed_in(request), place, timezone.now()))
    return place


def _one(request: HttpRequest, area: str, pk: int) -> tuple[Area, Organisation]:
    """Return area and organisation of the address, for somebody who keeps the area's: they see those below it, too."""
    place = _kept(request, area)
    row: Organisation = found(selectors.find_organisation(place, pk))
    return place, row


def _own(request: HttpRequest, area: str, pk: int) -> tuple[Area, Organisation]:
    """Return area and organisation of the address, for somebody who may change it."""
    place, row = _one(request, area, pk)
    require(rules.may_keep_organisations(signed_in(request), row.area, timezone.now()))
    return place, row


@require_GET
def organisation_list(request: HttpRequest, area: str) -> HttpResponse:
    """List the organisations of an area and of those below it."""
    place = _kept(request, area)
    filters = OrganisationFilter.on_page(request, selectors.organisations_in(place))
    chosen = filters.qs
    context = {
        "area": place,
        "page": paginate(chosen, selectors.ORGANISATION_ORDER, request.GET),
        "count": chosen.count(),
        "kinds": OrganisationKind.choices,
        "validity": filters.filters["valid"].extra["choices"],
        "areas": [(place.code, place.name), *((one.code, one.name) for one in cycles.child_areas(place))],
        "is_filtered": bool(filters.chosen),
    }
    return render(request, "places/organisation_list.html", context)


@require_http_methods(["GET", "POST"])
@once
def organisation_add(request: HttpRequest, area: str) -> HttpResponse:
    """Enter an organisation."""
    place = _kept(request, area)
    form = OrganisationForm(request.POST or None, area=place)
    now = timezone.now()
    if made := submit(
        form, lambda: services.add_organisation(area=place, **form.given(), by=signed_in(request), at=now)
    ):
        return redirect("places:organisation", area=place.slug, pk=made.result.pk)
    return show_form(request, "places/organisation_add.html", form, {"area": place})


@require_GET
def organisation(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Show an organisation; one that was merged leads to the one that took its place."""
    place, row = _one(request, area, pk)
    if row.merged_into is not None:
        where = place if place.contains(row.merged_into.area) else row.merged_into.area
        return redirect("places:organisation", area=where.slug, pk=row.merged_into.pk)
    now = timezone.now()
    context = {
        "area": place,
        "organisation": row,
        "aliases": row.aliases.order_by("name"),
        "former_names": row.former_names.order_by("-until", "-pk"),
        "merged_from": row.merged_from.select_related("area").order_by("-valid_to", "pk"),
        "below": row.children.order_by("name_zh", "pk"),
        "may_keep": rules.may_keep_organisations(signed_in(request), row.area, now),
    }
    return render(request, "places/organisation_detail.html", context)


@require_GET
def organisation_history(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Show what was done to an organisation, by pages and by sheets, with the old values."""
    place, row = _one(request, area, pk)
    page = reverse("places:organisation", kwargs={"area": place.slug, "pk": row.pk})
    return show_history(request, place, row, back=(page, (row.merged_into or row).name))


@require_http_methods(["GET", "POST"])
@once
def organisation_edit(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Correct what is known of an organisation."""
    place, row = _own(request, area, pk)
    seen = mark_of(row, along=imports.imports_into(row))
    place, row = _own(request, area, pk)  # anew, with the one above: no older than its mark
    names = ("name_en", "kind", "parent", "contact", "phone", "valid_from")
    initial = {"seen": seen} | {name: getattr(row, name) for name in names}
    initial["aliases"] = "\n".join(row.aliases.order_by("name").values_list("name", flat=True))
    form = OrganisationEditForm(request.POST or None, area=row.area, organisation=row, initial=initial)
    now, by, act = timezone.now(), signed_in(request), services.revise_organisation
    if submit(form, lambda: act(organisation=row, values=form.given(), seen=form.cleaned_data["seen"], by=by, at=now)):
        return redirect("places:organisation", area=place.slug, pk=row.pk)
    return show_form(request, "places/organisation_edit.html", form, {"area": place, "organisation": row})


@require_http_methods(["GET", "POST"])
@once
def organisation_rename(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Give an organisation another name; the old one stays in sight."""
    place, row = _own(request, area, pk)
    now = timezone.now()
    form = RenameForm(request.POST or None, initial={"until": timezone.localdate(now) - timedelta(days=1)})
    if submit(
        form,
        lambda: services.rename_organisation(organisation=row, **form.cleaned_data, by=signed_in(request), at=now),
    ):
        return redirect("places:organisation", area=place.slug, pk=row.pk)
    return show_form(request, "places/organisation_rename.html", form, {"area": place, "organisation": row})


@require_http_methods(["GET", "POST"])
@once
def organisation_merge(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Merge an organisation into another, after saying what goes over and what stays."""
    place, row = _own(request, area, pk)
    form = MergeForm(request.POST or None, area=place, organisation=row)
    now = timezone.now()
    if submit(
        form,
        lambda: services.merge_organisation(organisation=row, **form.cleaned_data, by=signed_in(request), at=now),
    ):
        return redirect("places:organisation", area=place.slug, pk=row.pk)
    context = {"area": place, "organisation": row, "hanging": named(hanging_on(row, now))}
    return show_form(request, "places/organisation_merge.html", form, context)


@require_http_methods(["GET", "POST"])
def organisation_end(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Say until when an organisation exists."""
    place, row = _own(request, area, pk)
    seen = mark_of(row, along=imports.imports_into(row))
    form = EndForm(request.POST or None, initial={"seen": seen, "last_day": row.valid_to})
    now = timezone.now()
    if submit(
        form, lambda: services.end_organisation(organisation=row, **form.cleaned_data, by=signed_in(request), at=now)
    ):
        return redirect("places:organisation", area=place.slug, pk=row.pk)
    context = {"area": place, "organisation": row, "hanging": named(hanging_on(row, now))}
    return show_form(request, "places/organisation_end.html", form, context)
