-- What a report says, and who asked for it, stays; how far its building is may move.
--
-- The database refuses, for the reason said in functions.sql.

CREATE TRIGGER reports_report_told BEFORE DELETE OR UPDATE OF
    cycle_id, announcement_id, kind, language, figures, fingerprint, requested_at, requested_by_id ON reports_report
    FOR EACH ROW EXECUTE FUNCTION reports_refuse_change();
