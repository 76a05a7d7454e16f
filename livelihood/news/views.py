"""News: the public pages, and the desk that publishes and withdraws it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.paging import paginate
from livelihood.kernel.text import page_html
from livelihood.kernel.verdict import require
from livelihood.news import rules, selectors, services
from livelihood.news.filters import NewsFilter
from livelihood.news.forms import NewsForm, WithdrawForm
from livelihood.web.decorators import found, public_page

STEPS = ("save", "preview")


@public_page
@require_GET
def news_list(request: HttpRequest, area: str) -> HttpResponse:
    """List what an area's office has told, the newest first."""
    place: Area = found(cycles.area_at(area))
    filters = NewsFilter.on_page(request, selectors.news_of(place))
    page = paginate(filters.qs, selectors.ORDER, request.GET)
    context = {"area": place, "page": page, "count": filters.count, "is_filtered": bool(filters.chosen)}
    return render(request, "news/news_list.html", context)


@public_page
@require_GET
def news_item(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Show one notice; of one that was withdrawn, when and why."""
    place: Area = found(cycles.area_at(area))
    item = get_object_or_404(selectors.told(), area=place, pk=pk)
    return render(request, "news/news_item.html", {"area": place, "item": item, "body": page_html(item.text)})


@require_GET
def desk_news(request: HttpRequest, area: str) -> HttpResponse:
    """List what the office has told, withdrawn too."""
    place = _kept(request, area)
    filters = NewsFilter.on_page(request, selectors.kept_by(place))
    page = paginate(filters.qs, selectors.ORDER, request.GET)
    context = {"area": place, "page": page, "count": filters.count, "is_filtered": bool(filters.chosen)}
    return render(request, "news/desk_news.html", context)


@require_http_methods(["GET", "POST"])
@once
def news_publish(request: HttpRequest, area: str) -> HttpResponse:
    """Publish a notice; first it is shown as everybody will read it."""
    place, now = _kept(request, area), timezone.now()
    form = NewsForm(place, request.POST or None)
    if parameters.word(request.POST, "step", STEPS) == "preview" and form.is_valid():
        context = {"form": form, "area": place, "given": form.cleaned_data, "now": now}
        return render(request, "news/news_publish.html", context | {"body": page_html(form.cleaned_data["text"])})
    by = signed_in(request)
    if submit(form, lambda: services.publish_news(area=place, **form.cleaned_data, by=by, at=now)):
        return redirect("news:desk_news", area=place.slug)
    return show_form(request, "news/news_publish.html", form, {"area": place})


@require_http_methods(["GET", "POST"])
@once
def news_withdraw(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Withdraw a notice, with a reason that everybody reads."""
    place, now = _kept(request, area), timezone.now()
    item = get_object_or_404(selectors.kept_by(place), pk=pk)
    by = signed_in(request)
    require(rules.may_withdraw_news(by, item, now))
    form = WithdrawForm(request.POST or None)
    if submit(form, lambda: services.withdraw_news(item=item, **form.cleaned_data, by=by, at=now)):
        return redirect("news:desk_news", area=place.slug)
    context = {
        "title": _("Withdraw this notice"),
        "text": item.title,
        "label": _("Withdraw"),
        "cancel_url": reverse("news:desk_news", kwargs={"area": place.slug}),
    }
    return show_form(request, "form_page.html", form, context)


def _kept(request: HttpRequest, area: str) -> Area:
    """Return the area of the address, for somebody of its office.

    :raises Http404: no such area. :raises NotAllowed: not its livelihood office.
    """
    place: Area = found(cycles.area_at(area))
    require(rules.may_keep_news(signed_in(request), place, timezone.now()))
    return place
