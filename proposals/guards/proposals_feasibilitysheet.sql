-- The feasibility sheet of a candidate is part of the frozen list.
--
-- The database holds it, for the same reason as the candidate itself.

CREATE TRIGGER proposals_feasibilitysheet_frozen BEFORE INSERT OR UPDATE OR DELETE ON proposals_feasibilitysheet
    FOR EACH ROW EXECUTE FUNCTION proposals_part_thawed();
