-- The result of a round is written once, when the round has closed and its papers are accounted for.
--
-- The database refuses the rest: a result must not be corrected, only voted on again.

CREATE TRIGGER voting_roundresult_guard BEFORE INSERT ON voting_roundresult
    FOR EACH ROW EXECUTE FUNCTION voting_guard_closed();
CREATE TRIGGER voting_roundresult_unchanged BEFORE UPDATE OR DELETE ON voting_roundresult
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();

-- No result before the papers handed out are accounted for.
CREATE FUNCTION voting_guard_papers_counted() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF voting_papers_issued(NEW.round_id) > 0 AND NOT EXISTS (
        SELECT FROM voting_paperstack
        WHERE round_id = NEW.round_id AND checked_at IS NOT NULL AND (returned = 0 OR merged_at IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'The papers of round % wait to be counted', NEW.round_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_roundresult_papers BEFORE INSERT ON voting_roundresult
    FOR EACH ROW EXECUTE FUNCTION voting_guard_papers_counted();
