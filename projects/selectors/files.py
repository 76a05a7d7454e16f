"""Files of long lists: found again as long as nothing in them has changed."""

import hashlib
from collections.abc import Iterator

from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.utils import translation

from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.kernel import paging
from projects.models import Indicator, Project, Site, SiteFile, Standard
from projects.querysets import SiteQuerySet
from projects.states import ListFormat


def versions(rows: QuerySet) -> Iterator[tuple[int, str]]:
    """Yield the key and the version of each row, in the order of the rows; a row that is written has a new version."""
    # Not by the ORM: the system columns that say which transaction wrote a row, and where, are no fields of a model.
    table = rows.model._meta.db_table
    version = RawSQL(f'"{table}".xmin::text || "{table}".ctid::text', [], TextField())  # noqa: S611 -- a table of ours
    yield from rows.annotate(row_version=version).values_list("pk", "row_version").iterator(chunk_size=10_000)


def fingerprint_of(cycle: Cycle, sites: SiteQuerySet, file_format: ListFormat) -> tuple[str, list[int]]:
    """Return the SHA-256 of what a file of these sites would be made of, and their keys in its order."""
    state, keys = state_of(cycle, sites)
    whole = f"{cycle.pk} {file_format} {translation.get_language()} {state}"
    return hashlib.sha256(whole.encode()).hexdigest(), keys


def state_of(cycle: Cycle, sites: SiteQuerySet) -> tuple[str, list[int]]:
    """Return the SHA-256 of the versions of sites, in their order, and of all that they may name; and their keys.

    It costs a tenth of reading what it stands for.
    """
    digest = hashlib.sha256()
    within = Area.objects.within(cycle.area)
    names: list[QuerySet] = [
        Project.objects.for_cycle(cycle),
        Indicator.objects.for_cycle(cycle),
        Standard.objects.filter(cycle=cycle),
        Organisation.objects.filter(area__in=within),
        within,
    ]
    for rows in names:
        for row in versions(rows.order_by("pk")):
            digest.update(b"%d:%b;" % (row[0], row[1].encode()))
        digest.update(b"|")
    keys = []
    for key, version in versions(sites):
        digest.update(b"%d:%b;" % (key, version.encode()))
        keys.append(key)
    return digest.hexdigest(), keys


def kept_site_file(fingerprint: str) -> SiteFile | None:
    """Return the file that is written and says just this, or None."""
    return SiteFile.objects.filter(fingerprint=fingerprint, content__isnull=False).first()


def find_site_file(cycle: Cycle, pk: int) -> SiteFile | None:
    """Return a file of this year with its job and without its content, or None."""
    return SiteFile.objects.filter(cycle=cycle, pk=pk).select_related("job").defer("content", "sites").first()


def content_of(file: SiteFile) -> bytes | None:
    """Return what a file holds; None while it is not written, and when it is forgotten."""
    content = SiteFile.objects.filter(pk=file.pk).values_list("content", flat=True).get()
    return None if content is None else bytes(content)


def in_order(keys: list[int], *, at_once: int = 2_000) -> Iterator[Site]:
    """Yield sites in the order of their keys; one that is gone is passed over."""
    for start in range(0, len(keys), at_once):
        yield from paging.in_order(Site.objects.all(), keys[start : start + at_once])
