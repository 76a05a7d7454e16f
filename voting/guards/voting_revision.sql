-- What was changed in a list under review, and why, is written once.
--
-- The database refuses changes, as for every record of an act.

CREATE TRIGGER voting_revision_unchanged BEFORE UPDATE OR DELETE ON voting_revision
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
