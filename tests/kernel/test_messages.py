"""Messages that are kept say the same in every language."""

import json
from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from livelihood.kernel.errors import NotReady
from livelihood.kernel.messages import DIFFERS, freeze, in_common, thaw
from livelihood.kernel.uploads import FileKind, readable_size

MESSAGES = [
    _("This cell is empty."),
    pgettext_lazy("person", "Name"),
    FileKind.PNG.label,
    readable_size(1536),
    ngettext_lazy("%(count)d site is not accepted.", "%(count)d sites are not accepted.", 2),
    format_lazy(_("This text has {length} characters."), length=61),
    format_lazy("{} / {} / {}", _("yes"), "原文 {}", Decimal("1.50")),
    format_lazy(_("This file is {kind}. Expected: {wanted}. {remedy}"), kind=FileKind.PDF.label, wanted="x", remedy=""),
    NotReady([_("Some work is unfinished."), "甲"]).text,
    "as somebody wrote it",
]


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("written_in", ["en", "zh-hans"])
def test_a_message_is_read_in_every_language_whatever_it_was_written_in(message, written_in: str):
    with translation.override(written_in):
        kept = json.loads(json.dumps(freeze(message)))

    shown = thaw(kept)
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert str(shown) == str(message)


def test_what_cannot_be_kept_is_no_message():
    with pytest.raises(TypeError):
        freeze(lazy(lambda: "now", str)())


def test_what_messages_have_in_common_is_said_and_the_rest_left_open():
    text = _("{column}: “{word}” means")
    kept = [freeze(format_lazy(text, column=_("yes"), word=word)) for word in ("甲", "乙")]
    numbered = [freeze(format_lazy("{} / {}", "甲", number)) for number in (1, 2)]

    with translation.override("en"):
        assert str(thaw(in_common(kept))) == "yes: “…” means"
        assert str(thaw(in_common([kept[0], kept[0]]))) == "yes: “甲” means"
    assert str(thaw(in_common(numbered))) == "甲 / …"
    assert in_common([kept[0], numbered[0]]) == DIFFERS
    assert in_common(["甲", "乙"]) == DIFFERS
