"""Production: every secret from the environment, TLS in front, JSON logs."""

from livelihood.settings.base import *  # noqa: F403 -- this module is base plus what differs
from livelihood.settings.env import boolean, env, hosts, seconds, site

ALLOWED_HOSTS = env(
    "ALLOWED_HOSTS",
    hosts,
    hint="The names under which the portal is reached, separated by commas.",
)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SITE_URL = env(
    "SITE_URL",
    site,
    hint="The portal's public address, for instance https://livelihood.example.gov.cn",
)

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env("SSL_REDIRECT", boolean, default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = env("HSTS_SECONDS", seconds, default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# A browser takes such a cookie over TLS alone, for this host and the whole of it: no neighbour below the same domain,
# and nobody on the line, can put one of their own in its place.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
KIOSK_COOKIE_NAME, DEVICE_COOKIE_NAME = "__Host-kiosk", "__Host-device"
