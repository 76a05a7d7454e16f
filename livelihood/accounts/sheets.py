"""Slips with one-time codes, to be printed, cut and handed over. Texts and no layout."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from livelihood.cycles.models import Area
from livelihood.kernel.naming import portal_name
from livelihood.kernel.typesetting import typeset

FOLDER = Path(__file__).resolve().parent / "typst"


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed to one person. code: shown this once; only its hash is kept.

    belongs: where the person is found to hand it over: the delegation, or organisation and role.
    """

    name: str
    username: str
    code: str
    expires_at: datetime
    belongs: str = ""


def slips_file(slips: Sequence[Slip], area: Area, *, at: datetime, by_page: bool = False) -> bytes:
    """Return the slips as PDF, in the language of the installation: whoever prints them, the person reads them.

    by_page: those who belong together have pages of their own, with a heading.
    """
    groups: dict[str, list[Slip]] = {}
    for slip in slips:
        groups.setdefault(slip.belongs if by_page else "", []).append(slip)
    with translation.override(settings.LANGUAGE_CODE):
        content = {
            "language": settings.LANGUAGE_CODE[:2],
            "title": _("Your sign-in"),
            "portal": portal_name(),
            "place": area.name,
            "labels": [_("User name"), _("One-time code"), _("Good until"), _("Web address")],
            "address": f"{settings.SITE_URL}{reverse('accounts:code_enter')}",
            "text": _("The code is good once. With it you set a password of your own. Give it to nobody."),
            "groups": [[heading, [_said(slip) for slip in together]] for heading, together in groups.items()],
        }
    return typeset(FOLDER / "slips.typ", content, at=at)


def _said(slip: Slip) -> list[str]:
    until = date_format(localtime(slip.expires_at), "DATE_FORMAT")
    return [slip.name, slip.belongs, slip.username, slip.code, until]
