"""Map of the house: /<area>/<year>/… public, /desk/… staff, /booth/… deputies, /api/v1/… data.

Chinese has no prefix; English pages live under /en/: an address says its language, and a proxy may keep the page.
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from livelihood.web import views as web

urlpatterns = [
    path("health/live", web.live, name="live"),
    path("health/ready", web.ready, name="ready"),
    path("metrics", web.prometheus, name="metrics"),
    path("api/", include("livelihood.api")),
    *i18n_patterns(
        path("", include("livelihood.accounts.urls")),
        path("", include("livelihood.portal.urls")),
        path("", include("proposals.urls")),
        path("", include("voting.urls")),
        path("", include("projects.urls")),
        path("", include("projects.surveys.urls")),
        path("", include("projects.reports.urls")),
        prefix_default_language=False,
    ),
]

handler404 = "livelihood.web.views.not_found"
