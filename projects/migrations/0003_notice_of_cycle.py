"""A notice names its year, so that the list of a year reads one index."""

import django.db.models.deletion
from django.db import migrations, models

FILL = "UPDATE projects_notice SET cycle_id = (SELECT cycle_id FROM projects_site AS site WHERE site.id = site_id)"

REFERENCE = """
ALTER TABLE projects_notice
    ADD CONSTRAINT projects_notice_site_of_cycle FOREIGN KEY (site_id, cycle_id)
        REFERENCES projects_site (id, cycle_id) DEFERRABLE INITIALLY DEFERRED;
"""
REFERENCE_BACK = "ALTER TABLE projects_notice DROP CONSTRAINT projects_notice_site_of_cycle;"


def _cycle(**options: bool) -> models.ForeignKey:
    return models.ForeignKey(
        "cycles.cycle",
        django.db.models.deletion.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="notices",
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_triggers")]
    operations = [
        migrations.AddConstraint(
            "site", models.UniqueConstraint(fields=["id", "cycle"], name="projects_site_with_cycle")
        ),
        migrations.AddField("notice", "cycle", _cycle(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("notice", "cycle", _cycle()),
        migrations.RunSQL(REFERENCE, REFERENCE_BACK),
        migrations.RemoveIndex("notice", "projects_notice_open"),
        migrations.AddIndex("notice", models.Index(fields=["cycle", "due_on", "id"], name="projects_notice_by_date")),
        migrations.AddIndex(
            "notice", models.Index(fields=["cycle", "state", "due_on", "id"], name="projects_notice_by_state")
        ),
    ]
