"""Production behind nginx, with the bare views beside the portal's own."""

from livelihood.settings.production import *  # noqa: F403 -- this module is production plus the bare views

ROOT_URLCONF = "tests.bench.urls"

BEHIND_PROXY = True
