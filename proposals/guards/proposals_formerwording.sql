-- A wording that was public stays kept as it stood when it was replaced, but for what is starred out with its reason.
--
-- The database refuses, because it is what shows later what the public had read, and who changed it.

CREATE FUNCTION proposals_keep_former_wording() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (OLD.suggestion_id, OLD.replaced_at, OLD.replaced_by_id) IS DISTINCT FROM (NEW.suggestion_id, NEW.replaced_at, NEW.replaced_by_id)
        OR NOT (
            proposals_is_starred(OLD.title, NEW.title) AND proposals_is_starred(OLD.matter, NEW.matter)
            AND proposals_is_starred(OLD.wish, NEW.wish)
            AND EXISTS (SELECT FROM proposals_erasure WHERE suggestion_id = NEW.suggestion_id AND what <> 'contact')
        )
    THEN
        RAISE EXCEPTION 'Former wording % stays as it was', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposals_formerwording_as_it_was BEFORE UPDATE ON proposals_formerwording
    FOR EACH ROW EXECUTE FUNCTION proposals_keep_former_wording();
CREATE TRIGGER proposals_formerwording_kept BEFORE DELETE ON proposals_formerwording
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();
