"""The year that the title of a sheet names, in which days without a year lie."""

import re
from collections.abc import Sequence

from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets.days import NUMERALS

NAMED = re.compile(
    r"(?<!\d)(20\d\d|19\d\d)(?:年(?:度)?(?!\d{1,2}月)|(?=民生|实事|项目|点位|[省市县区]|[-~至到、,和及—–]{1,2}(?:20|19)\d\d年))",
    re.ASCII,
)
"""A year, also the first of two: 2026—2027年."""

IN_WORDS = re.compile("[一二][〇零○一二三四五六七八九]{3}(?=年)")
LOOKED_AT = 20, 200  # cells, and characters of each


def years_in(titles: Sequence[str]) -> list[int]:
    """Return the years that titles name, in their order; dates in them are none."""
    found: set[str] = set()
    for title in titles[: LOOKED_AT[0]]:
        try:
            line = IN_WORDS.sub(lambda year: year[0].translate(NUMERALS), fold(title[: LOOKED_AT[1]]))
            found.update(NAMED.findall(line))
        except InvalidInput:
            continue
    return sorted(map(int, found))
