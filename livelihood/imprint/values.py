"""What may stand in a setting, by its kind."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.imprint import contrast
from livelihood.imprint.declared import Setting, SettingKind
from livelihood.imprint.pictures import Picture
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import fold_characters
from livelihood.kernel.text import clean_text

TITLE_ZH, TITLE_EN = 60, 120
ENGLISH = 2
"""How many times as long as the Chinese words the English ones may be."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is given for a setting; titles belong to pages, a picture to marks."""

    text_zh: str = ""
    text_en: str = ""
    title_zh: str = ""
    title_en: str = ""
    picture: Picture | None = None


class BadSetting(InvalidInput):
    """What was given is not what the setting holds."""

    code = "bad_setting"


def checked(setting: Setting, content: Content) -> Content:
    """Return the content as it is kept.

    :raises InvalidInput: too long, of another form, not readable, or English without Chinese.
    """
    english = content.text_en if setting.is_translated else ""
    has_lines = setting.kind in {SettingKind.LINES, SettingKind.PAGE}

    def cleaned(text: str, most: int, field: str, *, multiline: bool = False) -> str:
        return clean_text(text, max_length=most, multiline=multiline, field=field)

    clean = replace(
        content,
        text_zh=cleaned(content.text_zh, setting.most, "text_zh", multiline=has_lines),
        text_en=cleaned(english, setting.most * ENGLISH, "text_en", multiline=has_lines),
        title_zh=cleaned(content.title_zh, TITLE_ZH, "title_zh"),
        title_en=cleaned(content.title_en, TITLE_EN, "title_en"),
    )
    for chinese, other, field in (("text_zh", "text_en", "text_zh"), ("title_zh", "title_en", "title_zh")):
        if getattr(clean, other) and not getattr(clean, chinese):
            raise BadSetting(_("Give the Chinese words; without them the English ones are not shown."), field=field)
    if clean.text_zh and setting.kind in OF_KIND:
        clean = replace(clean, text_zh=OF_KIND[setting.kind](setting, clean.text_zh))
    return clean


def _line(setting: Setting, text: str) -> str:
    if not setting.pattern:
        return text
    text = fold_characters(text)[0]  # a number may be typed in full width
    if not re.fullmatch(setting.pattern, text, re.ASCII):
        problem = _("This is not the form of such a number. It looks like this: {example}")
        raise BadSetting(format_lazy(problem, example=setting.example), field="text_zh")
    return text


def _link(_setting: Setting, text: str) -> str:
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        parts, host = None, None
    if parts is None or parts.scheme != "https" or not host or " " in text or parts.username is not None:
        raise BadSetting(_("Give a whole address that begins with https://"), field="text_zh")
    return text


def _colour(setting: Setting, text: str) -> str:
    colour = text.lower()
    if not contrast.HEX.fullmatch(colour):
        problem = _("Write the colour as # and six digits, for instance {example}")
        raise BadSetting(format_lazy(problem, example=setting.example), field="text_zh")
    is_dark = setting.is_of_dark_pages
    if not contrast.is_readable(colour, is_dark=is_dark):
        problem = _("{colour} is hard to read: its contrast is below 4.5. The nearest colour that passes is {nearest}")
        nearest = contrast.nearest(colour, is_dark=is_dark)
        raise BadSetting(format_lazy(problem, colour=colour, nearest=nearest), field="text_zh")
    return colour


OF_KIND: Mapping[SettingKind, Callable[[Setting, str], str]] = {
    SettingKind.LINE: _line,
    SettingKind.LINK: _link,
    SettingKind.COLOUR: _colour,
}
