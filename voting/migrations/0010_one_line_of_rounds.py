"""One vote a year, one round after another, what takes two persons by two; what the database lets a round do next."""

from django.db import migrations, models
from django.db.models import F, Q

MOVES = """
-- A state follows another as the machine says. What takes two persons was confirmed at that moment by that person, who
-- is not the one who proposed it (voting_twopersonstep_takes_two).
CREATE FUNCTION voting_guard_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    needed text := CASE NEW.state
        WHEN 'open' THEN CASE OLD.state WHEN 'sign_in' THEN 'open' WHEN 'closed' THEN 'move_to_paper' END
        WHEN 'closed' THEN 'close'
        WHEN 'announced' THEN 'announce'
        WHEN 'voided' THEN 'void'
    END;
    done_at timestamptz := CASE needed
        WHEN 'open' THEN NEW.opened_at
        WHEN 'close' THEN NEW.closed_at
        WHEN 'announce' THEN NEW.announced_at
        WHEN 'void' THEN NEW.voided_at
        WHEN 'move_to_paper' THEN NEW.moved_to_paper_at
    END;
    done_by bigint := CASE needed
        WHEN 'open' THEN NEW.opened_by_id
        WHEN 'close' THEN NEW.closed_by_id
        WHEN 'announce' THEN NEW.announced_by_id
        WHEN 'void' THEN NEW.voided_by_id
        WHEN 'move_to_paper' THEN NEW.moved_to_paper_by_id
    END;
BEGIN
    IF NOT ((OLD.state, NEW.state) IN (
        ('draft', 'rules_locked'), ('rules_locked', 'roll_locked'), ('roll_locked', 'sign_in'), ('sign_in', 'open'),
        ('open', 'paused'), ('paused', 'open'), ('open', 'closed'), ('paused', 'closed'), ('closed', 'open'),
        ('closed', 'counted'), ('counted', 'announced')
    ) OR (NEW.state = 'voided' AND OLD.state <> 'announced'))
        OR (needed IS NOT NULL AND NOT EXISTS (
            SELECT FROM voting_twopersonstep
            WHERE round_id = NEW.id AND step = needed AND confirmed_at = done_at AND confirmed_by_id = done_by
        ))
    THEN
        RAISE EXCEPTION 'Round % does not go from % to % like this', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_round_moves BEFORE UPDATE ON voting_round
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION voting_guard_moves();

CREATE FUNCTION voting_refuse_first_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A round begins as a draft' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER voting_round_begins BEFORE INSERT ON voting_round
    FOR EACH ROW WHEN (NEW.state <> 'draft') EXECUTE FUNCTION voting_refuse_first_state();

-- A proposal stays as it was made, and ends once.
CREATE FUNCTION voting_guard_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR OLD.confirmed_at IS NOT NULL
        OR OLD.withdrawn_at IS NOT NULL
        OR (NEW.round_id, NEW.step, NEW.note, NEW.proposed_at, NEW.proposed_by_id) IS DISTINCT FROM
           (OLD.round_id, OLD.step, OLD.note, OLD.proposed_at, OLD.proposed_by_id)
    THEN
        RAISE EXCEPTION '% of step % refused', TG_OP, OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_twopersonstep_guard BEFORE UPDATE OR DELETE ON voting_twopersonstep
    FOR EACH ROW EXECUTE FUNCTION voting_guard_step();
"""

NO_MOVES = """
DROP TRIGGER voting_twopersonstep_guard ON voting_twopersonstep;
DROP TRIGGER voting_round_begins ON voting_round;
DROP TRIGGER voting_round_moves ON voting_round;
DROP FUNCTION voting_guard_step();
DROP FUNCTION voting_refuse_first_state();
DROP FUNCTION voting_guard_moves();
"""


class Migration(migrations.Migration):
    dependencies = [("voting", "0009_place")]
    operations = [
        migrations.AddConstraint(
            model_name="round",
            constraint=models.UniqueConstraint(
                fields=["cycle"], condition=Q(kind="main", is_rehearsal=False), name="voting_round_one_vote_a_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.UniqueConstraint(fields=["parent"], name="voting_round_one_follow_up"),
        ),
        migrations.AddConstraint(
            model_name="method",
            constraint=models.CheckConstraint(
                condition=Q(is_strict=True, threshold_numerator__lt=F("threshold_denominator"))
                | Q(is_strict=False, threshold_numerator__gte=1),
                name="voting_method_majority_divides",
                violation_error_message=(
                    "This majority is reached by everybody or by nobody. Ask for more than 0, for less than all, or "
                    "for at least all."
                ),
            ),
        ),
        migrations.RunSQL(MOVES, NO_MOVES),
    ]
