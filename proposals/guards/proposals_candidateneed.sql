-- Which needs a candidate answers is part of the frozen list.
--
-- The database holds it, for the same reason as the candidate itself.

CREATE TRIGGER proposals_candidateneed_frozen BEFORE INSERT OR UPDATE OR DELETE ON proposals_candidateneed
    FOR EACH ROW EXECUTE FUNCTION proposals_part_thawed();
