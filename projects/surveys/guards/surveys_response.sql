-- The answers to a frozen survey stay; none is added.
--
-- The database refuses, for the reason said in functions.sql.

CREATE TRIGGER surveys_response_frozen BEFORE INSERT OR UPDATE OR DELETE ON surveys_response
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen();
