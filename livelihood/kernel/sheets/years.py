"""The year that the title of a sheet names, in which days without a year lie."""

import re
from collections.abc import Sequence

from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import fold

NAMED = re.compile(r"(?<!\d)(20\d\d|19\d\d)年(?:度)?(?!\d{1,2}月)", re.ASCII)
LOOKED_AT = 20, 200  # cells, and characters of each


def year_in(titles: Sequence[str]) -> int | None:
    """Return the one year that titles name, or None where they name none or several; dates in them are none."""
    found: set[str] = set()
    for title in titles[: LOOKED_AT[0]]:
        try:
            found.update(NAMED.findall(fold(title[: LOOKED_AT[1]])))
        except InvalidInput:
            continue
    return int(found.pop()) if len(found) == 1 else None
