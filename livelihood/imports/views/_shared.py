"""What the pages of one file share."""

from datetime import datetime
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from livelihood.accounts.models import User
from livelihood.accounts.selectors import signed_in
from livelihood.imports import rules, selectors, services
from livelihood.imports.models import Import
from livelihood.kernel.verdict import require
from livelihood.web.decorators import found


def find(request: HttpRequest, pk: int) -> Import:
    """Return an import that somebody may see, its year shown around it."""
    batch = cast(Import, found(selectors.find_import(pk)))
    require(rules.may_see_import(signed_in(request), batch, timezone.now()))
    request.cycle = batch.cycle  # type: ignore[attr-defined]
    return batch


def remembered(batch: Import) -> list[tuple[str, str]]:
    """Return the address and the name of the file of which was said how this one is read, if there is one."""
    source = selectors.remembered_from(batch)
    return [(reverse("imports:import", kwargs={"pk": source.pk}), source.file_name)] if source else []


def look_anew(batch: Import, by: User, at: datetime) -> None:
    """Compare a previewed file with what is stored now."""
    services.ask_for_preview(batch=services.recheck_import(batch=batch, by=by, at=at), by=by, at=at)


def list_address(batch: Import) -> str:
    """Return the address of the page where files like this one are brought."""
    if batch.cycle is not None:
        return batch.cycle.address("imports:of_year")
    return reverse("imports:of_area", kwargs={"area": batch.area.slug})
