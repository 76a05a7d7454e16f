"""Long lists as files: written once by a worker, given again while they are true; and views of lists that are kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import Mandate, User
from livelihood.audit.services import record
from livelihood.cycles.models import Area, Cycle
from livelihood.jobs import services as jobs
from livelihood.jobs.models import UNFINISHED, Job, JobState
from livelihood.kernel.errors import Conflict, DomainError
from livelihood.kernel.listings import Listing
from livelihood.kernel.verdict import require
from livelihood.lists import exporters, rules, selectors, tasks
from livelihood.lists.acts import ListAct
from livelihood.lists.models import ListFile, SavedView
from livelihood.lists.states import ListFormat

MOST_OF_ONE, MOST_OF_PUBLIC = 1, 3
"""So many files are written at once for one person, and for all who ask without an account."""

MOST_AN_HOUR_OF_ONE, MOST_AN_HOUR_OF_PUBLIC = 30, 60
"""So many are begun within an hour; a file that is kept is given without being counted."""

MOST_KEPT, MOST_KEPT_OF_ONE = 40, 5
"""Of a year for everybody, which is about 100 MB at thirty thousand sites, and for one person.

A file that is forgotten is written again when it is asked for.
"""

MOST_VIEWS = 30
"""Of a list, for one person or office: what still fits on a page."""

TOLD_EVERY = 1_000
"""After so many rows it is told how far a file is written."""


class TooManyFiles(DomainError):
    """Somebody asks for more long lists, at once or within an hour, than are written for one."""

    status = 429
    code = "too_many_files"
    message = _("Other long files are being written just now. Try again when they are finished.")


@transaction.atomic
def ask_for_file(
    *,
    listing: Listing,
    place: Cycle | Area,
    rows: QuerySet[Any],
    file_format: ListFormat,
    by: User | None,
    at: datetime,
) -> ListFile:
    """Have a worker write a list, in the active language; the same list again is the same file.

    rows: of the list, in the order in which they are written. by: whose file it is; None for a public list.

    :raises NotAllowed: the page of the list is not for them.
    :raises TooManyFiles: as many as are written for whoever asks are under way, or were begun within the hour.
    """
    _one_after_another(by)
    require(rules.may_take(by, listing, place, at))
    fingerprint, keys = selectors.fingerprint_of(listing, place, rows, file_format, by)
    known = ListFile.objects.select_for_update(of=("self",)).filter(fingerprint=fingerprint).first()
    if known is not None and (known.job.state in UNFINISHED or selectors.is_kept(known, at)):
        return known
    check_room(tasks.WRITE_FILE, by=by, at=at)
    cycle, area = (place, None) if isinstance(place, Cycle) else (None, place)
    after = f":{known.job_id}" if known is not None else ""
    job = jobs.enqueue(tasks.WRITE_FILE, key=f"{tasks.WRITE_FILE}:{fingerprint}{after}", by=by, at=at, cycle=cycle)
    values = {"job": job, "keys": keys, "content": None, "requested_at": at, "requested_by": by}
    new = {
        "listing": listing.name,
        "cycle": cycle,
        "area": area,
        "file_format": file_format,
        "language": translation.get_language(),
        "count": len(keys),
    }
    file, _created = ListFile.objects.update_or_create(
        fingerprint=fingerprint, defaults=values, create_defaults=values | new
    )
    return file


@transaction.atomic
def retry_file(*, file: ListFile, by: User | None, at: datetime) -> ListFile:
    """Try again to write a file that could not be written.

    :raises NotAllowed: the page of the list is not for them any longer.
    :raises Conflict: it has not failed.
    :raises TooManyFiles: as for `ask_for_file`.
    """
    _one_after_another(by)
    files = ListFile.objects.select_for_update(of=("self",)).select_related("job", "cycle__area", "area")
    file = files.get(pk=file.pk)
    require(rules.may_take(by, selectors.listing_of(file), selectors.place_of(file), at))
    if file.job.state != JobState.FAILED:
        raise Conflict(_("This file has not failed."))
    check_room(tasks.WRITE_FILE, by=by, at=at)
    key = f"{tasks.WRITE_FILE}:{file.fingerprint}:{file.job_id}"
    file.job = jobs.enqueue(tasks.WRITE_FILE, key=key, by=by, at=at, cycle=file.cycle)
    file.save(update_fields=["job"])
    return file


def _one_after_another(by: User | None) -> None:
    """Let a person's requests wait for each other, so that a second click finds what the first one asked for."""
    if by is not None:
        User.objects.select_for_update(no_key=True).get(pk=by.pk)


def check_room(task: str, *, by: User | None, at: datetime) -> None:
    """Refuse whoever has enough files of one kind of work; requests of the public may race.

    :raises TooManyFiles: as many as are written for whoever asks are under way, or were begun within the hour.
    """
    at_once, an_hour = (MOST_OF_PUBLIC, MOST_AN_HOUR_OF_PUBLIC) if by is None else (MOST_OF_ONE, MOST_AN_HOUR_OF_ONE)
    asked = Job.objects.filter(task=task, requested_by=by)
    if asked.filter(state__in=UNFINISHED).count() >= at_once:
        raise TooManyFiles
    if asked.filter(requested_at__gt=at - timedelta(hours=1)).count() >= an_hour:
        raise TooManyFiles(_("Many long files were written in this hour. Try again in an hour."))


