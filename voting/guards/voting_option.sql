-- What can be chosen in a round changes while it is a draft, and never after: marks on a ballot are told apart by the
-- order of the options alone.
--
-- The database refuses: a changed option would change the meaning of ballots already cast.

-- A ballot without a candidate of the list is for practice.
CREATE FUNCTION voting_guard_practice() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT (SELECT is_rehearsal FROM voting_round WHERE id = NEW.round_id) THEN
        RAISE EXCEPTION 'An option of round % is no candidate', NEW.round_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_option_practice BEFORE INSERT OR UPDATE ON voting_option
    FOR EACH ROW WHEN (NEW.candidate_id IS NULL) EXECUTE FUNCTION voting_guard_practice();

CREATE TRIGGER voting_option_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_option
    FOR EACH ROW EXECUTE FUNCTION voting_guard_rules();
