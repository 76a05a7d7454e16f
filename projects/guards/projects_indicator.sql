-- A target does not fall below what has been allocated of it.
--
-- The database adds up, at the commit, as several people may allocate at once (see functions.sql).

CREATE CONSTRAINT TRIGGER projects_indicator_covers_allocations AFTER UPDATE OF target, kind ON projects_indicator
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION projects_check_allocated();

-- An indicator stays in its project, and stays as long as a site names it: the other side of projects_site.sql.
CREATE TRIGGER projects_indicator_named BEFORE DELETE ON projects_indicator
    FOR EACH ROW EXECUTE FUNCTION projects_refuse_while_named('indicator_id');
CREATE TRIGGER projects_indicator_stays BEFORE UPDATE OF id, project_id ON projects_indicator
    FOR EACH ROW WHEN ((OLD.id, OLD.project_id) IS DISTINCT FROM (NEW.id, NEW.project_id))
    EXECUTE FUNCTION projects_refuse_while_named('indicator_id');
