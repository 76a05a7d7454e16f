-- A progress report is written once; a correction is another report.
--
-- The database refuses, as it does for every record of an act: no path of the code may rewrite evidence.

CREATE TRIGGER projects_progressreport_append_only BEFORE UPDATE OR DELETE ON projects_progressreport
    FOR EACH ROW EXECUTE FUNCTION projects_refuse_change();
