-- Which needs a candidate answers is part of the frozen list; a need that came later is linked to a listed candidate with its
-- day and reason, and changes nothing of the list.
--
-- The database holds it, for the same reason as the candidate itself. Nobody has to say in public that a wish is not adopted
-- that stands on the list.

CREATE FUNCTION proposals_answer_thawed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.linked_at IS NOT NULL
        AND EXISTS (SELECT FROM proposals_candidate WHERE id = NEW.candidate_id AND state = 'listed')
    THEN
        RETURN NEW;
    END IF;
    PERFORM proposals_require_thawed(cycle_id) FROM proposals_candidate WHERE id IN (OLD.candidate_id, NEW.candidate_id);
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER proposals_candidateneed_frozen BEFORE INSERT OR UPDATE OR DELETE ON proposals_candidateneed
    FOR EACH ROW EXECUTE FUNCTION proposals_answer_thawed();

-- Whether a listed candidate answers a need is marked on the suggestions behind it, with the rights of the owner.
CREATE FUNCTION proposals_mark_answer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM proposals_hold(array_agg(cycle_id)) FROM proposals_need WHERE id IN (OLD.need_id, NEW.need_id);
    PERFORM proposals_mark_links(array_agg(link.suggestion_id)) FROM proposals_needlink AS link
        WHERE link.need_id IN (OLD.need_id, NEW.need_id) AND link.unlinked_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_candidateneed_marked AFTER INSERT OR UPDATE OR DELETE ON proposals_candidateneed
    FOR EACH ROW EXECUTE FUNCTION proposals_mark_answer();
