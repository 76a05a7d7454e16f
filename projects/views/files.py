"""Long lists of sites as files: asked for, watched, handed out. The files are public, as the lists are."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from livelihood.accounts.attempts import Attempts
from livelihood.accounts.models import User
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.jobs import pulse
from livelihood.jobs.models import JobState
from livelihood.kernel import parameters
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.uploads import CONTENT_TYPES, Kind
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found, public_form, public_page
from livelihood.web.progress import Bar, bar_of
from projects import rules, selectors, services
from projects.models import Site, SiteFile
from projects.querysets import SiteQuerySet
from projects.selectors import files
from projects.states import ListFormat
from projects.views.public import site_filters

FROM_ONE_ADDRESS = Attempts(
    "projects.site_files",
    12,
    ngettext_lazy(
        "Many long lists were written from here. Try again in %(minutes)s minute.",
        "Many long lists were written from here. Try again in %(minutes)s minutes.",
        "minutes",
    ),
    seconds=60 * 60,
)
"""Lists begun from one address without an account, so that one address cannot use up the hour of all the public."""


@public_form
@require_http_methods(["GET", "POST"])
@cycle_view
def ask(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Offer to have a long list written, and take the order."""
    return _ask(request, cycle, Site.objects.for_cycle(cycle), None, back="sites")


@require_http_methods(["GET", "POST"])
@cycle_view
def desk_ask(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Do the same at the desk, for the sites that this person may open."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_desk(user, cycle, now))
    return _ask(request, cycle, selectors.sites_seen(cycle, user, now), user, back="desk_sites")


def _ask(request: HttpRequest, cycle: Cycle, sites: SiteQuerySet, by: User | None, *, back: str) -> HttpResponse:
    filters, order = site_filters(request, sites)
    chosen = filters.qs.order_by(*order)
    kind = ListFormat(parameters.word(request.GET, "export", ListFormat.values, default=ListFormat.XLSX))
    if request.method == "POST":
        now = timezone.now()
        with transaction.atomic():
            file = services.ask_for_site_file(cycle=cycle, sites=chosen, file_format=kind, by=by, at=now)
            if by is None and file.requested_at == now:  # it was not kept already
                FROM_ONE_ADDRESS.failed(request, at=now)
        return redirect(cycle.address("projects:site_file", pk=file.pk))
    context = {
        "count": chosen.count(),
        "kind": kind.label,
        "back_url": cycle.address(f"projects:{back}"),
        "is_desk": by is not None,
        "base": "base.html" if by is None else "base_desk.html",
    }
    return render(request, "projects/file_ask.html", context)


@public_form
@require_http_methods(["GET", "POST"])
@cycle_view
def file(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Show how far a file is, and hand it out; a POST tries again what failed."""
    file = found(files.find_site_file(cycle, pk))
    if request.method == "POST":
        file = services.retry_site_file(file=file, by=None, at=timezone.now())
        return redirect(cycle.address("projects:site_file", pk=pk))
    context = {"file": file, "bar": _bar(cycle, file), "has_failed": file.job.state == JobState.FAILED}
    return render(request, "projects/file_wait.html", context)


def _bar(cycle: Cycle, file: SiteFile) -> Bar:
    return bar_of(
        file.job,
        label=_("List of sites, %(kind)s") % {"kind": file.get_file_format_display()},
        address=cycle.address("projects:site_file", pk=file.pk),
        standstill=pulse.standstill(at=timezone.now()),
        result_url=cycle.address("projects:site_file_content", pk=file.pk),
        result_label=_("Download the file"),
        is_listed=False,
    )


@public_page
@require_GET
@cycle_view
def content(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Hand out a written file."""
    file = found(files.find_site_file(cycle, pk))
    response = HttpResponse(found(files.content_of(file)), content_type=CONTENT_TYPES[Kind(file.file_format)])
    name = f"sites-{cycle.area.code}-{cycle.year}.{file.file_format}"
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
