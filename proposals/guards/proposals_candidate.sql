-- No candidate is added, changed or removed once the list of its year is frozen.
--
-- The database holds it: only here does a change wait for a freeze that is under way (see functions.sql).

CREATE FUNCTION proposals_candidate_thawed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM proposals_require_thawed(OLD.cycle_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM proposals_require_thawed(NEW.cycle_id); END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER proposals_candidate_frozen BEFORE INSERT OR UPDATE OR DELETE ON proposals_candidate
    FOR EACH ROW EXECUTE FUNCTION proposals_candidate_thawed();

-- What the public has read is not undone as a mistake: that is left off the list, with its reason. A mistake stays one.
CREATE FUNCTION proposals_keep_mistake() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Only a draft was entered by mistake, and stays so' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER proposals_candidate_mistaken BEFORE UPDATE ON proposals_candidate
    FOR EACH ROW WHEN (OLD.state = 'mistaken' OR (NEW.state = 'mistaken' AND OLD.state <> 'draft'))
    EXECUTE FUNCTION proposals_keep_mistake();

-- Whether it is listed is marked on the suggestions behind its needs, with the rights of the owner: who lists a candidate need
-- not be able to write a mark.
CREATE FUNCTION proposals_mark_adoption() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM proposals_hold(ARRAY[NEW.cycle_id]);
    PERFORM proposals_mark_links(array_agg(DISTINCT link.suggestion_id))
        FROM proposals_candidateneed AS answer
            JOIN proposals_needlink AS link ON link.need_id = answer.need_id AND link.unlinked_at IS NULL
        WHERE answer.candidate_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_candidate_marked AFTER UPDATE OF state ON proposals_candidate
    FOR EACH ROW WHEN ((OLD.state = 'listed') <> (NEW.state = 'listed')) EXECUTE FUNCTION proposals_mark_adoption();
