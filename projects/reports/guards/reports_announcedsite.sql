-- The sites of an announcement stay as they were told.
--
-- The database refuses, for the reason said in functions.sql.

CREATE TRIGGER reports_announcedsite_told BEFORE UPDATE OR DELETE ON reports_announcedsite
    FOR EACH ROW EXECUTE FUNCTION reports_refuse_change();

-- As with sites: what an announcement adds to the index of words is sorted in soon.
ALTER TABLE reports_announcedsite SET (autovacuum_analyze_scale_factor = 0.02);
