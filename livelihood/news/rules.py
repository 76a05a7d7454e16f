"""Who may tell everybody something, and take it back."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.verdict import YES, Verdict, no
from livelihood.news.models import NewsItem


def may_keep_news(user: Person, area: Area, at: datetime) -> Verdict:
    """May: the livelihood office of the area."""
    if accounts.has(user, Permission.PUBLISH_NEWS, area, at):
        return YES
    return no(_("Only the livelihood office of this area may publish news."))


def may_publish_news(user: Person, area: Area, cycle: Cycle | None, at: datetime) -> Verdict:
    """May: the livelihood office of the area; of a year, once it has begun and until it is closed."""
    verdict = may_keep_news(user, area, at)
    if not verdict or cycle is None:
        return verdict
    if cycle.area_id != area.pk:
        return no(_("This year belongs to another area."))
    if cycle.phase in {Phase.DRAFT, Phase.CLOSED}:
        return no(_("News is told of a year that has begun and is not closed."))
    return YES


def may_withdraw_news(user: Person, item: NewsItem, at: datetime) -> Verdict:
    """May: the livelihood office of the area, once."""
    verdict = may_keep_news(user, item.area, at)
    if verdict and item.withdrawn_at is not None:
        return no(_("This notice has been withdrawn already."))
    return verdict
