-- An objection stays as it was sent, but for stars where the text of its suggestion was erased, and is answered once.
--
-- The database refuses, so that no path answers again what a citizen has read, or changes what it was about.

CREATE FUNCTION proposals_keep_objection() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.suggestion_id <> OLD.suggestion_id OR NEW.objected_at <> OLD.objected_at
        OR OLD.answered_at IS NOT NULL
            AND (NEW.answer, NEW.answered_at, NEW.answered_by_id) IS DISTINCT FROM (OLD.answer, OLD.answered_at, OLD.answered_by_id)
        OR NEW.words <> OLD.words AND NOT (
            proposals_is_starred(OLD.words, NEW.words)
            AND EXISTS (SELECT FROM proposals_erasure WHERE suggestion_id = NEW.suggestion_id AND what <> 'contact')
        )
    THEN
        RAISE EXCEPTION '% on proposals_objection refused: it stays as it was sent, and is answered once', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposals_objection_kept BEFORE UPDATE OR DELETE ON proposals_objection
    FOR EACH ROW EXECUTE FUNCTION proposals_keep_objection();
