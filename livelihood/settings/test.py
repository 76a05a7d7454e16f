"""Tests: the real servers, quick password hashing."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-and-never-secret-0123456789abcdef")
os.environ.setdefault("DATA_KEYS", "only-for-tests-and-never-sealing-0123456789abcdef")

from livelihood.settings.base import *  # noqa: F403 -- the key must be in the environment first

INSTALLED_APPS = [*INSTALLED_APPS, "livelihood.demo"]  # noqa: F405 -- from base
ALLOWED_HOSTS = ["*"]
# Asked for by its own tests (tests/accounts/test_factors.py), which switch it on.
SECOND_FACTOR_REQUIRED = False
SECURITY_CONTACT = "mailto:security@localhost"
# Hashing is deliberately slow; its own test uses Argon2, the others need not wait for it.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"anon": None}}  # noqa: F405 -- from base
KEPT_LOOK_SECONDS = 0.0  # a test writes, and looks at once
