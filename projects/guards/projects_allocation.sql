-- The allocations of an additive indicator add up to no more than its target.
--
-- The database adds up, at the commit, as several people may allocate at once (see functions.sql).

CREATE CONSTRAINT TRIGGER projects_allocation_within_target AFTER INSERT OR UPDATE ON projects_allocation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION projects_check_allocated();
