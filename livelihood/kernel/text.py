"""Text that people send us: cleaned on the way in, freed of personal data before it is public, rendered safely."""

import re
import unicodedata

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt

from livelihood.kernel.errors import InvalidInput

# Every sign that ends a line somewhere: CR LF, CR, vertical tab, form feed, NEL, line and paragraph separator.
LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Controls (tab and line feed apart), marks that turn the reading direction, what is no character; signs of no width.
CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
NO_WIDTH = re.compile("[\u00ad\u200b\u2060\ufeff]")
SHORTEST_PHONE = 7  # digits of a fixed line without area code; fewer are starred out whole
BLANK_LINES = re.compile(r"\n{3,}")


class BadText(InvalidInput):
    """A text is too short or too long."""

    code = "bad_text"


def clean_text(value: str, *, max_length: int, min_length: int = 0, multiline: bool = True, field: str = "") -> str:
    """Return the text as it is stored: one kind of line end, composed (NFC), without invisible signs, trimmed.

    HTML stays as it was typed: it is text, and is escaped on output.

    max_length, min_length: in characters, after cleaning.
    multiline: False joins the lines by a space.
    field: the form field a refusal is shown at.

    :raises BadText: shorter or longer than allowed.
    """
    text = CONTROL.sub("", NO_WIDTH.sub("", LINE_END.sub("\n", value)))
    text = unicodedata.normalize("NFC", text)
    if multiline:
        text = BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()
    else:
        text = " ".join(text.split())
    if len(text) > max_length:
        problem = _("This text is too long: {length} characters; at most {limit} are possible. Please shorten it.")
        raise BadText(format_lazy(problem, length=len(text), limit=max_length), field=field or None)
    if len(text) < min_length:
        problem = _("This text is too short: its length is {length}, the least is {limit}. Please write more.")
        raise BadText(format_lazy(problem, length=len(text), limit=min_length), field=field or None)
    return text


# Full-width digits, letters and signs, which hide a number from a pattern but not from a reader; one sign for one.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SEPARATOR = r"[ \-\u2010-\u2015]?"
# What counts as personal, most specific first; of every hit only the beginning stays, to tell the reader what it was.
_PERSONAL = [
    # e-mail
    (re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII), 1),
    # identity card: 17 digits and a digit or X, or the old form of 15 digits
    (re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?![\dXx])", re.ASCII), 3),
    # bank card: 16 to 19 digits, perhaps in groups of four
    (re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)", re.ASCII), 3),
    (re.compile(r"(?<!\d)[1-9]\d{14}(?!\d)", re.ASCII), 3),
    # mobile phone, perhaps with the country's code and in groups
    (re.compile(rf"(?<!\d)(?:\+?86{_SEPARATOR})?1[3-9]\d{_SEPARATOR}\d{{4}}{_SEPARATOR}\d{{4}}(?!\d)", re.ASCII), 3),
    # fixed line with area code
    (re.compile(rf"(?<!\d)\(?0\d{{2,3}}\)?{_SEPARATOR}\d{{7,8}}(?!\d)", re.ASCII), 3),
    # a number or name introduced as one to reach somebody by
    (re.compile(r"(?<=电话)[是为]?[: ]{0,2}\d{7,8}(?!\d)", re.ASCII), 0),
    (re.compile(r"(?:(?<=微信号)|(?<=微信)|(?<=QQ号)|(?<=QQ)|(?<=qq))[是为]?[: ]{0,2}[A-Za-z0-9_-]{5,20}"), 0),
    # number plate; new-energy vehicles have one sign more
    (re.compile(rf"[{_PROVINCES}][A-HJ-NP-Z][· ]?[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9挂学警港澳](?![A-Z0-9])"), 2),
]


def mask_personal(text: str) -> str:
    """Return the text with phone, identity card and bank card numbers, e-mail, chat names and plates starred out.

    Names and addresses follow no rule and are left to the official who checks the text.
    """
    for pattern, kept in _PERSONAL:
        folded = text.translate(_FOLD)
        parts, end = [], 0
        for hit in pattern.finditer(folded):
            parts += [text[end : hit.start() + kept], "*" * (hit.end() - hit.start() - kept)]
            end = hit.end()
        text = "".join([*parts, text[end:]])
    return text


# Chinese characters with those beyond the first plane, the zero, and the dot inside names of minorities.
_HAN = "\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u00b7"
_PADDING = re.compile(f"(?<=[{_HAN}]) (?=[{_HAN}])")
_DOT = re.compile("[\u2022\u2027\u2219\u22c5\u30fb]")


def name_key(name: str) -> str:
    """Return what all spellings of a person's name share, to compare names and not to show them.

    Rosters pad names of two characters to the width of three, and type the dot inside a name in many ways.
    """
    text = _DOT.sub("\u00b7", unicodedata.normalize("NFKC", NO_WIDTH.sub("", name)))
    return _PADDING.sub("", " ".join(text.split())).casefold()


def mask_name(name: str) -> str:
    """Keep the first character of a name: 张三丰 becomes 张**."""
    return name[:1] + "*" * (len(name) - 1)


def mask_phone(phone: str) -> str:
    """Keep the first three and the last four digits of a mobile number, the last two of any other."""
    digits = re.sub(r"\D", "", phone.translate(_FOLD))
    if re.fullmatch(r"(86)?1[3-9]\d{9}", digits):
        return f"{digits[-11:-8]}****{digits[-4:]}"
    return "*" * (len(digits) - 2) + digits[-2:] if len(digits) >= SHORTEST_PHONE else "*" * len(digits)


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 -- the parser's name
        """Let http, https and mailto pass; the parser's own check lets relative addresses and some data: pass too."""
        return re.match(r"(?:https?://|mailto:)\S", url, re.IGNORECASE) is not None


_MARKDOWN = _Markdown("commonmark", {"html": False, "maxNesting": 20}).disable("image")


def markdown_html(source: str) -> SafeString:
    """Render Markdown: HTML in it is shown as text, pictures are left out, links lead by http, https or mailto only."""
    return mark_safe(_MARKDOWN.render(source))  # noqa: S308 -- the renderer escapes all text, and HTML is off
