"""One machine, nothing installed: servers from `livelihood.local`; the secret is made once and kept beside them."""

import os
import secrets

from livelihood import local

_key_file = local.data_folder() / "secret_key"
if not _key_file.exists():
    _key_file.parent.mkdir(parents=True, exist_ok=True)
    _key_file.write_text(secrets.token_urlsafe(48))
    _key_file.chmod(0o600)
os.environ.setdefault("SECRET_KEY", _key_file.read_text())
# Files belong to the database that speaks of them.
os.environ.setdefault("MEDIA_ROOT", str(local.data_folder() / "media"))

from livelihood.settings.base import *  # noqa: E402,F403 -- the key must be in the environment first

DEBUG = os.environ.get("DEBUG", "") == "1"
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = local.data_folder() / "mail"
