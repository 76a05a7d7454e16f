-- A proposal of an act that takes two persons begins as one, stays as it was made, and ends once: confirmed or withdrawn.
--
-- The database refuses the rest, as the moves of a round rest on it (voting_round.sql).

CREATE FUNCTION voting_guard_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (TG_OP = 'INSERT' AND (NEW.confirmed_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL))
        OR (TG_OP = 'UPDATE' AND (
            OLD.confirmed_at IS NOT NULL
            OR OLD.withdrawn_at IS NOT NULL
            OR (NEW.round_id, NEW.step, NEW.note, NEW.absent, NEW.proposed_at, NEW.proposed_by_id) IS DISTINCT FROM
               (OLD.round_id, OLD.step, OLD.note, OLD.absent, OLD.proposed_at, OLD.proposed_by_id)
        ))
    THEN
        RAISE EXCEPTION '% of step % refused', TG_OP, coalesce(OLD.id, NEW.id) USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_twopersonstep_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_twopersonstep
    FOR EACH ROW EXECUTE FUNCTION voting_guard_step();
