"""What can be set, as data: one row is one setting. Who adds a row has its form, history, check and footer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

TEXTS = Path(__file__).parent / "texts"
PROVINCE = "[京津沪渝冀豫滇辽黑湘皖鲁新苏浙赣鄂桂陇晋蒙陕吉闽黔粤青藏蜀宁琼]"
"""As the ministry's register abbreviates a province: 滇, 陇, 黔 and 蜀 for what plates call 云, 甘, 贵 and 川."""
PROVINCE_OF_POLICE = f"{PROVINCE[:-1]}云甘贵川]"
"""The police writes either, by province."""
SLUG = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")


class SettingKind(StrEnum):
    """What a setting holds; each has one check (`livelihood.imprint.values`) and one kind of field."""

    LINE = "line"
    LINES = "lines"
    LINK = "link"
    COLOUR = "colour"
    PICTURE = "picture"
    PAGE = "page"


class SettingGroup(models.TextChoices):
    """Under which heading a setting stands."""

    LOOK = "look", _("Name and look")
    OFFICE = "office", _("Who runs the portal")
    FILING = "filing", _("Filing numbers")
    PURPOSE = "purpose", _("Purposes of personal data")
    PAGE = "page", _("Pages")


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set.

    default: what holds until something is given, in the reader's language.
    most: characters at most. pattern: what a value looks like, where it has a form. example: for whoever enters it.
    is_translated: whether it has words in English of its own.
    is_named: whether the footer has its label in place of a value that says nothing to people.
    link: where it leads in the footer; `{value}` and `{digits}` stand for the value and the digits in it.
    icon_of: the number or link before which a picture stands in the footer. least: points that its shorter side has.
    is_duty: whether a government website has to have it.
        Source: 政府网站发展指引 (国办发〔2017〕47号), annex 1; 个人信息保护法, article 17.
    """

    key: str
    group: SettingGroup
    kind: SettingKind
    label: str | StrPromise
    help: str | StrPromise = ""
    default: str | StrPromise = ""
    most: int = 100
    pattern: str = ""
    example: str = ""
    link: str = ""
    is_named: bool = False
    is_translated: bool = False
    icon_of: str = ""
    least: int = 32
    is_duty: bool = False

    @property
    def is_of_dark_pages(self) -> bool:
        """Whether a colour stands on dark ground."""
        return self.key == "colour_dark"


def _purpose(key: str, label: StrPromise, default: StrPromise) -> Setting:
    help_text = _("Shown at the form. Say what is asked for, what for, who sees it and how long it is kept.")
    return Setting(
        key, SettingGroup.PURPOSE, SettingKind.LINES, label, help_text, default, most=600, is_translated=True
    )


def _icon(of: str, label: StrPromise) -> Setting:
    help_text = _(
        "PNG or JPEG, as the authority gives it out; at least 16 points on each side. Stands at the foot of every page,"
        " before what it belongs to, once that is set."
    )
    return Setting(f"{of}_icon", SettingGroup.FILING, SettingKind.PICTURE, label, help_text, icon_of=of, least=16)


def _page(key: str, label: StrPromise, *, is_duty: bool = False) -> Setting:
    return Setting(key, SettingGroup.PAGE, SettingKind.PAGE, label, most=20_000, is_translated=True, is_duty=is_duty)


SETTINGS: Mapping[str, Setting] = {
    setting.key: setting
    for setting in (
        Setting(
            "name",
            SettingGroup.LOOK,
            SettingKind.LINE,
            _("Name of the portal"),
            _("Stands at the top of every page and in the title of the window."),
            _("Livelihood projects"),
            most=30,
            is_translated=True,
        ),
        Setting(
            "mark",
            SettingGroup.LOOK,
            SettingKind.PICTURE,
            _("Mark"),
            _(
                "PNG or JPEG, best 512 × 512 with a clear ground; SVG is not taken. The national emblem only where the"
                " law lets your office show it."
            ),
        ),
        Setting(
            "colour",
            SettingGroup.LOOK,
            SettingKind.COLOUR,
            _("Colour of light pages"),
            _("Of links, buttons and the line at the top. Words in it must be readable on every ground."),
            example="#14523f",
        ),
        Setting(
            "colour_dark",
            SettingGroup.LOOK,
            SettingKind.COLOUR,
            _("Colour of dark pages"),
            _("Empty: made from the one of light pages."),
            example="#85cdb0",
        ),
        Setting(
            "sponsor", SettingGroup.OFFICE, SettingKind.LINE, _("Sponsor"), _("The authority whose site this is."),
            is_translated=True, is_duty=True,
        ),
        Setting(
            "operator", SettingGroup.OFFICE, SettingKind.LINE, _("Operator"), _("The office that keeps it."),
            is_translated=True,
        ),
        Setting(
            "contact", SettingGroup.OFFICE, SettingKind.LINE, _("Contact"),
            _("How people reach the office: telephone, mail, address, hours. Of the office, not of one person."),
            most=200, is_translated=True, is_duty=True,
        ),
        Setting(
            "icp", SettingGroup.FILING, SettingKind.LINE, _("ICP filing number"),
            pattern=rf"{PROVINCE}ICP[备证] ?\d{{5,12}} ?号(-\d{{1,3}}[A-Z]?)?", example="浙ICP备05000000号-1",
            link="https://beian.miit.gov.cn/", is_duty=True,
        ),
        Setting(
            "security_filing", SettingGroup.FILING, SettingKind.LINE, _("Public security filing number"),
            pattern=rf"{PROVINCE_OF_POLICE}公网安备 ?\d{{14}}号", example="浙公网安备33000000000000号",
            link="https://beian.mps.gov.cn/#/query/webSearch?code={digits}", is_duty=True,
        ),
        _icon("security_filing", _("Icon of the public security filing")),
        Setting(
            "site_code", SettingGroup.FILING, SettingKind.LINE, _("Government website mark number"),
            pattern=r"(bm\d{8}|\d{10})", example="3300000000", is_duty=True,
        ),
        Setting(
            "organ_mark", SettingGroup.FILING, SettingKind.LINE, _("Mark of Party and government websites"),
            _("The number that stands in its address after id="),
            pattern="[0-9A-F]{32}", example="0123456789ABCDEF0123456789ABCDEF",
            link="https://bszs.conac.cn/sitename?method=show&id={value}", is_named=True,
        ),
        _icon("organ_mark", _("Icon of Party and government websites")),
        Setting(
            "error_report", SettingGroup.FILING, SettingKind.LINK, _("Report an error of this website"),
            _("Empty: the platform of the State Council, by the government website mark number."), most=300,
        ),
        _icon("error_report", _("Icon of error reports")),
        _purpose(
            "purpose_suggestion", _("Suggestion form"),
            _(
                "Name, telephone and mail are yours to give or to leave out. They serve to answer you and to ask back,"
                " nothing else. Officials who answer see them, every look is recorded, and they are never published."
                " How long they are kept stands on the privacy page."
            ),
        ),
        _purpose(
            "purpose_tracking", _("Following a suggestion"),
            _(
                "Number and code serve to find your suggestion. Nothing of them is kept here; wrong codes are counted"
                " for a few minutes, without your address, so that nobody can guess."
            ),
        ),
        _purpose(
            "purpose_survey", _("Survey"),
            _(
                "Your answer serves to judge how the projects were carried out. No name, number or address is asked"
                " for. What is kept of it and how long stands under the form."
            ),
        ),
        _purpose(
            "purpose_sign_in", _("Sign-in for officials and deputies"),
            _(
                "User name, password and codes serve to know who acts. When and how you signed in is kept for a while,"
                " for you to see. Wrong attempts are noted with the address they came from, so that guessing is"
                " stopped. What you do at the desk stands in the journal, which is kept."
            ),
        ),
        _purpose(
            "purpose_account", _("Accounts of officials and deputies"),
            _(
                "Name, mail address and office serve to reach each person, to give them what they may do, and to say"
                " in the journal who acted. Enter no more than is asked for. An account is closed, not deleted, since"
                " the journal names it."
            ),
        ),
        _purpose(
            "purpose_upload", _("Sheets that are brought in"),
            _(
                "A sheet may hold names and telephones of officials, deputies and contacts. It serves to enter what is"
                " in it, nothing else; leave out columns that are not needed. Who may bring such a sheet here can open"
                " it. The file is kept to show where a value came from; how long stands on the privacy page."
            ),
        ),
        _page("about", _("About this site")),
        _page("help", _("Help")),
        _page("accessibility", _("Accessibility")),
        _page("terms", _("Terms of use")),
        _page("privacy", _("Privacy"), is_duty=True),
    )
}  # fmt: skip
"""Every setting by its key, in the order in which they are shown."""


def own_page(key: str, title: str) -> Setting:
    """Return the setting that a page is which the office has added."""
    return Setting(key, SettingGroup.PAGE, SettingKind.PAGE, title or key, most=20_000, is_translated=True)


@cache
def shipped(key: str, language: str) -> str:
    """Return the text that a page is shipped with, "" for one of the office's own. language: zh or en."""
    file = TEXTS / f"{key}.{language}.md"
    return file.read_text(encoding="utf-8") if key in SETTINGS and file.exists() else ""
