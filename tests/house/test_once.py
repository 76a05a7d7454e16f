"""A form that makes something is done once: sent twice, or at the same moment, it leads to the same and says so."""

from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from livelihood.accounts.models import SentForm
from livelihood.accounts.roles import Role
from tests import databases
from tests.house.addresses import TABLE, address
from tests.house.test_hostile import Kind, form_of, kind_of
from tests.house.test_models import OURS
from tests.house.walking import let_go, same_cookies, undone
from tests.house.world import World

COUNTS = " UNION ALL ".join(
    f"SELECT '{model.__name__}', count(*) FROM {model._meta.db_table}"  # noqa: S608 -- names of our own models
    for label in OURS
    for model in apps.get_app_config(label).get_models()
    if model is not SentForm
)
"""All tables in one question. It is asked thousands of times, and planned once."""

MAKES = {
    "imprint:setting", "imprint:version", "inbox:preference", "imports:of_area", "imports:of_year",
    "accounts:leave_give", "accounts:person", "portal:year_dates", "portal:year_edit",
    "lists:views", "news:news_publish", "proposals:letter_correct", "proposals:suggestion_link",
    "proposals:suggestion_act", "proposals:suggestion_data", "proposals:need_open", "proposals:need_link",
    "proposals:special_day_note", "proposals:template_write", "proposals:progress_name", "proposals:answering",
    "proposals:draft_send", "proposals:notes", "proposals:words",
    "proposals:candidate_draft", "proposals:desk_candidate",
    "voting:opinion_give",
    "places:townships",
    "places:area_rename", "places:organisation_add", "places:organisation_edit", "places:organisation_rename",
    "voting:round_create", "voting:awaited", "voting:item_remove", "projects:desk_project", "projects:allocation",
    "projects:standard_add", "projects:desk_standard", "projects:lights", "projects:desk_site", "projects:site_add",
    "projects:site_inspect", "projects:grid",
    "surveys:survey_create", "surveys:published_enter", "surveys:survey_recount", "reports:announcement_prepare",
    "reports:report_request", "reports:report_retry",
}  # fmt: skip
"""Addresses with a form that makes rows when it is filled in by its fields alone."""

SOMETIMES = {"voting:opinions", "voting:in_term", "proposals:reply", "proposals:reply_correct"}
"""As above, but the fields that are drawn for it do not always belong together."""

OTHERWISE = {
    "lists:of_year": "the same list is the same file",
    "lists:of_area": "the same list is the same file",
    "voting:card": "a card is printed: the answer is the file, and the last card counts",
    "voting:cards": "as above",
    "voting:kiosk_open": "who sends it is signed out by it",
    "voting:paper_sheet": "the same marks of one hand are the same reading; the second hand is compared with it",
    "voting:half_draw": "a half of a key is shown: the answer is its page, and the last one counts",
    "accounts:code_issue": "a slip is printed: the answer is the file, and the last code counts",
    "surveys:invitations_draw": "the answer is the file with the codes, which is given once",
}
"""What else makes rows, and why it is not led to what it made."""


@pytest.fixture(scope="module")
def _planned(world: World) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"PREPARE counts AS {COUNTS}")
        yield
        cursor.execute("DEALLOCATE counts")


def rows() -> Counter[str]:
    with databases.as_superuser() as cursor:  # the application may not even count the ballots
        cursor.execute("EXECUTE counts")
        return Counter(dict(cursor.fetchall()))


@pytest.mark.django_db
@pytest.mark.usefixtures("_planned")
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.who])
def test_a_form_that_makes_something_is_done_once(name: str, world: World, visitors: dict[str, Client]):
    row, url, makes, before = TABLE[name], address(world, name), False, rows()
    taken: dict[Kind, Role] = {}
    for role in sorted(row.who or ()):
        if makes:
            break  # what is shown of one is the view's, whoever sends
        for sent, _fields in form_of(visitors[role], row, url):
            if taken.get(kind := kind_of(sent), role) != role:
                continue  # from somebody else, and it made nothing
            form = {"csrfmiddlewaretoken": "a" * 64} | sent
            # A session that goes on under a new key is taken back as well, and the browser is to know the former.
            with undone(), same_cookies(visitors[role]):
                first = visitors[role].post(url, form)
                let_go(first)
                if first.status_code >= HTTPStatus.BAD_REQUEST:
                    continue
                taken[kind], after = role, rows()
                if not (after - before).keys() - {"Entry"}:
                    continue
                makes = True
                if name in OTHERWISE:
                    continue
                for part in form.values():
                    if isinstance(part, SimpleUploadedFile):
                        part.seek(0)
                again = visitors[role].post(url, form)

                assert rows() == after
                assert (again.status_code, again["Location"]) == (HTTPStatus.FOUND, first["Location"])
                assert "您已提交过此表单" in str([str(said) for said in get_messages(again.wsgi_request)])

    assert name in SOMETIMES or makes == (name in MAKES | OTHERWISE.keys())
