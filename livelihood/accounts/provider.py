"""Sign-in with an identity provider: OpenID Connect by the authorization code, with PKCE.

Sources: OpenID Connect Core 1.0 (code flow, checks of the ID token), RFC 7636 (PKCE, S256), RFC 9700 (security). What
the browser brings back is believed only with the state, nonce and verifier that its own session kept.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from livelihood.kernel.errors import DomainError, NotAllowed

SECONDS = 5
"""For which an answer of the provider is waited; three are needed for a sign-in."""

LARGEST = 1024 * 1024
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures by a key of which we know the public half only; never `none`, and never a shared secret."""

LEEWAY = 60
"""Seconds by which clocks may differ."""


class ProviderAway(DomainError):
    """The provider does not answer, or not as a provider does."""

    status = 503
    code = "provider_away"
    message = _("The identity provider does not answer. Sign in with user name and password, or try again later.")


class ProviderRefused(NotAllowed):
    """What came back from the provider does not belong to this browser's sign-in, or says no."""

    code = "provider_refused"
    message = _("The sign-in with the identity provider did not succeed. Begin again.")


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that has begun, as the session keeps it: each value is random and good for one answer."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is to the provider. subject: never given to another. claim: what the user name is taken from."""

    subject: str
    claim: str


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nowhere: what is sent to the provider is for the provider."""


def is_offered() -> bool:
    """Say whether this installation has a provider."""
    return bool(settings.OIDC_ISSUER)


def begin() -> Pending:
    """Return the secrets of a new sign-in."""
    return Pending(state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(32))


def address_to_ask(pending: Pending, *, back: str, is_again: bool = False) -> str:
    """Return where the browser goes to sign in. back: the address that it comes back to.

    is_again: that the provider lets nobody through who signed in there before.

    :raises ProviderAway: the provider does not say where.
    """
    challenge = base64.urlsafe_b64encode(hashlib.sha256(pending.verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": back,
        "scope": settings.OIDC_SCOPE,
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if is_again:
        query["prompt"] = "login"
    address = _endpoint(_discover(), "authorization_endpoint")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def identify(pending: Pending | None, *, state: str, code: str, issuer: str, back: str) -> Identity:
    """Return who came back. state, code, issuer: of the address they came with.

    :raises ProviderRefused: it is no answer to this sign-in, or the provider's token is not good.
    :raises ProviderAway: the provider does not answer.
    """
    if pending is None or not code or not constant_time_compare(state, pending.state):
        raise ProviderRefused
    if issuer and issuer != settings.OIDC_ISSUER:  # RFC 9207
        raise ProviderRefused
    known = _discover()
    answer = _ask(
        _endpoint(known, "token_endpoint"),
        {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": pending.verifier},
    )
    keys = _ask(_endpoint(known, "jwks_uri"))
    claims = _claims(str(answer.get("id_token", "")), keys, pending.nonce)
    subject, claim = claims.get("sub"), claims.get(settings.OIDC_CLAIM)
    if not isinstance(subject, str) or not isinstance(claim, str) or not subject:
        raise ProviderRefused
    return Identity(subject=subject, claim=claim)


def address_to_leave() -> str:
    """Return where the sign-in at the provider is ended; empty where the provider does not say, or does not answer."""
    try:
        return _endpoint(_discover(), "end_session_endpoint")
    except ProviderAway:
        return ""


def _claims(token: str, keys: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
    rules = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": settings.OIDC_ISSUER},
        aud={"essential": True, "value": settings.OIDC_CLIENT_ID},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        claims = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=ALGORITHMS).claims  # type: ignore[arg-type]
        rules.validate(claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ProviderRefused from error
    audience = claims["aud"]
    others = isinstance(audience, list) and len(audience) > 1
    if (others or "azp" in claims) and claims.get("azp") != settings.OIDC_CLIENT_ID:
        raise ProviderRefused
    return claims


def _discover() -> Mapping[str, Any]:
    known = _ask(f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration")
    if known.get("issuer") != settings.OIDC_ISSUER:
        raise ProviderAway
    return known


def _endpoint(known: Mapping[str, Any], name: str) -> str:
    """Return an address of the provider, which speaks TLS where the provider itself does."""
    address = known.get(name)
    if not isinstance(address, str) or urlsplit(address).scheme not in {"https", urlsplit(settings.OIDC_ISSUER).scheme}:
        raise ProviderAway
    return address


def _ask(address: str, form: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """Return an object of JSON. form: sent in the name of this installation.

    :raises ProviderRefused: the provider says no to what was sent.
    :raises ProviderAway: anything else than an answer.
    """
    request = Request(address, headers={"Accept": "application/json"})  # noqa: S310 -- schemes are looked at before
    if form is not None:
        request.data = urlencode(form).encode()
        pair = f"{quote(settings.OIDC_CLIENT_ID, safe='')}:{quote(settings.OIDC_CLIENT_SECRET, safe='')}"
        request.add_header("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")
    try:
        with build_opener(_NoRedirects).open(request, timeout=SECONDS) as response:
            read = json.loads(response.read(LARGEST))
    except HTTPError as error:
        error.close()
        if form is not None and error.code in {400, 401}:
            raise ProviderRefused from error
        raise ProviderAway from error
    except (OSError, ValueError, RecursionError) as error:
        raise ProviderAway from error
    if not isinstance(read, dict):
        raise ProviderAway
    return read
