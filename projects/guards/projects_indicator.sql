-- A target does not fall below what has been allocated of it.
--
-- The database adds up, at the commit, as several people may allocate at once (see functions.sql).

CREATE CONSTRAINT TRIGGER projects_indicator_covers_allocations AFTER UPDATE OF target, kind ON projects_indicator
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION projects_check_allocated();
