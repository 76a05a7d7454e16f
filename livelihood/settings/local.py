"""One machine, nothing installed: servers from `livelihood.local`; the secrets are made once and kept beside them."""

import os
import socket

from livelihood import local

os.environ.setdefault("SECRET_KEY", local.secret_key("secret_key"))
os.environ.setdefault("DATA_KEYS", local.secret_key("data_key"))
# Files belong to the database that speaks of them.
os.environ.setdefault("MEDIA_ROOT", str(local.data_folder() / "media"))
os.environ.setdefault("SECURITY_CONTACT", "mailto:security@localhost")

from livelihood.settings.base import *  # noqa: F403 -- the key must be in the environment first
from livelihood.settings.env import env, hosts

# The demo and the facts it stands on; in production nobody can fill the portal with inventions.
INSTALLED_APPS = [*INSTALLED_APPS, "livelihood.demo"]  # noqa: F405 -- from base
SECOND_FACTOR_REQUIRED = False  # accounts of the demo are nobody's; the pages say so
# What would go to telephones lies there as files.
SMS_SENDER = WORK_SENDER = "livelihood.inbox.senders.FileSender"
SENT_FOLDER = local.data_folder() / "sent"
DEBUG = os.environ.get("DEBUG", "") == "1"
# By no other name: a page elsewhere that lets its own name lead to this machine is not answered (DNS rebinding).
NAMES = ["localhost", "127.0.0.1", "[::1]", socket.gethostname(), socket.getfqdn()]
FURTHER: list[str] = env("HOSTS", hosts, default=[])
ALLOWED_HOSTS = [*NAMES, *FURTHER]
