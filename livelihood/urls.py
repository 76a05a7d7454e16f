"""Map of the house: /<area>/<year>/… public, /desk/… staff, /booth/… deputies, /api/v1/… data.

Chinese has no prefix; English pages live under /en/: an address says its language, and a proxy may keep the page.
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path

from livelihood.portal import manners
from livelihood.web import views as web

urlpatterns = [
    path("health/live", web.live, name="live"),
    path("health/ready", web.ready, name="ready"),
    path("metrics", web.prometheus, name="metrics"),
    path("robots.txt", manners.robots, name="robots"),
    path("sitemap.xml", manners.sitemap, name="sitemap"),
    path(".well-known/security.txt", manners.security, name="security"),
    path("favicon.ico", manners.icon, {"name": "favicon.ico"}, name="favicon"),
    path("apple-touch-icon.png", manners.icon, {"name": "apple-touch-icon.png"}, name="touch_icon"),
    path("theme.css", manners.theme, name="theme"),
    path("pictures/<slug:key>/<int:number>.png", manners.picture, name="picture"),
    re_path(r"^(?P<name>[A-Za-z0-9_-]{1,100}\.(?:txt|html))$", manners.check_file, name="check_file"),
    path("api/", include("livelihood.api")),
    *i18n_patterns(
        # The first: when suggestions come by the thousand, each address that is tried before theirs costs.
        path("", include("proposals.urls")),
        path("", include("livelihood.accounts.urls")),
        path("", include("livelihood.imprint.urls")),
        path("", include("livelihood.inbox.urls")),
        path("", include("livelihood.imports.urls")),
        path("", include("livelihood.lists.urls")),
        path("", include("livelihood.news.urls")),
        path("", include("livelihood.privacy.urls")),
        path("", include("livelihood.portal.urls")),
        path("", include("voting.urls")),
        path("", include("projects.urls")),
        path("", include("projects.surveys.urls")),
        path("", include("projects.reports.urls")),
        # The last: /<area>/ is whatever no other page is.
        path("", include("livelihood.places.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "livelihood.web.views.bad_request"
handler404 = "livelihood.web.views.not_found"
handler500 = "livelihood.web.views.server_error"
