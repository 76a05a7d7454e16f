"""Lists as files: a short one is answered at once, a long one is asked for, watched, handed out; and saved views."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from livelihood.accounts.attempts import Attempts
from livelihood.accounts.once import once
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import mandates_with, signed_in
from livelihood.cycles.models import Area, Cycle
from livelihood.jobs import pulse
from livelihood.jobs.models import JobState
from livelihood.kernel import parameters
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.filters import SEARCH_LENGTH
from livelihood.kernel.forms import submit
from livelihood.kernel.listings import Asked, Listing
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.uploads import CONTENT_TYPES, FileKind
from livelihood.kernel.verdict import require
from livelihood.lists import exporters, rules, selectors, services
from livelihood.lists.forms import SavedViewForm, office_name
from livelihood.lists.grids.declared import WORDS, grids
from livelihood.lists.grids.shown import Asking, view_url
from livelihood.lists.models import LONGEST_VIEW, ListFile
from livelihood.lists.states import ListFormat
from livelihood.web.decorators import cycle_view, found, public_form, public_page
from livelihood.web.progress import bar_of
from livelihood.web.throttles import AddressRate

AT_ONCE = 1_000
"""Rows; longer lists are written by a worker."""

FROM_ONE_ADDRESS = Attempts(
    "lists.files",
    12,
    ngettext_lazy(
        "Many long lists were written from here. Try again in %(minutes)s minute.",
        "Many long lists were written from here. Try again in %(minutes)s minutes.",
        "minutes",
    ),
    seconds=60 * 60,
)
"""Lists begun from one address without an account, so that one address cannot use up the hour of all the public."""


TAKING = AddressRate("lists.public", 100)


@public_form
@require_http_methods(["GET", "POST"])
@cycle_view
def public(request: HttpRequest, cycle: Cycle, listing: str) -> HttpResponse:
    """Answer with a public list of a year, or offer to have it written; a POST takes the order."""
    asked = Asked(request, cycle, None, timezone.now())
    return _answer(found(selectors.find_listing(listing, "lists:public")), asked)


@require_http_methods(["GET", "POST"])
@cycle_view
def of_year(request: HttpRequest, cycle: Cycle, listing: str) -> HttpResponse:
    """Do the same for a list of a year at the desk, which is for who may open its page."""
    asked = Asked(request, cycle, signed_in(request), timezone.now())
    return _answer(found(selectors.find_listing(listing, "lists:of_year")), asked)


@require_http_methods(["GET", "POST"])
def of_area(request: HttpRequest, area: str, listing: str) -> HttpResponse:
    """Do the same for a list of an area."""
    asked = Asked(request, get_object_or_404(Area, slug=area), signed_in(request), timezone.now())
    return _answer(found(selectors.find_listing(listing, "lists:of_area")), asked)


def _answer(listing: Listing, asked: Asked) -> HttpResponse:
    request, place, by = asked.request, asked.place, asked.by
    if by is None:
        TAKING.count(request, at=asked.at)
    require(rules.may_take(by, listing, place, asked.at))
    file_format = ListFormat(parameters.word(request.GET, "export", ListFormat.values, default=str(ListFormat.XLSX)))
    chosen = listing.chosen(asked)
    if listing.read is None:
        return _at_once(listing, asked, file_format, chosen, ())
    if request.method == "POST":
        with transaction.atomic():
            file = services.ask_for_file(
                listing=listing, place=place, rows=chosen, file_format=file_format, by=by, at=asked.at
            )
            if by is None and file.requested_at == asked.at:  # it was not kept already
                FROM_ONE_ADDRESS.failed(request, at=asked.at)
        return redirect(_address(file))
    keys = list(chosen.values_list("pk", flat=True)[: AT_ONCE + 1])
    if len(keys) <= AT_ONCE:
        return _at_once(listing, asked, file_format, selectors.in_order(listing.read(place), keys), keys)
    fingerprint, keys = selectors.fingerprint_of(listing, place, chosen, file_format, by)
    if kept := selectors.kept_file(fingerprint, asked.at):
        return redirect(_address(kept, "content"))
    query = "" if listing.back else parameters.without(request.GET, "export")
    context = {
        "title": listing.title,
        "count": len(keys),
        "kind": file_format.label,
        "back_url": f"{_page(listing, place)}?{query}" if query else _page(listing, place),
        "is_own": by is not None,
        "base": _base(by),
    }
    return render(request, "lists/file_ask.html", context)


def _at_once(listing: Listing, asked: Asked, file_format: ListFormat, rows: Any, keys: Sequence[int]) -> HttpResponse:
    content = exporters.written(listing, asked.place, file_format, rows, keys)
    if asked.by is not None:
        services.note_taking(listing=listing, place=asked.place, by=asked.by, at=asked.at)
    return _kept_by_nobody(_download(listing, asked.place, file_format, content))


def _download(listing: Listing, place: Cycle | Area, file_format: ListFormat, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPES[FileKind(file_format)])
    name = exporters.file_name(listing, place, file_format)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _kept_by_nobody(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(listing: Listing, place: Cycle | Area) -> str:
    """Address the page of a list, or the one that it leads back to."""
    name = listing.back or listing.page
    return place.address(name) if isinstance(place, Cycle) else reverse(name, kwargs={"area": place.slug})


def _address(file: ListFile, part: str = "file") -> str:
    """Address the page of a file, or what it holds."""
    if file.requested_by_id is None and file.cycle is not None:
        return file.cycle.address(f"lists:public_{part}", pk=file.pk)
    return reverse(f"lists:own_{part}", kwargs={"pk": file.pk})


def _base(by: object) -> str:
    return "base.html" if by is None else "base_desk.html"


@public_form
@require_http_methods(["GET", "POST"])
@cycle_view
def public_file(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Show how far a public file is, and hand it out; a POST tries again what failed."""
    return _watch(request, found(selectors.find_file(pk, by=None, cycle=cycle)), timezone.now())


