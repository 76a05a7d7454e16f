"""What the database itself holds fast: rules and roll once locked, ballots and results once written, marks that fit."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION voting_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % refused: its rows are written once', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION voting_state_of(key bigint) RETURNS text LANGUAGE sql AS $$
    SELECT state FROM voting_round WHERE id = key
$$;

-- A round keeps what it is; its seats and title are part of the rules; an announced or void round is history.
CREATE FUNCTION voting_guard_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (NEW.cycle_id, NEW.number, NEW.kind, NEW.is_rehearsal) IS DISTINCT FROM
           (OLD.cycle_id, OLD.number, OLD.kind, OLD.is_rehearsal)
        OR NEW.parent_id IS DISTINCT FROM OLD.parent_id
        OR (OLD.state <> 'draft' AND (NEW.seats, NEW.title) IS DISTINCT FROM (OLD.seats, OLD.title))
        OR (OLD.state IN ('announced', 'voided') AND NEW IS DISTINCT FROM OLD)
    THEN
        RAISE EXCEPTION 'Round % is fixed in this respect', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_round_guard BEFORE UPDATE OR DELETE ON voting_round
    FOR EACH ROW EXECUTE FUNCTION voting_guard_round();

-- Rules and options belong to the draft.
CREATE FUNCTION voting_guard_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND voting_state_of(OLD.round_id) <> 'draft')
        OR (TG_OP <> 'DELETE' AND voting_state_of(NEW.round_id) <> 'draft')
    THEN
        RAISE EXCEPTION '% on % refused: the rules are locked', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER voting_method_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_method
    FOR EACH ROW EXECUTE FUNCTION voting_guard_rules();
CREATE TRIGGER voting_option_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_option
    FOR EACH ROW EXECUTE FUNCTION voting_guard_rules();

-- Who is on the roll is fixed when it is locked; that somebody has voted is written while voting is open, and stays.
CREATE FUNCTION voting_guard_roll() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state text := voting_state_of(CASE TG_OP WHEN 'INSERT' THEN NEW.round_id ELSE OLD.round_id END);
BEGIN
    IF state NOT IN ('draft', 'rules_locked') AND (
        TG_OP <> 'UPDATE'
        OR state NOT IN ('roll_locked', 'sign_in', 'open', 'paused')
        OR (NEW.round_id, NEW.deputy_id, NEW.number, NEW.name, NEW.delegation, NEW.is_in_term, NEW.may_vote_remotely)
            IS DISTINCT FROM
           (OLD.round_id, OLD.deputy_id, OLD.number, OLD.name, OLD.delegation, OLD.is_in_term, OLD.may_vote_remotely)
        OR (OLD.has_voted AND NOT NEW.has_voted)
    ) OR (TG_OP = 'UPDATE' AND NEW.has_voted AND NOT OLD.has_voted AND state <> 'open')
      OR (TG_OP = 'INSERT' AND NEW.has_voted)
    THEN
        RAISE EXCEPTION '% on the roll of round % refused in state %', TG_OP, coalesce(NEW.round_id, OLD.round_id), state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER voting_rollentry_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_rollentry
    FOR EACH ROW EXECUTE FUNCTION voting_guard_roll();

-- The urn takes what fits the rules. It is emptied as a whole, by TRUNCATE, and what belongs to other rounds is put
-- back, which is why a paused round passes here; that nobody votes then is held by the roll.
CREATE FUNCTION voting_guard_urn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rules voting_method;
    approvals int := length(NEW.marks) - length(replace(NEW.marks, 'y', ''));
BEGIN
    SELECT * INTO STRICT rules FROM voting_method WHERE round_id = NEW.round_id;
    IF voting_state_of(NEW.round_id) NOT IN ('open', 'paused')
        OR length(NEW.marks) <> (SELECT count(*) FROM voting_option WHERE round_id = NEW.round_id)
        OR NEW.marks !~ (CASE rules.form WHEN 'each' THEN '^[ynab]+$' ELSE '^[yb]+$' END)
        OR approvals > rules.most_approvals
        OR (rules.form = 'exactly' AND approvals <> rules.most_approvals)
        OR (rules.form = 'each' AND rules.blank = 'ballot_invalid' AND position('b' IN NEW.marks) > 0)
    THEN
        -- Neither the marks nor the receipt may reach the server's log.
        RAISE EXCEPTION 'This ballot does not fit the rules of its round'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_urnballot_guard BEFORE INSERT ON voting_urnballot
    FOR EACH ROW EXECUTE FUNCTION voting_guard_urn();
CREATE TRIGGER voting_urnballot_unchanged BEFORE UPDATE OR DELETE ON voting_urnballot
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();

-- Ballots are written when voting has closed, results when they are counted; neither changes.
CREATE FUNCTION voting_guard_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF voting_state_of(NEW.round_id) <> 'closed' THEN
        RAISE EXCEPTION '% on % refused: the round is not waiting for its count', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_ballot_guard BEFORE INSERT ON voting_ballot
    FOR EACH ROW EXECUTE FUNCTION voting_guard_closed();
CREATE TRIGGER voting_ballot_unchanged BEFORE UPDATE OR DELETE ON voting_ballot
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
CREATE TRIGGER voting_ballot_no_truncate BEFORE TRUNCATE ON voting_ballot
    FOR EACH STATEMENT EXECUTE FUNCTION voting_refuse();
CREATE TRIGGER voting_roundresult_guard BEFORE INSERT ON voting_roundresult
    FOR EACH ROW EXECUTE FUNCTION voting_guard_closed();
CREATE TRIGGER voting_roundresult_unchanged BEFORE UPDATE OR DELETE ON voting_roundresult
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
CREATE TRIGGER voting_optionresult_unchanged BEFORE UPDATE OR DELETE ON voting_optionresult
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
"""

BACKWARD = """
DROP TRIGGER voting_optionresult_unchanged ON voting_optionresult;
DROP TRIGGER voting_roundresult_unchanged ON voting_roundresult;
DROP TRIGGER voting_roundresult_guard ON voting_roundresult;
DROP TRIGGER voting_ballot_no_truncate ON voting_ballot;
DROP TRIGGER voting_ballot_unchanged ON voting_ballot;
DROP TRIGGER voting_ballot_guard ON voting_ballot;
DROP TRIGGER voting_urnballot_unchanged ON voting_urnballot;
DROP TRIGGER voting_urnballot_guard ON voting_urnballot;
DROP TRIGGER voting_rollentry_guard ON voting_rollentry;
DROP TRIGGER voting_option_guard ON voting_option;
DROP TRIGGER voting_method_guard ON voting_method;
DROP TRIGGER voting_round_guard ON voting_round;
DROP FUNCTION voting_guard_closed();
DROP FUNCTION voting_guard_urn();
DROP FUNCTION voting_guard_roll();
DROP FUNCTION voting_guard_rules();
DROP FUNCTION voting_guard_round();
DROP FUNCTION voting_state_of(bigint);
DROP FUNCTION voting_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("voting", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
