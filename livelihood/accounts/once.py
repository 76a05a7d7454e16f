"""A form of the desk that makes something is done once, however often it is sent (ADR 31)."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import SentForm

View = Callable[..., HttpResponse]

KEPT_FOR = timedelta(days=1)
"""A page that was left open longer has lost its sign-in."""

ALREADY = _("You had sent this form before. It was done once; this is what came of it.")

TAKE = """
    INSERT INTO accounts_sentform (key, location, kept_at) VALUES (%s, '', %s) ON CONFLICT (key) DO NOTHING
"""


def once(view: View) -> View:
    """Let the same form, sent again from the same page, lead to what came of it and do nothing.

    What the view does and the key of its form are one transaction: who comes second waits for the first. A form that
    did nothing, because it is shown again, may be sent again.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "csrfmiddlewaretoken" not in request.POST:
            return view(request, *args, **kwargs)
        key = key_of(request)
        with transaction.atomic():
            if not _take(key, timezone.now()):
                request.session.update(_stored(request))
                messages.info(request, ALREADY)
                return HttpResponseRedirect(SentForm.objects.get(pk=key).location)
            response = view(request, *args, **kwargs)
            mine = SentForm.objects.filter(pk=key)
            if response.has_header("Location"):
                mine.update(location=response["Location"])
                _keep_told(request, response)
            else:
                mine.delete()
            return response

    return wrapped


def _keep_told(request: HttpRequest, response: HttpResponse) -> None:
    """Store what is said of it in the same transaction, so that whoever comes second says it too."""
    told = messages.get_messages(request)
    if isinstance(told, BaseStorage) and told.added_new:
        is_modified = request.session.modified
        told.update(response)
        told.added_new = False
        request.session.save()
        request.session.modified = is_modified


def _stored(request: HttpRequest) -> dict[str, Any]:
    """Read the session once more, which was read before the first was done. By a store of its own: it may be gone."""
    kept: dict[str, Any] = type(request.session)(request.session.session_key).load()
    return kept


def key_of(request: HttpRequest) -> str:
    """Return the same for the same form sent from the same page by the same person, and for nothing else.

    Django draws the token of forms anew for each page that it shows.
    """
    files = [
        [name, file.name, hashlib.file_digest(file, "sha256").hexdigest()]
        for name, sent in sorted(request.FILES.lists())
        for file in sent
    ]
    for _name, sent in request.FILES.lists():
        for file in sent:
            file.seek(0)
    parts = [request.user.pk, request.get_full_path(), sorted(request.POST.lists()), files]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _take(key: str, at: datetime) -> bool:
    """Say whether nobody has sent this form before, and let nobody send it again; wait for who is just sending it."""
    over = SentForm.objects.filter(kept_at__lte=at - KEPT_FOR).select_for_update(skip_locked=True)
    SentForm.objects.filter(pk__in=list(over.values_list("pk", flat=True))).delete()
    with connection.cursor() as cursor:
        # Not by the ORM: it does not say whether a row that may be there already was written.
        cursor.execute(TAKE, [key, at])
        return cursor.rowcount == 1
