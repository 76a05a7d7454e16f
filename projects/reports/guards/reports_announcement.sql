-- An announcement stays as it was told; a correction is another announcement.
--
-- The database refuses, for the reason said in functions.sql.

CREATE TRIGGER reports_announcement_told BEFORE UPDATE OR DELETE ON reports_announcement
    FOR EACH ROW EXECUTE FUNCTION reports_refuse_change();
