"""A row is offered and shown by its name, never as `#56 …`: that is how the journal and the logs speak of it."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from livelihood.cycles.forms import TypedChoiceOf
from livelihood.cycles.models import Organisation
from tests.house.addresses import TABLE, address
from tests.house.test_forms import all_forms
from tests.house.walking import let_go
from tests.house.world import World

pytestmark = pytest.mark.django_db

KEY = re.compile(r"#\d+ \S")


class Words(HTMLParser):
    """What a reader reads of a page, and what stands in its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value or "" for name, value in attrs if name in {"value", "title", "alt", "aria-label"}]


def test_organisations_are_chosen_by_typing_and_never_from_a_list():
    """One's own organisations are few: whoever answers in the name of one of them picks it."""
    selects = [
        (form.__name__, name)
        for form in all_forms()
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        if getattr(getattr(field, "queryset", None), "model", None) is Organisation
        and not isinstance(field, TypedChoiceOf)
    ]

    assert selects == [("ReplyForm", "organisation")]


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if not row.is_post and row.ok == 200])
def test_no_page_names_a_row_by_its_key(name: str, world: World, visitors: dict[str, Client]):
    row = TABLE[name]
    client = visitors["anonymous" if row.who is None else min(row.who)]
    answer = client.get(address(world, name))
    let_go(answer)
    if not answer.headers["Content-Type"].startswith("text/html"):
        return
    reader = Words()
    reader.feed(answer.content.decode())

    assert [words for words in reader.words if KEY.search(words)] == []
