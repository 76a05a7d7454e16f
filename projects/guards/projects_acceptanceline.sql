-- What an acceptance found is written once, with the acceptance.
--
-- The database refuses, as it does for every record of an act: no path of the code may rewrite evidence.

CREATE TRIGGER projects_acceptanceline_append_only BEFORE UPDATE OR DELETE ON projects_acceptanceline
    FOR EACH ROW EXECUTE FUNCTION projects_refuse_change();
