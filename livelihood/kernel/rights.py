"""Gives the application and the reader their rights in the database, as `<room>/rights.sql` says them.

The owner of the tables does, after each migration (`manage.py migrate`). For every table stands what each of the two
may do, or that it may do nothing; a house test finds the table that was forgotten.
"""

from pathlib import Path

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

FILE = "rights.sql"


def rights_files() -> list[Path]:
    """Return the files in the order in which they are run: first the one that takes everything back."""
    rooms = [Path(app.path, FILE) for app in apps.get_app_configs()]
    return [Path(__file__).with_name(FILE), *(file for file in rooms if file.is_file())]


def grant_rights(connection: BaseDatabaseWrapper) -> None:
    """Take all rights back and give those of the files, at once, so that who works at this moment notices nothing.

    connection: of the owner of the tables.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for file in rights_files():
            # Not by the ORM: it knows no rights.
            cursor.execute(file.read_text(encoding="utf-8"))
