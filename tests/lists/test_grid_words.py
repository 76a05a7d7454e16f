"""What is said around every grid speaks of the rows of that grid alone."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from livelihood.lists.grids.declared import grids

SAID = re.compile(r'translate "([^"]+)"|blocktranslate trimmed[^%]*%\}(.+?)\{% (?:plural|endblocktranslate)', re.DOTALL)


def test_the_words_of_all_grids_name_the_rows_of_none():
    texts = (
        Path(settings.BASE_DIR, "templates/lists", name).read_text() for name in ("_grid.html", "_grid_table.html")
    )
    said = [" ".join((one or many).split()) for text in texts for one, many in SAID.findall(text)]
    with translation.override("zh-hans"):
        rows = {str(grid.title).removeprefix("我的") for grid in grids().values()}
        shown = {gettext(re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", text)) for text in said}

    assert {"建议", "点位", "督办单"} <= rows
    assert {"“%(title)s”中没有符合筛选条件的内容。去掉筛选条件，可查看其余各行。"} <= shown
    assert [text for text in shown for row in rows if row in text] == []


@pytest.mark.django_db
def test_an_empty_list_of_notices_speaks_of_notices(scene, go):
    page = go("notices/?state=closed").content.decode()

    assert "“督办单”中没有符合筛选条件的内容。" in page
    assert "建议" not in page.partition('class="empty"')[2].partition("</div>")[0]
