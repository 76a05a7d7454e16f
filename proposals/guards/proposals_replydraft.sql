-- What was written to be sent by another stays as it was written; it ends once.
--
-- The database refuses, so that who sends it sends what was written, and nobody decides on it twice.

CREATE TRIGGER proposals_replydraft_kept BEFORE DELETE ON proposals_replydraft
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();
CREATE TRIGGER proposals_replydraft_as_written BEFORE UPDATE ON proposals_replydraft
    FOR EACH ROW WHEN (
        OLD.ended_at IS NOT NULL
        OR (OLD.suggestion_id, OLD.organisation_id, OLD.text, OLD.progress_id, OLD.text_key, OLD.why_insisted, OLD.why_corrected,
            OLD.corrects_id, OLD.drafted_at, OLD.drafted_by_id)
        IS DISTINCT FROM
        (NEW.suggestion_id, NEW.organisation_id, NEW.text, NEW.progress_id, NEW.text_key, NEW.why_insisted, NEW.why_corrected,
            NEW.corrects_id, NEW.drafted_at, NEW.drafted_by_id)
    ) EXECUTE FUNCTION proposals_refuse();
