"""The page that shows all pictures of `make shots` side by side."""

import re

from tests import shots


def test_each_page_stands_in_one_row_with_every_picture_that_was_taken_of_it():
    page = shots.index({"375-ordinary": ["portal-index", "portal-my_work"], "1280-elder": ["portal-index"]})

    assert "<h1>2 pages</h1>" in page
    rows = dict(re.findall(r"<h2>(.*?)</h2>\n<ol>(.*?)</ol>", page))
    assert {name: re.findall(r'src="(.*?)"', row) for name, row in rows.items()} == {
        "portal-index": ["375-ordinary/portal-index.png", "1280-elder/portal-index.png"],
        "portal-my_work": ["375-ordinary/portal-my_work.png"],
    }
    assert re.findall(r'href="(.*?)"', page) == re.findall(r'src="(.*?)"', page)
