-- What an office answers with stays as it was written; another wording is another row, and this one ends.
--
-- The database refuses, because what was sent with it names it.

CREATE TRIGGER proposals_progressword_kept BEFORE DELETE ON proposals_progressword
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();
CREATE TRIGGER proposals_progressword_as_written BEFORE UPDATE ON proposals_progressword
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL OR (OLD.area_id, OLD.name) IS DISTINCT FROM (NEW.area_id, NEW.name))
    EXECUTE FUNCTION proposals_refuse();
