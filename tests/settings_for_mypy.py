"""Settings for the type checker's plug-in, which loads them but connects to nothing."""

import os

os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1/nothing")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1")

from livelihood.settings.test import *  # noqa: F403 -- the addresses must be in the environment first
