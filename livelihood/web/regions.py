"""Tables scroll in themselves, and on a phone long tables and lists show their first rows until asked for all."""

import re

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

FIRST = 6
"""So many rows of a long list are shown on a phone; `static/css/phone.css` counts them."""
LONG = 10
"""Of a table with more rows than these the rest is folded away."""
LONG_PAGE = 20
"""The same where rows are a line or two high, as many as a page has; the first sixteen are shown."""

HEAD = re.compile(r"<thead.*?</thead>", re.DOTALL)


def rest_of(count: int, *, most: int, label: str = "") -> SafeString:
    """Return what opens the rest of the list that stands before it; nothing where all rows are shown anyway.

    It is seen on phones alone and needs no script. most: rows of a list that is shown whole; 0: none is shown at first.
    """
    if count <= most:
        return SafeString()
    words = label or _("Show all %(count)s") % {"count": f"{count:,}"}
    return format_html('<details class="rest{}"><summary>{}</summary></details>', "" if most else " rest-all", words)


def table_region(table: str, label: str, *, is_pictured: bool = False) -> SafeString:
    """Return a table in its region. is_pictured: a picture has shown the same, so that a phone folds it."""
    rows = HEAD.sub("", table).count("<tr")
    if is_pictured:
        opens = rest_of(rows, most=0, label=_("All %(count)s as a table") % {"count": f"{rows:,}"})
    else:
        opens = rest_of(rows, most=LONG_PAGE if "rows-on-phone" in table else LONG)
    return format_html(
        '<div class="table-region" role="region" aria-label="{}" tabindex="0">{}</div>{}',
        label,
        mark_safe(table),  # noqa: S308 -- what a template wrote
        opens,
    )
