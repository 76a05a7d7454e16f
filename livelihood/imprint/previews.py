"""What a setting says, ready for a page: words, a rendered text, colours, a picture."""

import base64
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from livelihood.imprint import contrast
from livelihood.imprint.contrast import Palette
from livelihood.imprint.declared import Setting, SettingKind, shipped
from livelihood.imprint.models import SettingVersion
from livelihood.imprint.values import Content
from livelihood.kernel.text import page_html

LANGUAGES = ("zh-Hans", "en")


@dataclass(frozen=True, slots=True)
class SettingWords:
    """What is read in one language. body: rendered, of a page; otherwise empty."""

    language: str
    title: str | Promise
    text: str | Promise
    body: SafeString


@dataclass(frozen=True, slots=True)
class ColourSample:
    """The colours of one kind of page, to be looked at."""

    palette: Palette
    ground: str
    contrast: str


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """is_shipped: nothing is given, so this is what was shipped. picture: an address that holds all its bytes."""

    is_shipped: bool
    words: list[SettingWords] = field(default_factory=list)
    samples: list[ColourSample] = field(default_factory=list)
    picture: str = ""
    width: int = 0
    height: int = 0
    restored_number: int | None = None


def shown(setting: Setting, version: SettingVersion | None) -> ShownSetting:
    """Return what a version says, or what holds without one."""
    if version is None or version.is_empty:
        return _as_shipped(setting)
    content = Content(version.text_zh, version.text_en, version.title_zh, version.title_en)
    picture = base64.b64encode(version.picture).decode() if version.picture else ""
    made = preview_of(setting, content)
    return ShownSetting(
        False, made.words, made.samples, f"data:image/png;base64,{picture}" if picture else "",
        version.width or 0, version.height or 0, version.restored_number,
    )  # fmt: skip


def preview_of(setting: Setting, content: Content) -> ShownSetting:
    """Return what a content will say; what was shipped where it says nothing."""
    if not content.text_zh:
        return _as_shipped(setting)
    pairs = ((content.title_zh, content.text_zh), (content.title_en, content.text_en))
    words = [
        _words(setting, language, title, text) for language, (title, text) in zip(LANGUAGES, pairs, strict=True) if text
    ]
    return ShownSetting(False, words, _samples(setting, content.text_zh))


def _as_shipped(setting: Setting) -> ShownSetting:
    if setting.kind == SettingKind.PAGE:
        texts = ((language, shipped(setting.key, language[:2])) for language in LANGUAGES)
        return ShownSetting(True, [_words(setting, language, setting.label, text) for language, text in texts if text])
    return ShownSetting(True, [_words(setting, "", "", setting.default)] if setting.default else [])


def _words(setting: Setting, language: str, title: str | Promise, text: str | Promise) -> SettingWords:
    body = page_html(str(text)) if setting.kind == SettingKind.PAGE else SafeString()
    return SettingWords(language, title, text, body)


def _samples(setting: Setting, colour: str) -> list[ColourSample]:
    if setting.kind != SettingKind.COLOUR:
        return []
    dark = [] if setting.is_of_dark_pages else [_sample(colour, is_dark=False)]
    return [*dark, _sample(colour if setting.is_of_dark_pages else contrast.for_dark(colour), is_dark=True)]


def _sample(colour: str, *, is_dark: bool) -> ColourSample:
    ground = (contrast.DARK_GROUNDS if is_dark else contrast.LIGHT_GROUNDS)["paper"]
    return ColourSample(contrast.palette(colour, is_dark=is_dark), ground, f"{contrast.contrast(colour, ground):.1f}")
