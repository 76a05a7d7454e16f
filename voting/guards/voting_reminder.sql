-- That deputies were reminded is written once: it shows that all were treated alike.
--
-- The database refuses changes, as for every record of an act.

CREATE TRIGGER voting_reminder_unchanged BEFORE UPDATE OR DELETE ON voting_reminder
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
