-- The decision of an adopted list goes with the draft of its year; a correction is a further row.
--
-- The database says so and not a service: it is what the public reads of how the list came to be.

CREATE TRIGGER cycles_adoption_of_draft BEFORE DELETE ON cycles_adoption
    FOR EACH ROW EXECUTE FUNCTION cycles_part_of_draft();
