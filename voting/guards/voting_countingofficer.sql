-- Who counts and signs is fixed with the round, and while its announcement is proposed: the second person reads these names.
--
-- The database refuses the rest: a signature belongs to the people who were there.

CREATE FUNCTION voting_guard_officer() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    key bigint := coalesce(NEW.round_id, OLD.round_id);
BEGIN
    IF voting_state_of(key) IN ('announced', 'voided') OR voting_is_proposed(key, 'announce') THEN
        RAISE EXCEPTION '% refused: the round is finished, or about to be', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER voting_countingofficer_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_countingofficer
    FOR EACH ROW EXECUTE FUNCTION voting_guard_officer();
