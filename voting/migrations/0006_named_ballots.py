"""The vote by name: its ballots, held fast by the database like those of a secret vote."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
ALTER TABLE voting_namedballot ALTER COLUMN marks SET STATISTICS 0;

-- What fits the rules of its round goes in while voting is open, as into the urn; see 0002.
CREATE TRIGGER voting_namedballot_guard BEFORE INSERT ON voting_namedballot
    FOR EACH ROW EXECUTE FUNCTION voting_guard_urn();
CREATE TRIGGER voting_namedballot_unchanged BEFORE UPDATE ON voting_namedballot
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
CREATE TRIGGER voting_namedballot_no_truncate BEFORE TRUNCATE ON voting_namedballot
    FOR EACH STATEMENT EXECUTE FUNCTION voting_refuse();

-- A round that is declared void while it is open takes its ballots with it; after closing nothing goes.
CREATE FUNCTION voting_guard_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF voting_state_of(OLD.round_id) NOT IN ('open', 'paused') THEN
        RAISE EXCEPTION 'DELETE on voting_namedballot refused: voting has closed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER voting_namedballot_kept BEFORE DELETE ON voting_namedballot
    FOR EACH ROW EXECUTE FUNCTION voting_guard_named();
"""

BACKWARD = """
DROP TRIGGER voting_namedballot_kept ON voting_namedballot;
DROP FUNCTION voting_guard_named();
DROP TRIGGER voting_namedballot_no_truncate ON voting_namedballot;
DROP TRIGGER voting_namedballot_unchanged ON voting_namedballot;
DROP TRIGGER voting_namedballot_guard ON voting_namedballot;
"""


class Migration(migrations.Migration):
    dependencies = [("voting", "0005_no_samples")]
    operations = [
        migrations.CreateModel(
            name="NamedBallot",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("marks", models.TextField()),
                ("receipt", models.CharField(max_length=14)),
                ("repeat_digest", models.CharField(max_length=64)),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="named_ballot", to="voting.rollentry"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="named_ballots", to="voting.round"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("round", "receipt"), name="voting_namedballot_unique_receipt")
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="method", name="voting_method_scheme_known"),
        migrations.AlterField(
            model_name="method",
            name="scheme",
            field=models.CharField(
                choices=[("plain", "Secret vote"), ("named", "Vote by name, published with the names")],
                default="plain",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="method",
            constraint=models.CheckConstraint(
                condition=models.Q(("scheme__in", ["plain", "named"])), name="voting_method_scheme_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="method",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scheme", "named"), _negated=True), ("publishes_counts", True), _connector="OR"
                ),
                name="voting_method_named_is_published",
                violation_error_message="A vote by name is published with its ballots: publish the counts.",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
