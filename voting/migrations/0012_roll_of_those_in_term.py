"""On the roll stand deputies in term and nobody else, so that nothing tells them apart."""

from django.db import migrations

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


def guard(*, is_in_term: bool) -> str:
    """Return the guard of the roll, as it was before and is from now on."""
    return ROLL.replace("{new}", "NEW.is_in_term, " if is_in_term else "").replace(
        "{old}", "OLD.is_in_term, " if is_in_term else ""
    )


class Migration(migrations.Migration):
    dependencies = [("voting", "0011_two_count_the_papers")]
    operations = [
        migrations.RunSQL(guard(is_in_term=False), guard(is_in_term=True)),
        migrations.RemoveField(model_name="rollentry", name="is_in_term"),
    ]
