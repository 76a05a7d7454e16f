"""The one place where Unicode is composed and folded: measured first, so that no text costs more than its length.

`fold` is what all spellings of a name, key, heading or search share. Everything that compares words typed by people
compares these.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Literal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import InvalidInput

LONGEST_RUN = 30
"""Combining marks in a row; ordering them takes the square of their number. Source: UAX #15, Stream-Safe Text."""

LONGEST_NAME = 8 * 1024
"""Bytes of what is folded: names, keys, headings and words of a search are far shorter."""

LONGEST_CHARACTER = 4
"""Bytes in UTF-8."""

FIRST_PLANES = range(0x20000)
"""The planes in which Unicode has combining marks and characters of no width; tags and selectors apart, see below."""


class TextTooLarge(InvalidInput):
    """What is compared is too large to be looked at."""

    code = "text_too_large"
    message = _("This text is too long. Please shorten it.")


class TooManyMarks(InvalidInput):
    """A text stacks more marks on one letter than any script does."""

    code = "too_many_marks"

    def __init__(self, field: str | None = None) -> None:
        problem = _("This text puts more than {limit} accents or marks on one letter. Please type it again.")
        super().__init__(format_lazy(problem, limit=LONGEST_RUN), field=field)


def _characters(wanted: Callable[[str], bool]) -> str:
    """Return the inside of a pattern's brackets for all characters of the first planes that are wanted."""

    def ranges() -> Iterator[str]:
        start = previous = None
        for code in FIRST_PLANES:
            if not wanted(chr(code)):
                continue
            if previous is None or code != previous + 1:
                if start is not None:
                    yield f"\\U{start:08x}-\\U{previous:08x}"
                start = code
            previous = code
        yield f"\\U{start:08x}-\\U{previous:08x}"

    return "".join(ranges())


# Soft hyphen, zero-width spaces, turners of the reading direction, annotations and the like. Joiners are not among
# them: they hold families of pictures together and part letters in Uyghur and Persian. Signs of number are visible.
_JOINERS = "\u200c\u200d"
_SHOWN = {*_JOINERS, *map(chr, range(0x600, 0x606)), *"\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"}
_FORMATS = _characters(lambda character: unicodedata.category(character) == "Cf" and character not in _SHOWN)
# Letters and marks that are drawn as nothing: fillers of Hangul, the joiner of graphemes, inherent vowels of Khmer,
# the empty musical note head; and tags.
_EMPTY = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\U0001d159\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
NEVER_SEEN = re.compile(f"[{_FORMATS}{_EMPTY}]")
"""What is never seen and never stored."""

_SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_HIDDEN = re.compile(f"[{_FORMATS}{_EMPTY}{_JOINERS}{_SELECTORS}]")
# Controls that end no line and are no tab, halves of pairs, what is no character.
_CONTROLS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
CONTROL = re.compile(f"[{_CONTROLS}]")
# The empty pattern of Braille is drawn as a space and is none to Python.
BLANK = re.compile("\u2800")
VISIBLE = re.compile(f"[^{_FORMATS}{_EMPTY}{_JOINERS}{_SELECTORS}{_CONTROLS}\\s\u2800]")
"""A character that a reader gets to see."""

# Also what only turns into marks when it is taken apart, such as three vowels of Tibetan.
_MARK = _characters(lambda character: unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) != 0)
_LONG_RUN = re.compile(f"[{_MARK}]{{{LONGEST_RUN + 1}}}")

# Chinese characters with those beyond the first plane, the zero, and the dot inside names of minorities.
_HAN = "\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u00b7"
_PADDING = re.compile(f"(?<=[{_HAN}]) (?=[{_HAN}])")
_DOT = re.compile("[\u2022\u2027\u2219\u22c5\u30fb]")
_DASH = re.compile("[\u2010-\u2015\u2212\ufe58]")


def is_larger(text: str, limit: int) -> bool:
    """Tell whether a text has more than so many bytes in UTF-8."""
    if len(text) * LONGEST_CHARACTER <= limit:
        return False
    return len(text) > limit or len(text.encode(errors="surrogatepass")) > limit


def normalised(text: str, form: Literal["NFC", "NFKC"], *, field: str | None = None) -> str:
    """Return a text in a form of Unicode, in time that grows with its length.

    :raises TooManyMarks: marks stand in a longer row than LONGEST_RUN.
    """
    if text.isascii():
        return text
    if _LONG_RUN.search(text):
        raise TooManyMarks(field)
    return unicodedata.normalize(form, text)


def fold(text: str) -> str:
    """Return what all spellings of a name, key, heading or word share, to compare them and not to show it.

    Forgiven are width and form (NFKC), case, everything that is not seen, every kind and number of spaces and dashes,
    the many dots inside names, and the spaces that pad Chinese names of two characters. Nothing visible: "".

    :raises TextTooLarge: it has more bytes than LONGEST_NAME.
    :raises TooManyMarks: see `normalised`.
    """
    if is_larger(text, LONGEST_NAME):
        raise TextTooLarge
    if text.isascii() and text.isprintable():
        return " ".join(text.split()).casefold()
    # Folding case may give what is to be composed again: ǰ, ΐ and the like.
    for _round in range(2):
        text = normalised(_HIDDEN.sub("", CONTROL.sub("", text)), "NFKC").casefold()
    text = _HIDDEN.sub("", normalised(text, "NFKC"))
    text = _DASH.sub("-", _DOT.sub("\u00b7", BLANK.sub(" ", text)))
    return _PADDING.sub("", " ".join(text.split()))


def seen_lines(text: str) -> list[str]:
    """Return the lines of a text on which something is seen, as they were typed.

    :raises TextTooLarge: a line has more bytes than LONGEST_NAME.
    :raises TooManyMarks: see `normalised`.
    """
    return [line for line in text.splitlines() if fold(line)]


def fold_characters(text: str) -> tuple[str, list[int]]:
    """Return a text in plain width and without what is not seen, and where each character of it stood.

    The places end in the length of the text. Case, spaces and marks stay, so that patterns can be looked for.
    """
    if text.isascii():
        return text, [*range(len(text) + 1)]
    shown = [
        (place, _plain_character(character)) for place, character in enumerate(text) if not _HIDDEN.match(character)
    ]
    return "".join(character for _place, character in shown), [*(place for place, _character in shown), len(text)]


@lru_cache(maxsize=10_000)
def _plain_character(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character
