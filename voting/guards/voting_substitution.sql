-- That a substitute took a deputy's line is written once, with the reason.
--
-- The database refuses changes, as for every record of an act.

CREATE TRIGGER voting_substitution_unchanged BEFORE UPDATE OR DELETE ON voting_substitution
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
