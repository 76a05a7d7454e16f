"""How many papers came back is written by two persons; on the roll stand deputies in term and nobody else."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

ROLL = """
CREATE OR REPLACE FUNCTION voting_guard_roll() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state text := voting_state_of(CASE TG_OP WHEN 'INSERT' THEN NEW.round_id ELSE OLD.round_id END);
BEGIN
    IF state NOT IN ('draft', 'rules_locked') AND (
        TG_OP <> 'UPDATE'
        OR state NOT IN ('roll_locked', 'sign_in', 'open', 'paused')
        OR (NEW.round_id, NEW.number, NEW.delegation, {new}NEW.may_vote_remotely)
            IS DISTINCT FROM
           (OLD.round_id, OLD.number, OLD.delegation, {old}OLD.may_vote_remotely)
        OR ((NEW.deputy_id, NEW.name) IS DISTINCT FROM (OLD.deputy_id, OLD.name) AND NOT (
            state IN ('roll_locked', 'sign_in') AND OLD.signed_in_at IS NULL AND NEW.signed_in_at IS NULL
            AND EXISTS (
                SELECT FROM voting_substitution
                WHERE entry_id = OLD.id AND deputy_before_id = OLD.deputy_id AND substitute_id = NEW.deputy_id
            )
            AND (SELECT has_substitutes FROM voting_method WHERE round_id = OLD.round_id)
        ))
    ) OR (TG_OP = 'UPDATE' AND NEW.has_voted AND NOT OLD.has_voted AND state <> 'open')
      OR (TG_OP = 'INSERT' AND NEW.has_voted)
    THEN
        RAISE EXCEPTION '% on the roll of round % refused in state %', TG_OP, coalesce(NEW.round_id, OLD.round_id), state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""

COUNTED = """
-- No result before the papers handed out are accounted for.
CREATE OR REPLACE FUNCTION voting_guard_papers_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF voting_papers_issued(NEW.round_id) > 0 AND NOT EXISTS (
        SELECT FROM voting_paperstack
        WHERE round_id = NEW.round_id {checked}AND (returned = 0 OR merged_at IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'The papers of round % wait to be counted', NEW.round_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def guards(*, is_in_term: bool, checked: str) -> str:
    """Return both functions, as they were before and are from now on."""
    roll = ROLL.replace("{new}", "NEW.is_in_term, " if is_in_term else "")
    return roll.replace("{old}", "OLD.is_in_term, " if is_in_term else "") + COUNTED.replace("{checked}", checked)


class Migration(migrations.Migration):
    dependencies = [("voting", "0010_one_line_of_rounds"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            model_name="paperstack",
            name="checked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="paperstack",
            name="checked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="paperstack",
            constraint=models.CheckConstraint(
                condition=Q(checked_at__isnull=True, checked_by__isnull=True)
                | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="voting_paperstack_checked_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperstack",
            constraint=models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("counted_by")),
                name="voting_paperstack_takes_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperstack",
            constraint=models.CheckConstraint(
                condition=Q(merged_at__isnull=True) | Q(checked_at__isnull=False),
                name="voting_paperstack_merged_is_checked",
            ),
        ),
        migrations.RunSQL(
            guards(is_in_term=False, checked="AND checked_at IS NOT NULL "), guards(is_in_term=True, checked="")
        ),
        migrations.RemoveField(model_name="rollentry", name="is_in_term"),
    ]
