"""Addresses of the portal and, under /try/, one page of each kind that the frame has rules for."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from livelihood import urls
from livelihood.kernel.errors import Conflict, NotReady
from livelihood.web.decorators import public_form, public_page


@public_page
def public(request: HttpRequest) -> HttpResponse:
    return HttpResponse("public")


@public_page
def absent(request: HttpRequest) -> HttpResponse:
    return HttpResponse("absent", status=404)


@public_form
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"sent {request.POST.get('matter', '')}")


@public_form
def broken(request: HttpRequest, code: str) -> HttpResponse:
    raise ValueError(f"cannot store {request.POST['matter']}")


@login_not_required
def conflict(request: HttpRequest) -> HttpResponse:
    raise Conflict


@login_not_required
def unready(request: HttpRequest) -> HttpResponse:
    raise NotReady(["Two suggestions have no reply.", "One sheet is missing."])


def private(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.get_username())


urlpatterns = [
    path("try/public/", public),
    path("try/absent/", absent),
    path("try/form/", form),
    path("try/broken/<str:code>/", broken),
    path("try/conflict/", conflict),
    path("try/unready/", unready),
    path("try/private/", private),
    *urls.urlpatterns,
]
