-- A finished file of a report stays, byte for byte.
--
-- The database refuses, for the reason said in functions.sql.

CREATE TRIGGER reports_reportfile_told BEFORE UPDATE OR DELETE ON reports_reportfile
    FOR EACH ROW EXECUTE FUNCTION reports_refuse_change();
