-- How many papers came back is written by one person and checked by another; the stack is merged once.
--
-- The database refuses the rest: papers must neither appear nor disappear between the box and the result.

-- A stack belongs to a round that waits for its count; merged, it holds as many ballots as papers came back, and stays.
CREATE FUNCTION voting_guard_stack() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR voting_state_of(NEW.round_id) <> 'closed'
        OR (TG_OP = 'INSERT' AND NEW.merged_at IS NOT NULL)
        OR (TG_OP = 'UPDATE' AND (
            OLD.merged_at IS NOT NULL
            OR NEW.round_id <> OLD.round_id
            OR (NEW.returned <> OLD.returned AND NEW.checked_at IS NOT NULL)
            OR (NEW.merged_at IS NOT NULL AND (
                NEW.returned <> OLD.returned
                OR NEW.returned > voting_papers_issued(NEW.round_id)
                OR NEW.returned <> (SELECT count(*) FROM voting_ballot WHERE round_id = NEW.round_id AND receipt = '')
                OR EXISTS (SELECT FROM voting_paperreading WHERE stack_id = NEW.id)
            ))
        ))
    THEN
        RAISE EXCEPTION '% of the papers of round % refused', TG_OP, coalesce(NEW.round_id, OLD.round_id)
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_paperstack_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_paperstack
    FOR EACH ROW EXECUTE FUNCTION voting_guard_stack();
