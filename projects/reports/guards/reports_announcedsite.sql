-- The sites of an announcement stay as they were told.
--
-- The database refuses, for the reason said in functions.sql.

CREATE TRIGGER reports_announcedsite_told BEFORE UPDATE OR DELETE ON reports_announcedsite
    FOR EACH ROW EXECUTE FUNCTION reports_refuse_change();
