-- What one of two persons reads on a paper fits the ballot of its round, though not always its rules: an invalid paper
-- is read as well. It is entered while the stack waits to be merged.
--
-- The database refuses the rest: readings become ballots without anybody looking at them again.

-- What is read on a paper fits the ballot of its round, though not always the rules; it is erased, not passed on.
CREATE FUNCTION voting_guard_reading() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    stack voting_paperstack;
    form text;
BEGIN
    SELECT * INTO STRICT stack FROM voting_paperstack WHERE id = NEW.stack_id;
    SELECT voting_method.form INTO STRICT form FROM voting_method WHERE round_id = stack.round_id;
    IF voting_state_of(stack.round_id) <> 'closed'
        OR stack.merged_at IS NOT NULL
        OR NEW.number > stack.returned
        OR stack.returned > voting_papers_issued(stack.round_id)
        OR (TG_OP = 'UPDATE' AND (NEW.stack_id, NEW.number, NEW.hand, NEW.teller_id) IS DISTINCT FROM
            (OLD.stack_id, OLD.number, OLD.hand, OLD.teller_id))
        OR length(NEW.marks) <> (SELECT count(*) FROM voting_option WHERE round_id = stack.round_id)
        OR NEW.marks !~ (CASE form WHEN 'each' THEN '^([ynab]+|x+)$' ELSE '^([yb]+|x+)$' END)
    THEN
        -- The marks may not reach the server's log.
        RAISE EXCEPTION 'This entry does not fit the papers of its round'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_paperreading_guard BEFORE INSERT OR UPDATE ON voting_paperreading
    FOR EACH ROW EXECUTE FUNCTION voting_guard_reading();

-- Nothing of a ballot is sampled: ANALYZE would copy it into a table of the database's own, which outlives the vote.
ALTER TABLE voting_paperreading ALTER COLUMN marks SET STATISTICS 0;
