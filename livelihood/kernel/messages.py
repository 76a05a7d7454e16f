"""Messages that are kept: what they say goes into a row as code and arguments, and becomes words when it is shown.

A lazy message is a call that has not been made: a text of the catalogue, its plural, a pattern with other messages in
it. `freeze` writes that call down as JSON, `thaw` reads it back as a lazy message. The code of a message is its text in
the source, by which the catalogues know it too.
"""

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, cast

from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy, ngettext, ngettext_lazy, pgettext, pgettext_lazy

from livelihood.kernel.errors import Text
from livelihood.kernel.uploads import readable_size

Frozen = str | int | dict[str, Any]
"""What stands in a row: words of somebody as they are, a number, or a message."""


def freeze(message: object) -> Frozen:
    """Return a message as JSON; what is no message is kept as it is written.

    :raises TypeError: a lazy value of a kind that cannot be kept.
    """
    if isinstance(message, bool | int):
        return message
    if not isinstance(message, Promise):
        return str(message)
    # Django promises that lazy messages can be pickled; its type stubs do not know it.
    call, values, named = cast(tuple[Any, ...], message.__reduce__()[1])[:3]
    try:
        return _AS_JSON[call](*values, **named)
    except KeyError:
        raise TypeError(f"A lazy value of {call} cannot be kept") from None


def _pattern(pattern: object, *values: object, **named: object) -> Frozen:
    return {
        "format": freeze(pattern),
        "values": [freeze(value) for value in values],
        "named": {name: freeze(value) for name, value in named.items()},
    }


# The calls that a lazy message may stand for. The function behind `format_lazy` has no public name.
_AS_JSON: dict[Callable[..., str], Callable[..., Frozen]] = {
    gettext: lambda text: {"text": text},
    pgettext: lambda context, text: {"context": context, "text": text},
    ngettext: lambda singular, plural, number: {"text": singular, "plural": plural, "number": number},
    filesizeformat: lambda size: {"bytes": size},
    format_lazy("").__reduce__()[1][0]: _pattern,
}


def thaw(frozen: Frozen) -> Text:
    """Return what `freeze` wrote down, in the language of whoever reads it."""
    if not isinstance(frozen, dict):
        return str(frozen)
    if "format" in frozen:
        named = {name: thaw(value) for name, value in frozen["named"].items()}
        return format_lazy(thaw(frozen["format"]), *map(thaw, frozen["values"]), **named)  # type: ignore[arg-type]
    if "bytes" in frozen:
        return readable_size(frozen["bytes"])
    text = frozen["text"]
    if "plural" in frozen:
        return ngettext_lazy(text, frozen["plural"], frozen["number"])
    return pgettext_lazy(frozen["context"], text) if "context" in frozen else gettext_lazy(text)


def code_of(message: object) -> str:
    """Return the text of a message in the source, its places left empty; "" of words that are no message."""
    frozen = freeze(message)
    while isinstance(frozen, dict) and "format" in frozen:
        frozen = frozen["format"]
    return str(frozen.get("text", "")) if isinstance(frozen, dict) else ""


DIFFERS = "…"


def in_common(messages: Iterable[Frozen]) -> Frozen:
    """Return what several kept messages share: the same words, with DIFFERS for what they do not say alike."""
    return reduce(_common, messages)


def _common(one: Frozen, other: Frozen) -> Frozen:
    if one == other:
        return one
    if isinstance(one, dict) and isinstance(other, dict) and "format" in one and one["format"] == other.get("format"):
        pairs = zip(one["values"], other["values"], strict=True)
        named = {name: _common(value, other["named"][name]) for name, value in one["named"].items()}
        return {"format": one["format"], "values": [_common(*pair) for pair in pairs], "named": named}
    return DIFFERS
