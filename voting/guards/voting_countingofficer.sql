-- Who counts and signs is fixed with the round.
--
-- The database refuses the rest: a signature belongs to the people who were there.

CREATE FUNCTION voting_guard_officer() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF voting_state_of(coalesce(NEW.round_id, OLD.round_id)) IN ('announced', 'voided') THEN
        RAISE EXCEPTION '% refused: the round is finished', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER voting_countingofficer_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_countingofficer
    FOR EACH ROW EXECUTE FUNCTION voting_guard_officer();
