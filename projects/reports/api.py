"""Announcements, their sites, and finished reports under /api/v1/."""

from rest_framework.viewsets import ViewSetMixin

from livelihood.web.viewsets import PublicReadViewSet
from projects.reports import selectors
from projects.reports.filters import AnnouncedSiteFilter, AnnouncementFilter, ReportFilter
from projects.reports.serializers import AnnouncedSiteSerializer, AnnouncementSerializer, ReportSerializer


class AnnouncementViewSet(PublicReadViewSet):
    """Announcements, one a year and area."""

    queryset = selectors.all_announcements()
    serializer_class = AnnouncementSerializer
    filterset_class = AnnouncementFilter


class AnnouncedSiteViewSet(PublicReadViewSet):
    """Sites as they were announced."""

    found_first = True
    queryset = selectors.all_announced_sites()
    serializer_class = AnnouncedSiteSerializer
    filterset_class = AnnouncedSiteFilter


class ReportViewSet(PublicReadViewSet):
    """Finished reports with their figures."""

    queryset = selectors.all_published()
    serializer_class = ReportSerializer
    filterset_class = ReportFilter


ENDPOINTS: list[tuple[str, type[ViewSetMixin]]] = [
    ("announcements", AnnouncementViewSet),
    ("announced-sites", AnnouncedSiteViewSet),
    ("reports", ReportViewSet),
]
