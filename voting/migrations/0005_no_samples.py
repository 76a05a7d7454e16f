"""Nothing of a ballot is sampled: ANALYZE would copy marks and receipts into a table of the database's own.

That table outlives the urn, and what was sampled while voting was open is found in its file long after closing.
"""

from django.db import migrations

COLUMNS = {"voting_urnballot": ("id", "marks", "receipt", "repeat_digest"), "voting_ballot": ("marks", "receipt")}


def statistics(target: int) -> str:
    """Return the statements; target: how much ANALYZE keeps of a column, -1 for as much as elsewhere."""
    return "\n".join(
        f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target};"
        for table, columns in COLUMNS.items()
        for column in columns
    )


class Migration(migrations.Migration):
    dependencies = [("voting", "0004_roll_and_review_guards")]
    operations = [migrations.RunSQL(statistics(0), statistics(-1))]
