"""The one place that reads the environment: typed, and with a hint when something is missing."""

import os
import re
from collections.abc import Callable
from typing import Any, TypeVar, overload
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

SHORTEST_KEY = 32


@overload
def env(name: str, *, hint: str) -> str: ...
@overload
def env(name: str, parse: Callable[[str], T], *, hint: str) -> T: ...
@overload
def env(name: str, *, default: str, hint: str = ...) -> str: ...
@overload
def env(name: str, parse: Callable[[str], T], *, default: T, hint: str = ...) -> T: ...


def env(name: str, parse: Callable[[str], Any] = str, *, default: Any = None, hint: str = "") -> Any:
    """Return the environment variable `name`, parsed.

    parse: turns the text into the value; a ValueError becomes ImproperlyConfigured.
    default: value when the variable is unset or empty; None means that it is required.
    hint: what to set it to, shown to the person who starts the server.

    :raises ImproperlyConfigured: required and missing, or not parseable.
    """
    text = os.environ.get(name, "")
    if not text:
        if default is None:
            raise ImproperlyConfigured(f"{name} is not set. {hint}")
        return default
    try:
        return parse(text)
    except ValueError as error:
        # Without what stands there: it may be a secret, and this line goes into a log.
        raise ImproperlyConfigured(f"{name} cannot be read: {error}. {hint}") from error


def boolean(text: str) -> bool:
    """Read 1/true/yes/on and 0/false/no/off; anything else is a ValueError."""
    known = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    try:
        return known[text.strip().lower()]
    except KeyError:
        raise ValueError("expected true or false") from None


def words(text: str) -> list[str]:
    """Split a comma-separated list; empty parts are dropped."""
    return [part.strip() for part in text.split(",") if part.strip()]


def keys(text: str) -> list[str]:
    """Split a list of secret keys, each long enough that nobody guesses it."""
    given = words(text)
    if not given or min(map(len, given)) < SHORTEST_KEY:
        raise ValueError(f"expected keys of {SHORTEST_KEY} characters or more, separated by commas")
    return given


def seconds(text: str) -> int:
    """Read a number of seconds, 0 or more."""
    if not re.fullmatch("[0-9]{1,9}", text):
        raise ValueError("expected a whole number of seconds")
    return int(text)


def rate(text: str) -> str:
    """Let through how often something may be done, as Django REST framework writes it."""
    if not re.fullmatch("[1-9][0-9]{0,8}/(sec|min|hour|day)", text):
        raise ValueError("expected a number and sec, min, hour or day, such as 600/min")
    return text


def hosts(text: str) -> list[str]:
    """Split a list of names of hosts, without scheme, port and path; a dot before one stands for all below it."""
    names = words(text)
    strange = [name for name in names if not re.fullmatch(r"\*|\.?[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]", name)]
    if strange:
        raise ValueError(f"expected names of hosts alone, not {', '.join(strange)}")
    return names


def site(url: str) -> str:
    """Let through the address of the portal's front page, without a slash at its end."""
    if not re.fullmatch(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?", url):
        raise ValueError("expected https://host or https://host:port, without a path or a slash at the end")
    return url


def redis_server(url: str) -> str:
    """Let through where Redis is."""
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ValueError("expected redis://host:port/number or rediss://…")
    return url


def sender(text: str) -> str:
    """Let through a mail address, with or without a name before it."""
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+|[^<>\r\n]+ <[^\s@<>]+@[^\s@<>]+>", text):
        raise ValueError("expected portal@example.gov.cn or a name and <portal@example.gov.cn>")
    return text


def database(url: str) -> dict[str, object]:
    """Turn `postgres://user:password@host:port/name` into Django's database settings; other engines are refused."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("only PostgreSQL is supported")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


def mail_server(url: str) -> dict[str, object]:
    """Take `smtp://user:password@host:port` apart; `smtps` speaks TLS at once, `smtp+starttls` soon."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise ValueError("expected smtps://…, smtp+starttls://… or smtp://… with a host")
    return {
        "host": parts.hostname,
        "port": parts.port or {"smtp": 25, "smtps": 465, "smtp+starttls": 587}[parts.scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "scheme": parts.scheme,
    }


def issuer(url: str) -> str:
    """Let through an address that speaks TLS, or one of this machine."""
    parts = urlsplit(url)
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}):
        raise ValueError("expected https://…")
    return url


def contact(text: str) -> str:
    """Let through what security.txt takes for an address: `mailto:`, `https:` or `tel:`, in one line."""
    if not re.fullmatch(r"(mailto:[^\s@]+@|https://|tel:\+)\S+", text):
        raise ValueError("expected mailto:…@…, https://… or tel:+…")
    return text


def dotted(text: str) -> str:
    """Let through the path of a class, such as package.module.Class."""
    if not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", text):
        raise ValueError("expected package.module.Class")
    return text


def age_recipient(text: str) -> str:
    """Let through the half of a key of age that encrypts."""
    if not re.fullmatch("age1[02-9ac-hj-np-z]{58}", text):
        raise ValueError("expected age1… as manage.py backup --new-key has printed it")
    return text


def outside_places(text: str) -> list[str]:
    """Split a comma-separated list of folders and mail addresses."""
    places = words(text)
    strange = [place for place in places if not re.fullmatch(r"/[^,]*|mailto:[^\s@<>]+@[^\s@<>]+", place)]
    if strange:
        raise ValueError(f"expected /folder or mailto:…@…, not {', '.join(strange)}")
    return places


def scanner(text: str) -> tuple[str, int]:
    """Take `host:port` apart."""
    host, _colon, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError("expected host:port")
    return host, int(port)


def tile_origin(url: str) -> str:
    """Return the host that map tiles come from, as a content policy names it; empty for tiles of the portal's own.

    url: with {z}, {x} and {y}; {s} may stand for one whole part of the host's name, which becomes `*`.
    """
    if not all(f"{{{part}}}" in url for part in "xyz"):
        raise ValueError("it must hold {z}, {x} and {y}")
    if url.startswith("/") and not url.startswith("//"):
        return ""
    parts = urlsplit(url)
    host = re.sub(r"^\{s\}\.", "*.", parts.netloc)
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"(\*\.)?[A-Za-z0-9.-]+(:\d+)?", host):
        raise ValueError("expected https://host/… or /path/…; {s} only as the first part of the host")
    return f"{parts.scheme}://{host}"
