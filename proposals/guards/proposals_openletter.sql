-- A published letter changes by a correction only, which keeps what it said before and why it was changed.
--
-- The database refuses everything else, so that what people were told cannot be rewritten by any path.

CREATE FUNCTION proposals_keep_letter() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'published' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE'
        OR (NEW.cycle_id, NEW.state, NEW.published_at, NEW.published_by_id, NEW.source)
            IS DISTINCT FROM (OLD.cycle_id, OLD.state, OLD.published_at, OLD.published_by_id, OLD.source)
    THEN
        RAISE EXCEPTION '% on a published letter refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.title, NEW.body, NEW.signed_by, NEW.document_number, NEW.dated_on)
            IS DISTINCT FROM (OLD.title, OLD.body, OLD.signed_by, OLD.document_number, OLD.dated_on)
        AND NOT EXISTS (
            SELECT FROM (
                SELECT * FROM proposals_lettercorrection WHERE letter_id = OLD.id ORDER BY number DESC LIMIT 1
            ) AS last
            WHERE (last.title, last.body, last.signed_by, last.document_number, last.dated_on)
                IS NOT DISTINCT FROM (OLD.title, OLD.body, OLD.signed_by, OLD.document_number, OLD.dated_on)
        )
    THEN
        RAISE EXCEPTION 'A published letter is changed by a correction only'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposals_openletter_kept BEFORE UPDATE OR DELETE ON proposals_openletter
    FOR EACH ROW EXECUTE FUNCTION proposals_keep_letter();
