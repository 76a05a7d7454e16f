-- What an office answers with stays as it was written; another wording is another row, and this one ends.
--
-- The database refuses, because what was sent with it names it.

CREATE TRIGGER proposals_replytemplate_kept BEFORE DELETE ON proposals_replytemplate
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();
CREATE TRIGGER proposals_replytemplate_as_written BEFORE UPDATE ON proposals_replytemplate
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL OR (OLD.area_id, OLD.name, OLD.text) IS DISTINCT FROM (NEW.area_id, NEW.name, NEW.text))
    EXECUTE FUNCTION proposals_refuse();
