"""Reading what is set: for the frame of every page at once, and one setting with its history for who keeps it.

What the frame of a page shows is read once by a process and then known to it, under the snapshot of the database that
its page is drawn at (ADR 17): so a page that is kept never shows an older imprint than its snapshot has. Who draws at
no snapshot, as where something was sent, takes what the process knows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from livelihood.imprint import contrast
from livelihood.imprint.contrast import Palette
from livelihood.imprint.declared import SETTINGS, Setting, SettingGroup, SettingKind, own_page, shipped
from livelihood.imprint.models import SettingVersion
from livelihood.kernel.text import for_reader

ERROR_PLATFORM = "https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code={code}&url={url}"
"""Where people tell the State Council of an error on a government website (我为政府网站找错)."""


@dataclass(frozen=True, slots=True)
class ImprintFact:
    """One line of the footer. url: where it leads, if it does. icon: what was uploaded to stand before it."""

    label: str | Promise
    value: str | Promise
    url: str = ""
    icon: SettingVersion | None = None


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of the office's own, with the title in the reader's language. language: of a title that has no other."""

    key: str
    title: str | Promise
    url: str
    language: str = ""


@dataclass(frozen=True)
class Imprint:
    """What is set. In a template `imprint.name` gives the words of a setting in the reader's language.

    given: by key, the newest version of what was ever written; pages without their text.
    stamp: differs when anything does.
    """

    given: Mapping[str, SettingVersion] = field(default_factory=dict)
    stamp: int = 0

    def __getitem__(self, key: str) -> str | Promise:
        setting, version = SETTINGS[key], self.given.get(key)
        if version is None or version.is_empty:
            return setting.default
        return for_reader(version.text_zh, version.text_en)

    def version_of(self, key: str) -> int:
        """Return the number of the version of a setting that holds, 0 where nobody has ever written one."""
        version = self.given.get(key)
        return version.number if version else 0

    def picture(self, key: str) -> SettingVersion | None:
        """Return the picture that was uploaded, None while there is none."""
        version = self.given.get(key)
        return None if version is None or version.is_empty else version

    @property
    def own_mark(self) -> SettingVersion | None:
        """The mark that was uploaded, None while the shipped one holds."""
        return self.picture("mark")

    @cached_property
    def palettes(self) -> tuple[Palette, Palette] | None:
        """The colours of light and of dark pages, None while the shipped ones hold."""
        light, dark = str(self["colour"]), str(self["colour_dark"])
        if not light and not dark:
            return None
        light = light or SETTINGS["colour"].example
        dark = dark or contrast.for_dark(light)
        return contrast.palette(light, is_dark=False), contrast.palette(dark, is_dark=True)

    @property
    def office(self) -> list[ImprintFact]:
        """Who runs the portal, and how to reach them."""
        return [ImprintFact(setting.label, str(self[key])) for key, setting in _in(SettingGroup.OFFICE) if self[key]]

    @property
    def purposes(self) -> list[ImprintFact]:
        """Where something personal is asked for, and why."""
        return [ImprintFact(setting.label, str(self[key])) for key, setting in _in(SettingGroup.PURPOSE)]

    @property
    def filings(self) -> list[ImprintFact]:
        """The numbers under which the portal is filed, each with the authority's page, and where errors are told."""
        numbers = [
            ImprintFact(
                setting.label,
                str(setting.label) if setting.is_named else value,
                setting.link.format(value=quote(value), digits=re.sub(r"\D", "", value)),
                self.picture(f"{key}_icon"),
            )
            for key, setting in _in(SettingGroup.FILING)
            if setting.kind == SettingKind.LINE and (value := str(self[key]))
        ]
        if not self.error_page:
            return numbers
        label = SETTINGS["error_report"].label
        return [*numbers, ImprintFact(label, label, self.error_page, self.picture("error_report_icon"))]

    @property
    def error_page(self) -> str:
        """Where to tell of an error on this website, "" while nobody has said."""
        if self["error_report"] or not self["site_code"]:
            return str(self["error_report"])
        return ERROR_PLATFORM.format(code=self["site_code"], url=quote(settings.SITE_URL, safe=""))

    @property
    def pages(self) -> list[PageLink]:
        """The pages that there are: the shipped ones, and those that the office has added and not taken away."""
        own = [key for key, version in self.given.items() if key not in SETTINGS and not version.is_empty]
        keys = [key for key, _setting in _in(SettingGroup.PAGE)] + sorted(own)
        return [
            PageLink(key, self.title(key), reverse("portal:page", kwargs={"key": key}), self._language_of(key))
            for key in keys
        ]

    def _language_of(self, key: str) -> str:
        """Return the language of a title that was given in Chinese only, "" where it is the reader's."""
        version = self.given.get(key)
        is_chinese_only = version is not None and version.title_zh and not version.title_en
        return "zh-Hans" if is_chinese_only else ""

    def title(self, key: str) -> str | Promise:
        """Return the title of a page: what was given, otherwise the label that it is shipped with."""
        version = self.given.get(key)
        if version is not None and version.title_zh:
            return for_reader(version.title_zh, version.title_en)
        return SETTINGS[key].label


