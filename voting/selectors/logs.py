"""What the pages of a round say of the database's log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import ProgrammingError, connection, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Text
from voting.models import LogCheck, Round
from voting.states import LogFinding

IN_WORDS = {
    LogFinding.WAITING: _(
        "The log of the database still holds ballots beside the deputies who cast them. It is being let go of; until "
        "that is done, nobody looks into the files of the server."
    ),
    LogFinding.GONE: _(
        "The log of the database holds nothing any more of what was written before voting closed: every file in its "
        "folder was looked at."
    ),
    LogFinding.LEFT: _(
        "The log of the database still holds what was written before voting closed ({pages} pages in {files} files), "
        "with ballots beside deputies. Whoever runs the server finds in the operations manual what keeps it."
    ),
    LogFinding.UNREADABLE: _(
        "Nobody can say whether the log of the database still holds ballots beside deputies: the database does not let "
        "the portal look. Whoever runs the server finds in the operations manual what is missing."
    ),
}
NOTICES: dict[str, str] = {LogFinding.WAITING: "info", LogFinding.GONE: "ok"}
KINDS = {
    "archive": _("archive of the log: {name}"),
    "slot": _("replication slot {name}"),
    "standby": _("standby {name}"),
}


@dataclass(frozen=True, slots=True)
class ToldLog:
    """What was last found of a round in the log of the database. kind: of the notice that says it."""

    kind: str
    text: Text
    checked_at: datetime | None
    copies: list[Text]


def log_told(round_: Round) -> ToldLog | None:
    """Return what was last found of a round in the log of the database; None before its urn is emptied."""
    has_emptied = round_.closed_at or round_.voided_at or round_.is_on_paper
    check = LogCheck.objects.filter(round=round_).order_by("-pk").first() if has_emptied else None
    if check is None:
        return None
    kind = NOTICES.get(check.finding, "warn")
    return ToldLog(kind, log_in_words(check), check.checked_at, copies_in_words(check.copies))


def log_in_words(check: LogCheck) -> Text:
    """Say what was found in the log of the database."""
    return format_lazy(IN_WORDS[LogFinding(check.finding)], pages=check.pages, files=check.files)


def copies_in_words(copies: Iterable[Iterable[str]]) -> list[Text]:
    """Say who else has the log."""
    return [format_lazy(KINDS[kind], name=name) for kind, name in copies]


def log_copies() -> list[Text]:
    """Return who else has the log at this moment; nothing where the database does not say."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # Not by the ORM: a function of the server (deploy/roles.sql).
            cursor.execute("SELECT kind, name FROM livelihood_server.log_copies() ORDER BY kind, name")
            return copies_in_words(cursor.fetchall())
    except ProgrammingError:
        return []
