-- The aspects of a year go with its draft; a change of them begins a new edition.
--
-- The database says so and not a service: suggestions, needs and projects are counted by them, and see functions.sql.

CREATE TRIGGER cycles_aspect_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON cycles_aspect
    FOR EACH STATEMENT EXECUTE FUNCTION cycles_new_edition();

CREATE TRIGGER cycles_aspect_of_draft BEFORE DELETE ON cycles_aspect
    FOR EACH ROW EXECUTE FUNCTION cycles_part_of_draft();
