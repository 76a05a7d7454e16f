-- A note among colleagues stays as it was written, and is withdrawn once by whoever wrote it.
--
-- The database refuses, because others have acted on what it said.

CREATE FUNCTION proposals_keep_note() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_by_id <> OLD.written_by_id
        OR (OLD.suggestion_id, OLD.need_id, OLD.candidate_id, OLD.answers_id, OLD.text, OLD.mentions, OLD.written_at, OLD.written_by_id)
            IS DISTINCT FROM
            (NEW.suggestion_id, NEW.need_id, NEW.candidate_id, NEW.answers_id, NEW.text, NEW.mentions, NEW.written_at, NEW.written_by_id)
    THEN
        RAISE EXCEPTION 'Note % stays as it is', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposals_desknote_kept BEFORE UPDATE OR DELETE ON proposals_desknote
    FOR EACH ROW EXECUTE FUNCTION proposals_keep_note();