@transaction.atomic
def note_taking(*, listing: Listing, place: Cycle | Area, by: User, at: datetime) -> None:
    """Note that somebody took a list of the desk away as a file; which rows they had chosen is not noted."""
    cycle_id = place.pk if isinstance(place, Cycle) else None
    record(ListAct.TAKEN, place, by=by, at=at, cycle_id=cycle_id, listing=listing.name)


def run_write_file(job_id: int, *, at: datetime) -> None:
    """Do the job of writing a file."""
    jobs.execute(job_id, lambda job, progress: _write(job, progress, at))


def _write(job: Job, progress: jobs.Progress, at: datetime) -> dict[str, int]:
    files = ListFile.objects.select_for_update(of=("self",)).select_related("cycle__area", "area", "requested_by")
    file = files.get(job=job)
    listing, place = selectors.listing_of(file), selectors.place_of(file)
    require(rules.may_take(file.requested_by, listing, place, at))
    with translation.override(file.language):
        file.content = _content(file, listing, place, progress)
    file.keys = None
    file.save(update_fields=["keys", "content"])
    same = {"requested_by": file.requested_by} if file.requested_by else {"requested_by": None, "cycle": file.cycle}
    most = MOST_KEPT_OF_ONE if file.requested_by else MOST_KEPT
    others = ListFile.objects.filter(**same, content__isnull=False).exclude(pk=file.pk)
    last = others.order_by("-requested_at", "-pk").values_list("pk", flat=True)[: most - 1]
    others.exclude(pk__in=list(last)).update(content=None)
    return {"rows": file.count}


def _content(file: ListFile, listing: Listing, place: Cycle | Area, progress: jobs.Progress) -> bytes:
    assert listing.read is not None  # noqa: S101 -- what is few by nature is never written by a worker
    whole = listing.read(place)

    def rows() -> Iterator[Any]:
        for number, row in enumerate(selectors.in_order(whole, file.keys or []), start=1):
            if number % TOLD_EVERY == 0:
                progress(number, file.count)
            yield row

    return exporters.written(listing, place, ListFormat(file.file_format), rows(), file.keys or [])


def forget_files(*, at: datetime) -> int:
    """Forget what is kept long enough; return how many files. A line stays that says that there was one."""
    return ListFile.objects.too_old(at).update(content=None)


@transaction.atomic
def save_view(
    *, grid: str, name: str, query: str, office: Mandate | None, is_usual: bool, by: User, at: datetime
) -> SavedView:
    """Keep how a list is looked at, under a name.

    office: whose view it is; the person's own where it is None. is_usual: the list opens so, and with no other view.

    :raises NotAllowed: by rule.
    :raises Conflict: there is one of this name, or as many as are kept.
    """
    require(rules.may_save_view(by, office, at))
    place: dict[str, Any] = {"owner": by, "role": "", "area": None, "organisation": None}
    if office is not None:
        place = {"owner": None, "role": office.role, "area": office.area, "organisation": office.organisation}
    views = _lock_views(grid, by, **place)
    if any(view.name == name for view in views):
        text = _("There is a view of this name already. Choose another name, or delete that one first.")
        raise Conflict(text, field="name")
    if len(views) >= MOST_VIEWS:
        raise Conflict(_("As many views are kept here as fit on a page. Delete one first."))
    view = SavedView.objects.create(grid=grid, name=name, query=query, saved_at=at, **place)
    record(ListAct.VIEW_SAVED, view, by=by, at=at, **_noted(view))
    return choose_view(view=view, is_usual=True, by=by, at=at) if is_usual else view


@transaction.atomic
def choose_view(*, view: SavedView, is_usual: bool, by: User, at: datetime) -> SavedView:
    """Let a list open with a view, and with no other of the same person or office; or with it no longer.

    :raises NotAllowed: by rule.
    :raises Conflict: it is gone.
    """
    require(rules.may_change_view(by, view, at))
    # First the one that is left: there is never more than one.
    for one in sorted(_beside(view, by), key=lambda one: not one.is_usual):
        wanted = is_usual if one.pk == view.pk else one.is_usual and not is_usual
        if one.is_usual != wanted:
            one.is_usual = wanted
            one.save(update_fields=["is_usual"])
            told: dict[str, Any] = {"grid": one.grid, "name": one.name}
            record(ListAct.VIEW_CHOSEN, one, by=by, at=at, old=not wanted, new=wanted, **told)
        if one.pk == view.pk:
            view = one
    return view


@transaction.atomic
def drop_view(*, view: SavedView, by: User, at: datetime) -> None:
    """Delete a view; the journal keeps what it was.

    :raises NotAllowed: by rule.
    :raises Conflict: it is gone.
    """
    require(rules.may_change_view(by, view, at))
    _beside(view, by)
    record(ListAct.VIEW_DROPPED, view, by=by, at=at, **_noted(view))
    view.delete()


def _lock_views(grid: str, by: User, **place: Any) -> list[SavedView]:
    """Let acts upon the views of one list wait for each other, and return them as they stand."""
    if place["area"] is None:
        _one_after_another(by)
    else:
        Area.objects.select_for_update(no_key=True).get(pk=place["area"].pk)
    return list(SavedView.objects.filter(grid=grid, **place).order_by("pk"))


def _beside(view: SavedView, by: User) -> list[SavedView]:
    """Lock a view and those that stand beside it, and return them as they stand."""
    place = {"owner": view.owner, "role": view.role, "area": view.area, "organisation": view.organisation}
    views = _lock_views(view.grid, by, **place)
    if view not in views:
        raise Conflict
    return views


def _noted(view: SavedView) -> dict[str, Any]:
    return {"grid": view.grid, "name": view.name, "query": view.query}
