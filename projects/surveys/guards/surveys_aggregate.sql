-- The figures of a frozen survey stay as they were published.
--
-- The database refuses, for the reason said in functions.sql.

CREATE TRIGGER surveys_aggregate_frozen BEFORE INSERT OR UPDATE OR DELETE ON surveys_aggregate
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen();
