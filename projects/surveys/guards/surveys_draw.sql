-- The draw of a frozen survey stays, so that the sample can be drawn again and compared.
--
-- The database refuses, for the reason said in functions.sql.

CREATE TRIGGER surveys_draw_frozen BEFORE INSERT OR UPDATE OR DELETE ON surveys_draw
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen();
