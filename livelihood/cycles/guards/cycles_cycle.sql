-- A change of years begins a new edition.
--
-- The database says so and not a service: see functions.sql.

CREATE TRIGGER cycles_cycle_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON cycles_cycle
    FOR EACH STATEMENT EXECUTE FUNCTION cycles_new_edition();
