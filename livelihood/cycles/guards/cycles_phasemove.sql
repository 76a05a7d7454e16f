-- The moves of a year go with its draft: what moved it on, and who took that back, stays otherwise.
--
-- The database says so and not a service: it is the memory of acts that were taken back.

CREATE TRIGGER cycles_phasemove_of_draft BEFORE DELETE ON cycles_phasemove
    FOR EACH ROW EXECUTE FUNCTION cycles_part_of_draft();