@require_http_methods(["GET", "POST"])
def own_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far one's own file is, and hand it out; a POST tries again what failed."""
    now = timezone.now()
    return _watch(request, _own(request, pk, now), now)


def _own(request: HttpRequest, pk: int, at: datetime) -> ListFile:
    """Return one's own file, if its page may still be opened."""
    by = signed_in(request)
    file: ListFile = found(selectors.find_file(pk, by=by))
    require(rules.may_take(by, selectors.listing_of(file), selectors.place_of(file), at))
    request.cycle = file.cycle  # type: ignore[attr-defined]  # the context processor draws the header from it
    return file


def _watch(request: HttpRequest, file: ListFile, at: datetime) -> HttpResponse:
    by, listing = file.requested_by, selectors.listing_of(file)
    if request.method == "POST":
        return redirect(_address(services.retry_file(file=file, by=by, at=at)))
    bar = bar_of(
        file.job,
        label=_("%(list)s, %(kind)s") % {"list": listing.title, "kind": file.get_file_format_display()},
        address=_address(file),
        standstill=pulse.standstill(at=at),
        result_url=_address(file, "content"),
        result_label=_("Download the file"),
        is_listed=False,
    )
    context = {
        "title": listing.title,
        "bar": bar,
        "has_failed": file.job.state == JobState.FAILED,
        "is_forgotten": file.job.state == JobState.DONE and not selectors.is_kept(file, at),
        "back_url": _page(listing, selectors.place_of(file)),
        "is_own": by is not None,
        "base": _base(by),
    }
    return render(request, "lists/file_wait.html", context)


@public_page
@require_GET
@cycle_view
def public_content(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Hand out a written public file."""
    return _content(found(selectors.find_file(pk, by=None, cycle=cycle)), timezone.now())


@require_GET
def own_content(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out one's own file."""
    now = timezone.now()
    file = _own(request, pk, now)
    response = _kept_by_nobody(_content(file, now))
    place = selectors.place_of(file)
    services.note_taking(listing=selectors.listing_of(file), place=place, by=signed_in(request), at=now)
    return response


def _content(file: ListFile, at: datetime) -> HttpResponse:
    content = found(selectors.content_of(file, at))
    return _download(selectors.listing_of(file), selectors.place_of(file), ListFormat(file.file_format), content)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def saved_views(request: HttpRequest, cycle: Cycle, grid: str) -> HttpResponse:
    """Show the views of a list that one may open; a POST saves the one that the address asks for, or changes one."""
    by, now = signed_in(request), timezone.now()
    require(rules.may_keep_views(by, cycle, now))
    shown = found(grids().get(grid))
    views = selectors.views_of(grid, by, now)
    verb = parameters.word(request.POST, "verb", ("choose", "leave", "drop"))
    if verb:
        pk = parameters.whole(request.POST, "view")
        view = found(next((view for view in views if view.pk == pk), None))
        if verb == "drop":
            services.drop_view(view=view, by=by, at=now)
        else:
            services.choose_view(view=view, is_usual=verb == "choose", by=by, at=now)
        return redirect(request.get_full_path())
    Asking(shown, request, cycle, by, now).check()
    query = shown.kept_of(request.GET)
    if len(query) > LONGEST_VIEW:
        raise InvalidInput(_("This address is longer than a view keeps. Take filters or columns away."))
    form = SavedViewForm(mandates_with(by, Permission.READ_DESK, now), request.POST or None)
    saved = submit(form, lambda: services.save_view(grid=grid, query=query, **form.cleaned_data, by=by, at=now))
    if saved:
        return redirect(view_url(shown, saved.result, cycle))
    back = cycle.address(shown.page)
    context = {
        "words": parameters.text(request.GET, WORDS, most=SEARCH_LENGTH),
        "title": shown.title,
        "kept": [(view, view_url(shown, view, cycle), office_name(view) if view.area else "") for view in views],
        "back_url": f"{back}?{query}" if query else f"{back}?saved=0",
    }
    return show_form(request, "lists/saved_views.html", form, context)