_known: tuple[str | None, Imprint] | None = None


def imprint(snapshot: str | None = None) -> Imprint:
    """Return what is set. snapshot: of the database, that is to be seen at least; None: what this process knows."""
    global _known  # noqa: PLW0603 -- what a process knows; replaced as a whole
    known = _known
    if known is None or snapshot not in {None, known[0]}:
        known = _known = (snapshot, _read())
    return known[1]


def imprint_of(request: HttpRequest) -> Imprint:
    """Return what is set, as new as the page that is being drawn has to be (livelihood.web.kept)."""
    return imprint(getattr(request, "snapshot", None))


def portal_name() -> str:
    """Return the name of the portal as it is now, for what leaves it; one query, since a worker draws no page."""
    return str(_read()["name"])


def know(one: Imprint | None) -> None:
    """Let this process know an imprint, or forget what it knew, as where something was just written."""
    global _known  # noqa: PLW0603 -- as above
    _known = None if one is None else (None, one)


def _read() -> Imprint:
    rows = SettingVersion.objects.order_by("key", "-number").distinct("key").defer("picture")
    given = {row.key: row for row in rows}
    return Imprint(given, max((row.pk for row in given.values()), default=0))


def _in(group: SettingGroup) -> list[tuple[str, Setting]]:
    return [(key, setting) for key, setting in SETTINGS.items() if setting.group == group]


def versions_of(key: str) -> QuerySet[SettingVersion]:
    """Return all versions of a setting, the newest first, with who wrote them."""
    return SettingVersion.objects.filter(key=key).select_related("written_by").order_by("-number")


def newest_number(key: str) -> int:
    """Return the number of the newest version, 0 where there is none."""
    return versions_of(key).values_list("number", flat=True).first() or 0


def setting_of(key: str) -> Setting | None:
    """Return a setting, or the one that a page of the office's own is; None where there is neither."""
    if key in SETTINGS:
        return SETTINGS[key]
    version = versions_of(key).first()
    return None if version is None else own_page(key, version.title_zh)


@dataclass(frozen=True, slots=True)
class PageText:
    """A page as it is read. language: of the text, which may be Chinese where there is no other."""

    title: str | Promise
    body: str
    language: str


def page_text(key: str, language: str) -> PageText | None:
    """Return a page in the reader's language, Chinese where it has no other; None where there is no such page."""
    version = versions_of(key).first()
    if version is None or version.is_empty:
        body = shipped(key, language)
        return PageText(SETTINGS[key].label, body, language) if body else None
    has_english = language == "en" and bool(version.text_en)
    title = version.title_en if language == "en" and version.title_en else version.title_zh
    body = version.text_en if has_english else version.text_zh
    return PageText(title or SETTINGS[key].label, body, "en" if has_english else "zh-Hans")


def picture_of(key: str, number: int) -> bytes | None:
    """Return the picture of a setting if it is the one that holds, under its number."""
    version = versions_of(key).first()
    return bytes(version.picture) if version is not None and version.picture and version.number == number else None


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A setting in the list of who keeps it. version: the newest, None where none was ever written."""

    setting: Setting
    version: SettingVersion | None

    @property
    def is_given(self) -> bool:
        return self.version is not None and not self.version.is_empty

    @property
    def is_shipped(self) -> bool:
        """Whether something holds although nothing is given."""
        return bool(self.setting.default or shipped(self.setting.key, "zh"))

    @property
    def is_withdrawn(self) -> bool:
        """Whether a page of the office's own was taken away."""
        return self.setting.key not in SETTINGS and not self.is_given

    @property
    def is_missing(self) -> bool:
        """Whether a government website has to have it, and nothing holds here."""
        return self.setting.is_duty and not self.is_given and not self.is_shipped


def lines() -> list[tuple[SettingGroup, list[SettingLine]]]:
    """Return every setting under its heading, with what stands in it; one query."""
    given = _read().given
    of_group = {group: [SettingLine(setting, given.get(key)) for key, setting in _in(group)] for group in SettingGroup}
    own = sorted(set(given) - set(SETTINGS))
    of_group[SettingGroup.PAGE] += [SettingLine(own_page(key, given[key].title_zh), given[key]) for key in own]
    return list(of_group.items())


def missing() -> list[Setting]:
    """Return what a government website has to say of itself and this one does not yet; one query."""
    return [line.setting for _group, group in lines() for line in group if line.is_missing]
