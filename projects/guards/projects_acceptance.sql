-- An acceptance is written once; a site that was sent back is accepted anew.
--
-- The database refuses, as it does for every record of an act: no path of the code may rewrite evidence.

CREATE TRIGGER projects_acceptance_append_only BEFORE UPDATE OR DELETE ON projects_acceptance
    FOR EACH ROW EXECUTE FUNCTION projects_refuse_change();
