"""The manuals of docs/manuals as pages: rendered once a process, each for those who need it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from livelihood.accounts.roles import Role
from livelihood.portal.cards import LinkCard

EVERYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Manual:
    """One of the files of docs/manuals. readers: the roles it is written for; none for the citizens'."""

    key: str
    title: str | Promise
    about: str | Promise
    readers: frozenset[Role]


@dataclass(frozen=True, slots=True)
class ManualPage:
    """A manual as shown. sections: names of its parts by the identifiers they bear."""

    title: str
    sections: Sequence[tuple[str, str]]
    body: SafeString


MANUALS = (
    Manual(
        "offices",
        _("Government offices, departments and units"),
        _("The year's work, from the open letter to the report."),
        frozenset({Role.LIVELIHOOD_OFFICE, Role.DEPARTMENT, Role.IMPLEMENTING_UNIT, Role.SUPERVISION_OFFICE}),
    ),
    Manual(
        "congress",
        _("Congress staff"),
        _("Prepare a round, its roll, cards and papers; record what was adopted."),
        frozenset({Role.CONGRESS_STAFF}),
    ),
    Manual(
        "chair-and-scrutineers",
        _("Presiding officers and scrutineers"),
        _("The steps that take two persons, the count, the announcement."),
        frozenset({Role.CHAIR, Role.SCRUTINEER}),
    ),
    Manual(
        "deputies",
        _("Deputies and CPPCC members"),
        _("Sign in, vote, check the ballot by its code, give opinions."),
        frozenset({Role.DEPUTY, Role.CPPCC_MEMBER}),
    ),
    Manual(
        "administrators",
        _("Administrators and auditors"),
        _("Areas, organisations, people and roles, years, the journal."),
        frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    ),
    Manual(
        "accounts",
        _("One's own account"),
        _("The first sign-in, the password, the second factor: the same for everybody."),
        EVERYBODY,
    ),
    Manual(
        "citizens",
        _("Citizens"),
        _("Suggest, follow, read the results, judge: what people see without an account."),
        frozenset(),
    ),
)
FOLDER = settings.BASE_DIR / "docs" / "manuals"
OTHER_MANUAL = re.compile(r"([a-z-]+)\.md")
CHINESE = re.compile(r"[\u2014-\u201d\u3000-\u303f\u3400-\u9fff\uff00-\uffef]{2}")

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def manuals_for(roles: frozenset[Role]) -> tuple[list[LinkCard], list[LinkCard]]:
    """Return the manuals written for some roles, and the others, as cards."""
    own, others = list[LinkCard](), list[LinkCard]()
    for manual in MANUALS:
        url = reverse("portal:manual", kwargs={"key": manual.key})
        (own if manual.readers & roles else others).append(LinkCard(title=manual.title, url=url, text=manual.about))
    return own, others


def manual_at(key: str) -> ManualPage | None:
    """Return a manual as its page shows it; None where there is none of that key."""
    return _rendered(key, get_language()) if key in {manual.key for manual in MANUALS} else None


@cache
def _rendered(key: str, language: str | None) -> ManualPage:
    """Render a manual once for each language, as addresses differ by it."""
    tokens = _MARKDOWN.parse((FOLDER / f"{key}.md").read_text(encoding="utf-8"))
    title, sections = tokens[1].content, list[tuple[str, str]]()
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            token.attrSet("id", f"part-{len(sections) + 1}")
            sections.append((f"part-{len(sections) + 1}", tokens[place + 1].content))
        elif token.type == "table_open":
            token.attrSet("class", "table")
        elif token.children:
            token.children = _inline(token.children)
    body = _MARKDOWN.renderer.render(tokens[3:], _MARKDOWN.options, {})  # without the title, which the page shows
    return ManualPage(title, sections, mark_safe(body))  # noqa: S308 -- our own files, with HTML off


def _inline(children: list[Token]) -> list[Token]:
    """Lead to other manuals as pages and nowhere else; join lines of Chinese, between which there is no blank."""
    kept, is_left_out = [], False
    for place, token in enumerate(children):
        if token.type == "link_open":
            other = OTHER_MANUAL.fullmatch(str(token.attrGet("href")))
            is_left_out = other is None
            if other is not None:
                token.attrSet("href", reverse("portal:manual", kwargs={"key": other[1]}))
        if token.type in {"link_open", "link_close"} and is_left_out:
            continue
        if token.type == "softbreak" and _is_within_chinese(children, place):
            continue
        kept.append(token)
    return kept


def _is_within_chinese(children: list[Token], place: int) -> bool:
    before, after = ("".join(token.content for token in part) for part in (children[:place], children[place + 1 :]))
    return CHINESE.fullmatch(before[-1:] + after[:1]) is not None
