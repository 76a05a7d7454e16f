"""Installs what a room wants the database itself to hold true: triggers, functions, references, storage settings.

They stand as plain SQL in `<room>/guards/`: one file for each table, named after it, and `functions.sql` for what
several tables use, installed first. Every statement is written out and every function defined once, as it is now.
A house test compares the files with the database.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

SHARED = "functions.sql"

# What a statement makes, at the beginning of a line → how that is taken away. A trigger goes with its function.
UNDO = {
    r"CREATE FUNCTION (\w+)": r"DROP FUNCTION \1 CASCADE",
    r"ALTER TABLE (\w+)\s+ADD CONSTRAINT (\w+)": r"ALTER TABLE \1 DROP CONSTRAINT \2",
    r"ALTER TABLE (\w+) ALTER COLUMN (\w+) SET STATISTICS 0": r"ALTER TABLE \1 ALTER COLUMN \2 SET STATISTICS -1",
    r"ALTER INDEX (\w+) ALTER COLUMN (\d+) SET STATISTICS 0": r"ALTER INDEX \1 ALTER COLUMN \2 SET STATISTICS -1",
    r"ALTER TABLE (\w+) SET \((\w+)": r"ALTER TABLE \1 RESET (\2)",
    r"ALTER TABLE (\w+) SET UNLOGGED": r"ALTER TABLE \1 SET LOGGED",
    r"CREATE INDEX (\w+)": r"DROP INDEX \1",
}


class InstallGuards(Operation):
    """Run every file of the room's `guards/`, functions first; backwards, take away what they made."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        # Not by the ORM: triggers and functions, for which it has no words (ADR 12).
        for file in guard_files(app_label):
            schema_editor.execute(file.read_text(encoding="utf-8"), params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        # Not by the ORM, as above.
        for statement in _undone(app_label):
            schema_editor.execute(statement, params=None)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave the models as they are: they know nothing of guards."""

    def describe(self) -> str:
        return "Install the guards of the room"


def guard_files(app_label: str) -> list[Path]:
    """Return the guard files of a room in the order in which they are installed; a room may have none."""
    folder = Path(apps.get_app_config(app_label).path, "guards")
    return sorted(folder.glob("*.sql"), key=lambda file: (file.name != SHARED, file.name))


def _undone(app_label: str) -> Iterator[str]:
    for file in reversed(guard_files(app_label)):
        for made, undo in UNDO.items():
            for match in re.finditer(rf"^{made}", file.read_text(encoding="utf-8"), re.MULTILINE):
                yield match.expand(undo)
