"""What follows when an urn has been emptied: the log of the database lets go of what it holds of it (ADR 53)."""

from datetime import datetime, timedelta

from django.db import ProgrammingError, connection, transaction
from django.db.models import Q, QuerySet

from livelihood.audit.services import record
from voting import tasks
from voting.acts import VotingAct
from voting.models import LogCheck, Round
from voting.schemes import scheme_of
from voting.states import LogFinding

TRIED_FOR = timedelta(days=1)
"""So long the clock tries where something is left; after that somebody has to look, by `manage.py after_closing`."""

BETWEEN_TRIES = timedelta(minutes=10)
"""Each writes out the whole database."""


TWICE = 2
"""Where segments are used again, the first time puts those of the vote in line, and the second writes them over."""


def have_log_let_go(round_: Round, *, at: datetime) -> None:
    """Ask, in the transaction of an act that has emptied the urn, that the log forgets what it holds of it."""
    if not scheme_of(round_).words.is_public:
        LogCheck.objects.create(round=round_, asked_at=at)
        tasks.let_go_soon()


def due(at: datetime) -> QuerySet[LogCheck]:
    """Return the checks that nobody has made yet, and those that are made again."""
    tried = Q(checked_at__lt=at - BETWEEN_TRIES, asked_at__gt=at - TRIED_FOR)
    again = Q(finding__in=[LogFinding.LEFT, LogFinding.UNREADABLE]) & tried
    return LogCheck.objects.filter(Q(finding=LogFinding.WAITING) | again).order_by("pk")


def unfinished() -> QuerySet[LogCheck]:
    """Return the checks of which something is left, or nobody knows, however old they are."""
    return LogCheck.objects.exclude(finding=LogFinding.GONE).order_by("pk")


@transaction.atomic
def let_go_of_log(*, check: LogCheck, at: datetime) -> LogCheck:
    """Let the server end its segment of the log and drop those before it, and note what it finds in their folder then.

    The place in the log is taken when this is first done: after the act that emptied the urn was committed.
    """
    check = LogCheck.objects.select_for_update(of=("self",)).select_related("round").get(pk=check.pk)
    if check.finding == LogFinding.GONE:
        return check
    before = check.finding, check.copies
    try:
        with transaction.atomic():
            _let_go(check)
    except ProgrammingError:  # the functions of deploy/roles.sql are missing, or not for us
        check.finding = LogFinding.UNREADABLE
    check.checked_at = at
    check.save(update_fields=["place", "finding", "checked_at", "files", "pages", "copies"])
    if before != (check.finding, check.copies):
        record(
            VotingAct.LOG_CHECKED, check.round, by=None, at=at,
            finding=str(check.finding), pages=check.pages, copies=[name for _kind, name in check.copies],
        )  # fmt: skip
    return check


def _let_go(check: LogCheck) -> None:
    with connection.cursor() as cursor:
        # Not by the ORM: functions of the server (deploy/roles.sql).
        if not check.place:
            cursor.execute("SELECT pg_current_wal_insert_lsn()::text")
            (check.place,) = cursor.fetchone()
        for _ in range(TWICE):
            cursor.execute("SELECT livelihood_server.let_go_of_log()")
            cursor.execute("SELECT files, pages FROM livelihood_server.log_before(%s::pg_lsn)", [check.place])
            check.files, check.pages = cursor.fetchone()
            if not check.files:
                break
        cursor.execute("SELECT kind, name FROM livelihood_server.log_copies() ORDER BY kind, name")
        check.copies = [list(row) for row in cursor.fetchall()]
    check.finding = LogFinding.LEFT if check.files else LogFinding.GONE
