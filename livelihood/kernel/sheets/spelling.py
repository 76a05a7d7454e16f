"""Brings the XML of a workbook into one spelling.

The reader of values knows how Excel spells a part; of what other programs may write as well, it takes some for another
value or for none, and says nothing.
"""

import re
from xml.sax.saxutils import escape

DECLARED = re.compile(rb"""<\?xml\s[^<>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
"""How a part begins that is written in two bytes a character."""
NARROW = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5", "iso-8859-1": "iso-8859-1",
    "windows-1252": "windows-1252",
}  # fmt: skip
"""Codings that a part may declare; whatever else it declares, its bytes are UTF-8."""
ASIDE = re.compile(rb"<!--|<!\[CDATA\[|<\?")
ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}

SPACES = (b" ", b"\n", b"\r", b"\t")
VALUE = re.compile(rb"(<(?:[^\s<>/\"':]+:)?v(?:\s[^<>]*)?>)([^<]+)(?=</)")
REFERENCE = re.compile(rb"&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")


def as_utf8(content: bytes) -> bytes:
    """Return XML in UTF-8, without declaration and comments, its quoted sections as any other text.

    :raises ValueError: it is not what it declares, or a comment does not end.
    """
    if wide := WIDE.get(content[:2]):
        content = content.decode(wide).removeprefix("\ufeff").encode()
    elif (declared := DECLARED.match(content)) and (coding := NARROW.get(declared[1].decode().lower())):
        content = content.decode(coding).encode()
    content = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if content.startswith(b"<?xml"):
        content = content[content.index(b"?>") + 2 :]
    return _without_asides(content) if b"<!" in content or b"<?" in content else content


def _without_asides(content: bytes) -> bytes:
    parts, at = list[bytes](), 0
    while aside := ASIDE.search(content, at):
        parts.append(content[at : aside.start()])
        at = content.index(ENDS[aside[0]], aside.end())
        if aside[0] == b"<![CDATA[":
            quoted = content[aside.end() : at]
            parts.append(quoted.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;"))
        at += len(ENDS[aside[0]])
    return b"".join([*parts, content[at:]])


def with_bare_values(content: bytes) -> bytes:
    """Return a sheet whose values are nothing but their characters: no space around them, none by its number."""
    # One byte is found many times as fast as several, and most sheets have no line nor reference in them.
    spaces = [space for space in SPACES if space in content]
    odd = [*(b"<v>" + space for space in spaces), *(space + b"</v>" for space in spaces), b":v>", b"<v "]
    odd += [b"&#"] if b"&" in content else []
    if not any(one in content for one in odd):
        return content
    return VALUE.sub(lambda value: value[1] + REFERENCE.sub(_signs, value[2]).strip(), content)


def _signs(reference: re.Match[bytes]) -> bytes:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    is_sign = number in {9, 10, 13} or 32 <= number < 0xD800 or 0xE000 <= number <= 0x10FFFF  # noqa: PLR2004 -- of XML
    return escape(chr(number)).encode() if is_sign else reference[0]
