-- A project stays in its year, and stays as long as a site names it.
--
-- The other side of what projects_site.sql checks: a foreign key of two columns would hold both, but would ask once for
-- each row of an import.

CREATE TRIGGER projects_project_named BEFORE DELETE ON projects_project
    FOR EACH ROW EXECUTE FUNCTION projects_refuse_while_named('project_id');
CREATE TRIGGER projects_project_stays BEFORE UPDATE OF id, cycle_id ON projects_project
    FOR EACH ROW WHEN ((OLD.id, OLD.cycle_id) IS DISTINCT FROM (NEW.id, NEW.cycle_id))
    EXECUTE FUNCTION projects_refuse_while_named('project_id');
