-- A change of the aspects of a year begins a new edition.
--
-- The database says so and not a service: see functions.sql.

CREATE TRIGGER cycles_aspect_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON cycles_aspect
    FOR EACH STATEMENT EXECUTE FUNCTION cycles_new_edition();
