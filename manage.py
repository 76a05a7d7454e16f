#!/usr/bin/env python
"""Django's command line; in development and tests with the local PostgreSQL and Valkey behind it."""

import os
import sys

from django.core.management import execute_from_command_line

from livelihood import local


def main() -> None:
    """Run a management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livelihood.settings.local")
    if os.environ["DJANGO_SETTINGS_MODULE"] in {"livelihood.settings.local", "livelihood.settings.test"}:
        local.ensure_environment()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
