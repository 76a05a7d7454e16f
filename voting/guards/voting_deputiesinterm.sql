-- How many deputies are in term is fixed with the roll, and while somebody proposes to lock it.
--
-- The database holds it: majority and quorum are shares of this number, and who locks the roll has read it.

CREATE FUNCTION voting_guard_in_term() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR voting_state_of(NEW.round_id) NOT IN ('draft', 'rules_locked')
        OR voting_is_proposed(NEW.round_id, 'lock_roll')
        OR (TG_OP = 'UPDATE' AND NEW.round_id <> OLD.round_id)
    THEN
        RAISE EXCEPTION '% of the deputies in term of round % refused', TG_OP, coalesce(NEW.round_id, OLD.round_id)
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_deputiesinterm_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_deputiesinterm
    FOR EACH ROW EXECUTE FUNCTION voting_guard_in_term();
