"""What the database holds fast of substitutes, personal codes, reminders and revisions."""

from django.db import migrations

ROLL = """
CREATE OR REPLACE FUNCTION voting_guard_roll() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state text := voting_state_of(CASE TG_OP WHEN 'INSERT' THEN NEW.round_id ELSE OLD.round_id END);
BEGIN
    IF state NOT IN ('draft', 'rules_locked') AND (
        TG_OP <> 'UPDATE'
        OR state NOT IN ('roll_locked', 'sign_in', 'open', 'paused')
        OR (NEW.round_id, NEW.number, NEW.delegation, NEW.is_in_term, NEW.may_vote_remotely)
            IS DISTINCT FROM
           (OLD.round_id, OLD.number, OLD.delegation, OLD.is_in_term, OLD.may_vote_remotely)
        OR ((NEW.deputy_id, NEW.name) IS DISTINCT FROM (OLD.deputy_id, OLD.name) {unless_substituted})
        OR (OLD.has_voted AND NOT NEW.has_voted)
    ) OR (TG_OP = 'UPDATE' AND NEW.has_voted AND NOT OLD.has_voted AND state <> 'open')
      OR (TG_OP = 'INSERT' AND NEW.has_voted)
    THEN
        RAISE EXCEPTION '% on the roll of round % refused in state %', TG_OP, coalesce(NEW.round_id, OLD.round_id), state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""

# A line passes to a substitute before anybody has signed in on it, where the rules know substitutes.
UNLESS_SUBSTITUTED = """AND NOT (
            state IN ('roll_locked', 'sign_in') AND OLD.signed_in_at IS NULL AND NEW.signed_in_at IS NULL
            AND EXISTS (
                SELECT FROM voting_substitution
                WHERE entry_id = OLD.id AND deputy_before_id = OLD.deputy_id AND substitute_id = NEW.deputy_id
            )
            AND (SELECT has_substitutes FROM voting_method WHERE round_id = OLD.round_id)
        )"""

FORWARD = """
CREATE TRIGGER voting_substitution_unchanged BEFORE UPDATE OR DELETE ON voting_substitution
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
CREATE TRIGGER voting_reminder_unchanged BEFORE UPDATE OR DELETE ON voting_reminder
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
CREATE TRIGGER voting_revision_unchanged BEFORE UPDATE OR DELETE ON voting_revision
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();

-- A code is issued on a locked roll and until the ballot is cast.
CREATE FUNCTION voting_guard_credential() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line voting_rollentry;
BEGIN
    SELECT * INTO STRICT line FROM voting_rollentry WHERE id = coalesce(NEW.entry_id, OLD.entry_id);
    IF line.has_voted OR voting_state_of(line.round_id) NOT IN ('roll_locked', 'sign_in', 'open', 'paused') THEN
        RAISE EXCEPTION '% of a personal code refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER voting_credential_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_credential
    FOR EACH ROW EXECUTE FUNCTION voting_guard_credential();

-- The list of a review changes until it is adopted; an item stays the same item.
CREATE FUNCTION voting_guard_review_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (SELECT state FROM voting_review WHERE id = NEW.review_id) <> 'submitted'
        OR (NEW.review_id, NEW.candidate_id, NEW.number) IS DISTINCT FROM
           (OLD.review_id, OLD.candidate_id, OLD.number)
    THEN
        RAISE EXCEPTION '% of an item under review refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_reviewitem_guard BEFORE UPDATE OR DELETE ON voting_reviewitem
    FOR EACH ROW EXECUTE FUNCTION voting_guard_review_item();
"""

BACKWARD = """
DROP TRIGGER voting_reviewitem_guard ON voting_reviewitem;
DROP TRIGGER voting_credential_guard ON voting_credential;
DROP TRIGGER voting_revision_unchanged ON voting_revision;
DROP TRIGGER voting_reminder_unchanged ON voting_reminder;
DROP TRIGGER voting_substitution_unchanged ON voting_substitution;
DROP FUNCTION voting_guard_review_item();
DROP FUNCTION voting_guard_credential();
"""


class Migration(migrations.Migration):
    dependencies = [("voting", "0003_roll_and_review")]
    operations = [
        migrations.RunSQL(
            FORWARD + ROLL.replace("{unless_substituted}", UNLESS_SUBSTITUTED),
            BACKWARD + ROLL.replace("{unless_substituted}", ""),
        )
    ]
