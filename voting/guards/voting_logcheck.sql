-- What was found of a vote in the log of the database: a row stays, and so does that nothing is left.
--
-- The database refuses the rest: whoever could write the finding could hide what is there.

CREATE TRIGGER voting_logcheck_kept BEFORE DELETE ON voting_logcheck
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
CREATE TRIGGER voting_logcheck_gone BEFORE UPDATE ON voting_logcheck
    FOR EACH ROW WHEN (OLD.finding = 'gone') EXECUTE FUNCTION voting_refuse();
