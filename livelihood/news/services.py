"""News is published, and withdrawn with a reason."""

from datetime import datetime

from django.db import transaction

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require
from livelihood.news import rules
from livelihood.news.acts import NewsAct
from livelihood.news.models import NewsItem

TITLE_LENGTH = (4, 100)
TEXT_LENGTH = (10, 4_000)
REASON_LENGTH = (4, 500)


@transaction.atomic
def publish_news(*, area: Area, cycle: Cycle | None, title: str, text: str, by: User, at: datetime) -> NewsItem:
    """Tell everybody something about an area or one of its years. text: Markdown.

    :raises NotAllowed: not the livelihood office of the area, or a year that is no draft and not closed is not named.
    :raises BadText: title or text is missing or too long.
    """
    if cycle is not None:
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    require(rules.may_publish_news(by, area, cycle, at))
    item = NewsItem.objects.create(
        area=area,
        cycle=cycle,
        title=_text("title", title, TITLE_LENGTH, multiline=False),
        text=_text("text", text, TEXT_LENGTH),
        published_at=at,
        published_by=by,
    )
    record(NewsAct.PUBLISHED, item, by=by, at=at)
    return item


@transaction.atomic
def withdraw_news(*, item: NewsItem, reason: str, by: User, at: datetime) -> NewsItem:
    """Take a notice back: it is read no longer, and its address says when and why.

    :raises NotAllowed: not the livelihood office of the area, or withdrawn already.
    :raises BadText: without a reason.
    """
    item = NewsItem.objects.select_for_update(of=("self",)).select_related("area").get(pk=item.pk)
    require(rules.may_withdraw_news(by, item, at))
    item.why_withdrawn = _text("reason", reason, REASON_LENGTH)
    item.withdrawn_at, item.withdrawn_by = at, by
    item.save(update_fields=["why_withdrawn", "withdrawn_at", "withdrawn_by"])
    record(NewsAct.WITHDRAWN, item, by=by, at=at, reason=item.why_withdrawn)
    return item


def _text(field: str, value: str, bounds: tuple[int, int], *, multiline: bool = True) -> str:
    least, most = bounds
    return clean_text(value, min_length=least, max_length=most, multiline=multiline, field=field)
