"""What must hold of the addresses of an installation before it is let out."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage
from django.core.checks import Warning as Doubt


def addresses_are_ours(**_: Any) -> list[CheckMessage]:
    """Find settings by which the portal answers to any name, hands out addresses without TLS, or asks no provider."""
    found: list[CheckMessage] = []
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Let ALLOWED_HOSTS name the names under which the portal is reached, and no others."
        found.append(Doubt("ALLOWED_HOSTS lets any name in.", hint=hint, id="web.W001"))
    if not settings.SITE_URL.startswith("https://"):
        hint = "Let SITE_URL begin with https://: it stands on papers, in mails and in QR codes."
        found.append(Doubt("SITE_URL is an address without TLS.", hint=hint, id="web.W002"))
    if not settings.OIDC_ISSUER and (settings.OIDC_CLIENT_ID or settings.OIDC_CLIENT_SECRET):
        hint = "Set OIDC_ISSUER, or leave OIDC_CLIENT_ID and OIDC_CLIENT_SECRET out."
        found.append(
            Doubt("Nobody signs in by the identity provider: OIDC_ISSUER is not set.", hint=hint, id="web.W003")
        )
    return found
