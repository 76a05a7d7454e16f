-- The costs on the sheet of a candidate are part of the frozen list.
--
-- The database holds it, for the same reason as the candidate itself.

CREATE FUNCTION proposals_cost_thawed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM proposals_require_thawed(candidate.cycle_id)
        FROM proposals_candidate AS candidate JOIN proposals_feasibilitysheet AS sheet
            ON sheet.candidate_id = candidate.id
        WHERE sheet.id IN (OLD.sheet_id, NEW.sheet_id);
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER proposals_costline_frozen BEFORE INSERT OR UPDATE OR DELETE ON proposals_costline
    FOR EACH ROW EXECUTE FUNCTION proposals_cost_thawed();
