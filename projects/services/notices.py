"""Notices: issued by the clock, answered, checked, closed."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen
from livelihood.audit.selectors import acted_on_since
from livelihood.audit.services import entry_of, record, write
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import InvalidInput, Refusals
from livelihood.kernel.moves import check_move
from livelihood.kernel.verdict import require
from projects import rules, selectors
from projects.acts import ProjectAct
from projects.models import Notice
from projects.services.sites import lock_sites
from projects.states import NOTICE_MOVES, NoticeState, SiteState

# Not by the ORM: one statement that takes its rows from another table and leaves out those that are there.
ISSUE = """
INSERT INTO projects_notice (cycle_id, site_id, site_due_on, issued_on, due_on, state, answer, finding)
SELECT cycle_id, id, due_on, %(on)s, %(due_on)s, %(issued)s, '', ''
FROM projects_site
WHERE cycle_id = %(cycle)s AND due_on < %(on)s AND state IN %(unfinished)s
ORDER BY id
ON CONFLICT (site_id, site_due_on) DO NOTHING
"""


@transaction.atomic
def issue_notices(*, cycle: Cycle, at: datetime) -> int:
    """Bring every overdue site of a year its notice, in one statement, and return how many are new.

    Run each day by the clock; running it twice adds nothing. One journal entry for all.
    """
    on = timezone.localdate(at)
    with connection.cursor() as cursor:
        cursor.execute(
            ISSUE,
            {
                "cycle": cycle.pk,
                "on": on,
                "due_on": selectors.answer_by(cycle, on),
                "issued": NoticeState.ISSUED.value,
                "unfinished": (SiteState.PLANNED.value, SiteState.UNDER_WAY.value),
            },
        )
        issued = cursor.rowcount
    if issued:
        record(ProjectAct.NOTICES_ISSUED, cycle, by=None, at=at, cycle_id=cycle.pk, count=issued, on=str(on))
    return issued


def issue_all_notices(*, at: datetime) -> int:
    """Bring every overdue site of every running year its notice; return how many are new. Run each night."""
    running = Cycle.objects.filter(phase__in=rules.OPEN_PHASES).order_by("pk")
    return sum(issue_notices(cycle=cycle, at=at) for cycle in running)


@transaction.atomic
def answer_notices(
    *, notices: Iterable[Notice], answer: str, by: User, at: datetime, seen: int | None = None
) -> Refusals:
    """Answer notices: why the sites are late, and what is done about it.

    Left out are notices by rule (NotAllowed), and on which somebody has acted since the page was shown (Moved).

    :raises InvalidInput: there is no answer.
    """
    if not answer:
        raise InvalidInput(_("Say why the site is late and what is done about it."), field="answer")
    refused, answered = Refusals(), []
    locked = _lock_all(notices)
    later: set[int] = set() if seen is None else acted_on_since(seen, locked)
    for notice in locked:
        with refused.of(notice.pk):
            require(rules.may_answer_notice(by, notice, at))
            _require_seen(seen if notice.pk in later else None, notice)
            notice.state = check_move(NOTICE_MOVES, notice.state, "answer")
            notice.answer, notice.answered_at, notice.answered_by = answer, at, by
            answered.append(notice)
    Notice.objects.bulk_update(answered, ["state", "answer", "answered_at", "answered_by"])
    write(
        entry_of(ProjectAct.NOTICE_ANSWERED, notice, by=by, at=at, cycle_id=notice.cycle_id, site_id=notice.site_id)
        for notice in answered
    )
    return refused


@transaction.atomic
def return_notice(
    *, notice: Notice, finding: str, answer_by: date, by: User, at: datetime, seen: int | None = None
) -> Notice:
    """Send an answer back: it does not do, for the reason given.

    answer_by: the new last day to answer; not before today.

    :raises NotAllowed: by rule.
    :raises Moved: somebody has acted on it since the page was shown.
    :raises InvalidInput: no reason, or a day that has passed.
    """
    notice = _lock(notice)
    require(rules.may_close_notice(by, notice, at))
    _require_seen(seen, notice)
    if not finding:
        raise InvalidInput(_("Say what the answer lacks."), field="finding")
    if answer_by < timezone.localdate(at):
        raise InvalidInput(_("This day has passed."), field="answer_by")
    notice.state = check_move(NOTICE_MOVES, notice.state, "return")
    notice.finding, notice.due_on = finding, answer_by
    notice.save(update_fields=["state", "finding", "due_on"])
    record(ProjectAct.NOTICE_RETURNED, notice, by=by, at=at, cycle_id=notice.site.cycle_id, due_on=str(answer_by))
    return notice


@transaction.atomic
def close_notice(*, notice: Notice, finding: str, by: User, at: datetime, seen: int | None = None) -> Notice:
    """Close a notice: the site has been put right.

    :raises NotAllowed: by rule.
    :raises Moved: somebody has acted on it since the page was shown.
    :raises InvalidInput: the site is not completed.
    """
    notice = _lock(notice)
    require(rules.may_close_notice(by, notice, at))
    _require_seen(seen, notice)
    if notice.site.state not in {SiteState.COMPLETED, SiteState.ACCEPTED}:
        raise InvalidInput(_("The site is not completed yet. The notice stays open until it is."))
    notice.state = check_move(NOTICE_MOVES, notice.state, "close")
    notice.finding, notice.closed_at, notice.closed_by = finding, at, by
    notice.save(update_fields=["state", "finding", "closed_at", "closed_by"])
    record(ProjectAct.NOTICE_CLOSED, notice, by=by, at=at, cycle_id=notice.site.cycle_id, site_id=notice.site_id)
    return notice


def _require_seen(seen: int | None, notice: Notice) -> None:
    """Refuse to judge what stands there no longer: an answer is sent back and given anew."""
    words = notice.finding if notice.state == NoticeState.ISSUED else notice.answer
    require_seen(seen, [notice], stands=lambda: " · ".join(filter(None, [notice.get_state_display(), words])))


def _lock(notice: Notice) -> Notice:
    return _lock_all([notice])[0]


def _lock_all(notices: Iterable[Notice]) -> list[Notice]:
    """Lock the sites of notices, then the notices, and return them as they stand."""
    asked = list(notices)
    sites = lock_sites(notice.site_id for notice in asked)
    rows = Notice.objects.select_for_update().filter(pk__in=[notice.pk for notice in asked]).order_by("pk")
    locked = list(rows)
    for notice in locked:
        notice.site = sites[notice.site_id]
    return locked
