"""Addresses of the API: schema, readable page, and the endpoints each room offers."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
from rest_framework.routers import APIRootView, DefaultRouter

from livelihood.portal import api as portal
from livelihood.web import views
from projects import api as projects
from projects.reports import api as reports
from projects.surveys import api as surveys
from proposals import api as proposals
from voting import api as voting


class Endpoints(APIRootView):
    """The endpoints of the API; every page of them, and its parameters, is described in /api/schema/."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class Router(DefaultRouter):
    """Addresses of the endpoints, and a list of them at the root."""

    APIRootView = Endpoints
    include_format_suffixes = False
    root_view_name = "api_root"


router = Router()
for room in (portal, proposals, voting, projects, surveys, reports):
    for prefix, viewset in room.ENDPOINTS:
        router.register(prefix, viewset, basename=prefix)

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", views.api_docs, name="docs"),
    path("v1/", include(router.urls)),
]
