"""The year that the title of a sheet names, in which days without a year lie."""

import re
from collections.abc import Sequence

from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets.days import NUMERALS

NAMED = re.compile(r"(?<!\d)(20\d\d|19\d\d)(?:年(?:度)?(?!\d{1,2}月)|(?=民生|实事|项目|点位|[省市县区]))", re.ASCII)
IN_WORDS = re.compile("[一二][〇零○一二三四五六七八九]{3}(?=年)")
LOOKED_AT = 20, 200  # cells, and characters of each


def year_in(titles: Sequence[str]) -> int | None:
    """Return the one year that titles name, or None where they name none or several; dates in them are none."""
    found: set[str] = set()
    for title in titles[: LOOKED_AT[0]]:
        try:
            line = IN_WORDS.sub(lambda year: year[0].translate(NUMERALS), fold(title[: LOOKED_AT[1]]))
            found.update(NAMED.findall(line))
        except InvalidInput:
            continue
    return int(found.pop()) if len(found) == 1 else None
