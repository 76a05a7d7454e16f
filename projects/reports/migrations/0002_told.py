"""What was told stays told: the database refuses to change an announcement, its sites, a report's figures or a file."""

from django.db import migrations

TABLES = ("reports_announcement", "reports_announcedsite", "reports_reportfile")

FORWARD = (
    """
CREATE FUNCTION reports_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% stays as it was told: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
    + "".join(
        f"CREATE TRIGGER {table}_told BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION reports_refuse_change();\n"
        for table in TABLES
    )
    + """
CREATE TRIGGER reports_report_told BEFORE DELETE OR UPDATE OF
    cycle_id, announcement_id, kind, language, figures, fingerprint, requested_at, requested_by_id ON reports_report
    FOR EACH ROW EXECUTE FUNCTION reports_refuse_change();
"""
)

BACKWARD = (
    "".join(f"DROP TRIGGER {table}_told ON {table};\n" for table in (*TABLES, "reports_report"))
    + "DROP FUNCTION reports_refuse_change();"
)


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
