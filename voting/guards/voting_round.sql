-- A round begins as a draft, goes from state to state as the machine of states says, and keeps what was fixed on its
-- way. What takes two persons was confirmed at that moment by the second of them.
--
-- The database repeats the table of moves of voting/states.py (a test compares them), because everything else about a
-- vote is guarded by the state of its round: whoever could set the state could do the rest.

-- A round keeps what it is; its seats and title are part of the rules; an announced or void round is history.
-- It moves to paper once, confirmed by two persons, before the box was emptied; a closed round reopens by this alone.
CREATE FUNCTION voting_guard_round() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (NEW.cycle_id, NEW.number, NEW.kind, NEW.is_rehearsal) IS DISTINCT FROM
           (OLD.cycle_id, OLD.number, OLD.kind, OLD.is_rehearsal)
        OR NEW.parent_id IS DISTINCT FROM OLD.parent_id
        OR (OLD.state <> 'draft' AND (NEW.seats, NEW.title) IS DISTINCT FROM (OLD.seats, OLD.title))
        OR (OLD.state IN ('announced', 'voided') AND NEW IS DISTINCT FROM OLD)
        OR ((NEW.moved_to_paper_at, NEW.moved_to_paper_by_id) IS DISTINCT FROM
            (OLD.moved_to_paper_at, OLD.moved_to_paper_by_id) AND NOT (
            OLD.moved_to_paper_at IS NULL
            AND OLD.state IN ('sign_in', 'open', 'paused', 'closed')
            AND EXISTS (
                SELECT FROM voting_twopersonstep
                WHERE round_id = OLD.id AND step = 'move_to_paper' AND confirmed_at IS NOT NULL
            )
            AND NOT EXISTS (SELECT FROM voting_paperstack WHERE round_id = OLD.id)
        ))
        OR (OLD.state IN ('closed', 'counted') AND NEW.state IN ('sign_in', 'open', 'paused')
            AND NEW.moved_to_paper_at IS NOT DISTINCT FROM OLD.moved_to_paper_at)
    THEN
        RAISE EXCEPTION 'Round % is fixed in this respect', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_round_guard BEFORE UPDATE OR DELETE ON voting_round
    FOR EACH ROW EXECUTE FUNCTION voting_guard_round();

-- A state follows another as the machine says. What takes two persons was confirmed at that moment by that person, who
-- is not the one who proposed it (voting_twopersonstep_takes_two). A roll is locked beside the number of deputies in
-- term, which it does not exceed, and announced when it is written who counted and watched. A sealed vote opens when both
-- halves of its key were tried, and is counted when both have opened it.
CREATE FUNCTION voting_guard_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    needed text := CASE NEW.state
        WHEN 'roll_locked' THEN 'lock_roll'
        WHEN 'open' THEN CASE OLD.state WHEN 'sign_in' THEN 'open' WHEN 'closed' THEN 'move_to_paper' END
        WHEN 'closed' THEN 'close'
        WHEN 'announced' THEN 'announce'
        WHEN 'voided' THEN 'void'
    END;
    done_at timestamptz := CASE needed
        WHEN 'lock_roll' THEN NEW.roll_locked_at
        WHEN 'open' THEN NEW.opened_at
        WHEN 'close' THEN NEW.closed_at
        WHEN 'announce' THEN NEW.announced_at
        WHEN 'void' THEN NEW.voided_at
        WHEN 'move_to_paper' THEN NEW.moved_to_paper_at
    END;
    done_by bigint := CASE needed
        WHEN 'lock_roll' THEN NEW.roll_locked_by_id
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
        OR (NEW.state = 'open' AND OLD.state = 'sign_in' AND NEW.moved_to_paper_at IS NULL
            AND voting_scheme_of(NEW.id) = 'sealed' AND voting_halves_tried(NEW.id) <> 2)
        OR (NEW.state = 'counted' AND NEW.moved_to_paper_at IS NULL
            AND EXISTS (SELECT FROM voting_sealedballot WHERE round_id = NEW.id) AND voting_halves_in(NEW.id) <> 2)
        OR (NEW.state = 'announced' AND NOT EXISTS (SELECT FROM voting_countingofficer WHERE round_id = NEW.id))
        OR (NEW.state = 'roll_locked' AND NOT EXISTS (
            SELECT FROM voting_deputiesinterm
            WHERE round_id = NEW.id AND (document <> '' OR NEW.is_rehearsal)
                AND deputies >= (SELECT count(*) FROM voting_rollentry WHERE round_id = NEW.id)
        ))
    THEN
        RAISE EXCEPTION 'Round % does not go from % to % like this', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_round_moves BEFORE UPDATE ON voting_round
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION voting_guard_moves();

CREATE FUNCTION voting_refuse_first_state() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'A round begins as a draft' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER voting_round_begins BEFORE INSERT ON voting_round
    FOR EACH ROW WHEN (NEW.state <> 'draft') EXECUTE FUNCTION voting_refuse_first_state();
