"""What must hold of the addresses and servers of an installation before it is let out."""

import os
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Doubt
from django.http.request import validate_host

TOO_MUCH = {"postgres", "livelihood_owner"}
"""Roles of the database under which no guard or right holds the application (deploy/roles.sql)."""


def addresses_are_ours(**_: Any) -> list[CheckMessage]:
    """Find settings by which the portal answers to any name, hands out addresses without TLS, or asks no provider."""
    found: list[CheckMessage] = []
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Let ALLOWED_HOSTS name the names under which the portal is reached, and no others."
        found.append(Doubt("ALLOWED_HOSTS lets any name in.", hint=hint, id="web.W001"))
    if not settings.SITE_URL.startswith("https://"):
        hint = "Let SITE_URL begin with https://: it stands on papers, in mails and in QR codes."
        found.append(Doubt("SITE_URL is an address without TLS.", hint=hint, id="web.W002"))
    if not validate_host(urlsplit(settings.SITE_URL).hostname or "", settings.ALLOWED_HOSTS):
        hint = "Let ALLOWED_HOSTS name the host of SITE_URL: papers, mails and QR codes lead there."
        found.append(Error("SITE_URL is an address to which the portal does not answer.", hint=hint, id="web.E001"))
    if not settings.OIDC_ISSUER and (settings.OIDC_CLIENT_ID or settings.OIDC_CLIENT_SECRET):
        hint = "Set OIDC_ISSUER, or leave OIDC_CLIENT_ID and OIDC_CLIENT_SECRET out."
        found.append(
            Doubt("Nobody signs in by the identity provider: OIDC_ISSUER is not set.", hint=hint, id="web.W003")
        )
    return found


def servers_are_ours(**_: Any) -> list[CheckMessage]:
    """Find a role of the database that may do too much, and folders for the journal's head where nothing is written."""
    found: list[CheckMessage] = []
    role = settings.DATABASES["default"].get("USER")
    if role and role in TOO_MUCH | {settings.DATABASE_OWNER.get("USER")}:
        hint = "Let DATABASE_URL name livelihood_application; migrations alone use DATABASE_OWNER_URL."
        found.append(Error(f"The application works as {role}, whom no guard stops.", hint=hint, id="web.E002"))
    folders = [place for place in settings.JOURNAL_HEADS if place.startswith("/")]
    if missing := [place for place in folders if not os.access(place, os.W_OK)]:
        hint = "Make them, on another machine, and let the portal write there."
        found.append(Doubt(f"JOURNAL_HEADS cannot be written to: {', '.join(missing)}.", hint=hint, id="web.W004"))
    return found
