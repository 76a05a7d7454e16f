"""On a phone a long table shows its first rows, and a way to all of them."""

import re

import pytest
from django.utils import translation

from tests.web.rendering import render

ROWS = "<thead><tr></tr></thead><tbody>{% for row in rows %}<tr></tr>{% endfor %}</tbody>"
TABLE = (
    "{% tableregion 'Sites' is_pictured=is_pictured %}<table class='{{ name }}'>"
    + ROWS
    + "</table>{% endtableregion %}"
)


def opens(template, **context):
    """Return class and words of what opens the rest, empty where nothing is folded."""
    with translation.override("en"):
        html = render(template, **context)
    return re.findall(r'<details class="([^"]*)"><summary>([^<]*)</summary></details>', html)


@pytest.mark.parametrize(
    ("name", "rows", "is_pictured", "found"),
    [
        ("table", 10, False, []),
        ("table", 11, False, [("rest", "Show all 11")]),
        ("table rows-on-phone", 20, False, []),
        ("table rows-on-phone", 1021, False, [("rest", "Show all 1,021")]),
        ("table", 2, True, [("rest rest-all", "All 2 as a table")]),
        ("table", 0, True, []),
    ],
)
def test_a_long_table_is_folded_and_one_that_a_picture_has_shown(name, rows, is_pictured, found):
    assert opens(TABLE, name=name, rows=range(rows), is_pictured=is_pictured) == found


def test_the_head_of_a_table_is_no_row():
    html = render(TABLE, name="table", rows=range(10), is_pictured=False)

    assert html.count("<tr>") == 11
    assert html.endswith("</div>")


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("{% load tables %}{% rest 6 %}", []),
        ("{% load tables %}{% rest 7 %}", [("rest", "Show all 7")]),
        ("{% load tables %}{% rest 1 label='By code' %}", [("rest rest-all", "By code")]),
    ],
)
def test_a_list_is_folded_from_its_seventh_row_on(call, found):
    assert opens(call) == found
