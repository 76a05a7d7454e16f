"""Long lists of sites as files: written once by a worker, given again while they are true."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.cycles.models import Cycle
from livelihood.jobs import services as jobs
from livelihood.jobs.models import UNFINISHED, Job, JobState
from livelihood.kernel.errors import Conflict, DomainError
from livelihood.kernel.exports import Sheet, csv_parts, xlsx_into
from projects import exporters, tasks
from projects.models import Site, SiteFile
from projects.querysets import SiteQuerySet
from projects.selectors import files
from projects.states import ListFormat

MOST_OF_ONE, MOST_OF_PUBLIC = 1, 3
"""So many files are written at once for one person, and for all who ask without an account."""

MOST_AN_HOUR_OF_ONE, MOST_AN_HOUR_OF_PUBLIC = 30, 60
"""So many are begun within an hour; a file that is kept is given without being counted."""

KEPT_FOR, MOST_KEPT = timedelta(days=7), 40
"""Of a year: about 100 MB at thirty thousand sites. A file that is forgotten is written again when it is asked for."""

TOLD_EVERY = 1_000
"""After so many rows it is told how far a file is written."""


class TooManyFiles(DomainError):
    """Somebody asks for more long lists, at once or within an hour, than are written for one."""

    status = 429
    code = "too_many_files"
    message = _("Other long lists are being written just now. Try again when they are finished.")


@transaction.atomic
def ask_for_site_file(
    *, cycle: Cycle, sites: SiteQuerySet, file_format: ListFormat, by: User | None, at: datetime
) -> SiteFile:
    """Have a worker write a list of sites, in the active language; the same list again is the same file.

    sites: of the year, in the order in which they are written. by: None where somebody asks without an account.

    :raises TooManyFiles: as many as are written for whoever asks are under way, or were begun within the hour.
    """
    fingerprint, keys = files.fingerprint_of(cycle, sites, file_format)
    known = SiteFile.objects.select_for_update(of=("self",)).filter(fingerprint=fingerprint).first()
    if known is not None and (known.content is not None or known.job.state in UNFINISHED):
        return known
    _check_room(by, at)
    after = f":{known.job_id}" if known is not None else ""
    job = jobs.enqueue(tasks.WRITE_FILE, key=f"{tasks.WRITE_FILE}:{fingerprint}{after}", by=by, at=at, cycle=cycle)
    values = {"job": job, "sites": keys, "content": None, "requested_at": at, "requested_by": by}
    new = {"cycle": cycle, "file_format": file_format, "language": translation.get_language(), "count": len(keys)}
    file, _created = SiteFile.objects.update_or_create(
        fingerprint=fingerprint, defaults=values, create_defaults=values | new
    )
    return file


@transaction.atomic
def retry_site_file(*, file: SiteFile, by: User | None, at: datetime) -> SiteFile:
    """Try again to write a file that could not be written.

    :raises Conflict: it has not failed.
    :raises TooManyFiles: as for `ask_for_site_file`.
    """
    file = SiteFile.objects.select_for_update(of=("self",)).select_related("job").get(pk=file.pk)
    if file.job.state != JobState.FAILED:
        raise Conflict(_("This file has not failed."))
    _check_room(by, at)
    key = f"{tasks.WRITE_FILE}:{file.fingerprint}:{file.job_id}"
    file.job = jobs.enqueue(tasks.WRITE_FILE, key=key, by=by, at=at, cycle=file.cycle)
    file.save(update_fields=["job"])
    return file


def _check_room(by: User | None, at: datetime) -> None:
    """Refuse whoever has enough files. A person's requests come one after another, the public's may race."""
    if by is not None:
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
    at_once, an_hour = (MOST_OF_PUBLIC, MOST_AN_HOUR_OF_PUBLIC) if by is None else (MOST_OF_ONE, MOST_AN_HOUR_OF_ONE)
    asked = Job.objects.filter(task=tasks.WRITE_FILE, requested_by=by)
    if asked.filter(state__in=UNFINISHED).count() >= at_once:
        raise TooManyFiles
    if asked.filter(requested_at__gt=at - timedelta(hours=1)).count() >= an_hour:
        raise TooManyFiles(_("Many long lists were written in this hour. Try again in an hour."))


def run_write_file(job_id: int, *, at: datetime) -> None:
    """Do the job of writing a file."""
    jobs.execute(job_id, lambda job, progress: _write(job, progress, at))


def _write(job: Job, progress: jobs.Progress, at: datetime) -> dict[str, int]:
    file = SiteFile.objects.select_for_update(of=("self",)).select_related("cycle__area").get(job=job)
    with translation.override(file.language):
        file.content = _content(file, progress)
    file.sites = None
    file.save(update_fields=["sites", "content"])
    others = SiteFile.objects.filter(cycle=file.cycle, content__isnull=False).exclude(pk=file.pk)
    kept = others.filter(requested_at__gte=at - KEPT_FOR).order_by("-requested_at", "-pk")[: MOST_KEPT - 1]
    others.exclude(pk__in=list(kept.values_list("pk", flat=True))).update(content=None)
    return {"rows": file.count}


def _content(file: SiteFile, progress: jobs.Progress) -> bytes:
    def rows() -> Iterator[Site]:
        for number, site in enumerate(files.in_order(file.sites or []), start=1):
            if number % TOLD_EVERY == 0:
                progress(number, file.count)
            yield site

    fields = exporters.site_fields(file.cycle)
    if file.file_format == ListFormat.CSV:
        return b"".join(csv_parts(rows(), fields))
    book = io.BytesIO()
    xlsx_into(book, [Sheet(exporters.SHEET, fields, rows())])
    return book.getvalue()
