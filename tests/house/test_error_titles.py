"""A page that says what is wrong with what was sent says so first: its title begins with it, whatever its form is."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from livelihood.portal.messages import source_files
from tests.house.addresses import TABLE, address
from tests.house.test_looks import PAGES, reader
from tests.house.walking import sendable, undone
from tests.house.world import World

pytestmark = pytest.mark.django_db

TITLE = re.compile(r"<title>\s*(.*?)\s*</title>", re.DOTALL)


def test_the_title_of_every_refused_form_begins_with_that(world: World, visitors: dict[str, Client]):
    silent, refused = {}, 0
    for name in PAGES[::5]:
        client, url = reader(TABLE[name], visitors), address(world, name)
        page = client.get(url)
        if page.status_code != 200 or b'method="post"' not in page.content:
            continue
        for fields in sendable(page, url):
            empty = {key: value if key in {"step", "act", "verb"} else "" for key, value in fields.items()}
            with undone():
                answer: Any = client.post(url, empty)
            if answer.status_code == 422 and (title := TITLE.search(answer.content.decode())):
                refused += 1
                if not title[1].startswith(("错误：", "无法完成")):
                    silent[name] = title[1]

    assert silent == {}
    assert refused > 10


def test_one_place_answers_that_something_is_not_right_and_tells_the_page():
    """`livelihood.kernel.pages.show_page`: a page that is answered past it would have the title of any other."""
    answers = re.compile(r"\bstatus=.*\b422\b")

    assert [path for path in source_files(settings.BASE_DIR) if answers.search(path.read_text())] == []
