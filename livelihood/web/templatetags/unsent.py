"""What becomes of what somebody has sent when the portal breaks or is away: said by the kind of page it came from."""

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Text

register = template.Library()

DRAFTS = {"proposals:suggest"}
"""Addresses whose form a script keeps in the browser (templates/components/draft.html)."""

BALLOTS = {"voting:ballot"}
"""Addresses of which no browser may keep what was chosen."""

LOOK_AGAIN = _("Wait a minute and open the page again.")
KEPT = _(
    "What you typed is kept in this browser where scripts run. Go back, wait a minute and send it again: it is counted "
    "once."
)
CHOOSE_AGAIN = _(
    "Nothing was kept of your marks on this device. Wait a minute, go back and choose again: a ballot that is sent "
    "twice counts once. Where the page says that you have voted, your ballot is in the urn."
)
SEND_AGAIN = _("This browser may not have kept what you typed. Go back, wait a minute and send it again.")


@register.simple_tag(takes_context=True)
def after_failure(context: Context) -> Text:
    """Say what somebody is to do whose request was not answered. It asks no database."""
    request: HttpRequest | None = context.get("request")
    if request is None or request.method in {"GET", "HEAD"}:
        return LOOK_AGAIN
    try:
        name = resolve(request.path_info).view_name
    except Resolver404:
        return SEND_AGAIN
    if name in BALLOTS:
        return CHOOSE_AGAIN
    return KEPT if name in DRAFTS else SEND_AGAIN
