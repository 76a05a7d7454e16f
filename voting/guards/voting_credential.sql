-- A personal code is issued on a locked roll and until the ballot is cast.
--
-- The database refuses the rest: a code issued afterwards would be a second vote.

CREATE FUNCTION voting_guard_credential() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
