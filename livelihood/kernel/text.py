"""Text that people send us: cleaned on the way in, freed of personal data before it is public, rendered safely."""

import re

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import (
    BLANK,
    CONTROL,
    NEVER_SEEN,
    VISIBLE,
    fold,
    is_larger,
    normalised,
)
from livelihood.kernel.identifying import findings, mask

# Every character that ends a line somewhere: CR LF, CR, vertical tab, form feed, NEL, line and paragraph separator.
LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
SHORTEST_PHONE = 7  # digits of a fixed line without area code; fewer are starred out whole
BLANK_LINES = re.compile(r"\n{3,}")

BYTES_A_CHARACTER, BYTES_BESIDE = 8, 8 * 1024
"""What a text may have in bytes before it is cleaned: twice its longest in UTF-8, and room for spaces around it."""


class BadText(InvalidInput):
    """A text is too short or too long."""

    code = "bad_text"


def clean_text(value: str, *, max_length: int, min_length: int = 0, multiline: bool = True, field: str = "") -> str:
    """Return the text as it is stored: one kind of line end, composed (NFC), without invisible characters, trimmed.

    HTML stays as it was typed: it is text, and is escaped on output. A text without anything visible is empty.

    max_length: in characters, after cleaning. min_length: in characters that are seen, or spaces between them.
    multiline: False joins the lines by a space.
    field: the form field a refusal is shown at.

    :raises BadText: shorter or longer than allowed, or so large that it was not even cleaned.
    :raises TooManyMarks: more marks on one letter than any script has.
    """
    if is_larger(value, max_length * BYTES_A_CHARACTER + BYTES_BESIDE):
        raise _too_long(value, max_length, field)
    text = BLANK.sub(" ", CONTROL.sub("", NEVER_SEEN.sub("", LINE_END.sub("\n", value))))
    text = normalised(text, "NFC", field=field or None)
    if multiline:
        text = BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()
    else:
        text = " ".join(text.split())
    visible = len(VISIBLE.findall(text))
    if not visible:
        text = ""
    if len(text) > max_length:
        raise _too_long(text, max_length, field)
    length = visible + sum(map(str.isspace, text))
    if length < min_length:
        problem = _("This text is too short: its length is {length}, the least is {limit}. Please write more.")
        raise BadText(format_lazy(problem, length=length, limit=min_length), field=field or None)
    return text


def _too_long(text: str, limit: int, field: str) -> BadText:
    problem = _("This text is too long: {length} characters; at most {limit} are possible. Please shorten it.")
    return BadText(format_lazy(problem, length=len(text), limit=limit), field=field or None)


def for_reader(zh: str, en: str) -> str:
    """Return words in the reader's language; Chinese where there are no English ones."""
    return en if en and (get_language() or "").startswith("en") else zh


def mask_personal(text: str) -> str:
    """Return the text with what tells of somebody starred out, by rule; an official looks for what no rule finds."""
    return mask(text, findings(text))


def mask_phone(phone: str) -> str:
    """Keep the first three and the last four digits of a mobile number, the last two of any other."""
    digits = re.sub(r"[^0-9]", "", fold(phone))
    if re.fullmatch(r"(86)?1[3-9]\d{9}", digits):
        return f"{digits[-11:-8]}****{digits[-4:]}"
    return "*" * (len(digits) - 2) + digits[-2:] if len(digits) >= SHORTEST_PHONE else "*" * len(digits)


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 -- the parser's name
        """Let http, https and mailto pass; the parser's own check lets relative addresses and some data: pass too."""
        return re.match(r"(?:https?://|mailto:)\S", url, re.IGNORECASE) is not None


_MARKDOWN = _Markdown("commonmark", {"html": False, "maxNesting": 20, "breaks": True}).disable("image")


SALUTATION_ENDS = ("：", ":")


def letter_html(source: str) -> SafeString:
    """Render Markdown: HTML in it is shown as text, pictures are left out, links lead by http, https or mailto only.

    Each line is a paragraph, as whoever pastes a letter from a word processor expects. The first, if it is a greeting,
    has a class of its own: it is not indented.
    """
    tokens: list[Token] = []
    is_first = True
    for token in _MARKDOWN.parse(source):
        if token.type == "inline" and tokens[-1].type == "paragraph_open" and not tokens[-1].level:
            opening = tokens.pop()
            for number, line in enumerate(_lines(token)):
                if number:
                    tokens.append(Token("paragraph_close", "p", -1, block=True))
                begins = Token("paragraph_open", "p", 1, block=True, hidden=opening.hidden)
                said = "".join(child.content for child in line).rstrip()
                if is_first and said.endswith(SALUTATION_ENDS):
                    begins.attrSet("class", "letter-salutation")
                is_first = False
                tokens += [begins, Token("inline", "", 0, children=line, content=said)]
        else:
            tokens.append(token)
    return mark_safe(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))  # noqa: S308 -- the renderer escapes all text, and HTML is off


def _lines(inline: Token) -> list[list[Token]]:
    """Split a paragraph at the ends of its lines, but for those within bold text or a link."""
    lines: list[list[Token]] = [[]]
    depth = 0
    for child in inline.children or ():
        depth += child.nesting
        if child.type in {"softbreak", "hardbreak"} and not depth:
            lines.append([])
        else:
            lines[-1].append(child)
    return lines


FIRST_HEADING, LAST_HEADING = 2, 6


def page_html(source: str) -> SafeString:
    """Render the Markdown of a page that has its title already: headings begin below it and leave no level out."""
    tokens = _MARKDOWN.parse(source)
    headings = [token for token in tokens if token.type.startswith("heading_")]
    ranks = sorted({token.tag for token in headings})
    level = FIRST_HEADING - 1
    for token in headings:  # each opens and closes
        if token.nesting > 0:
            level = min(FIRST_HEADING + ranks.index(token.tag), level + 1, LAST_HEADING)
        token.tag = f"h{level}"
    return mark_safe(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))  # noqa: S308 -- as above
