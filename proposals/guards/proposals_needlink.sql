-- A link counts in the support of its need while it holds and its suggestion is public, and is marked on the suggestion.
--
-- The database counts, not the services: a link that no count has seen would make the order of the board silently wrong.

CREATE FUNCTION proposals_count_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.unlinked_at IS NULL THEN
        UPDATE proposals_need SET support = support - 1 FROM proposals_suggestion AS suggestion
            WHERE proposals_need.id = OLD.need_id AND suggestion.id = OLD.suggestion_id AND suggestion.state = 'accepted';
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.unlinked_at IS NULL THEN
        UPDATE proposals_need SET support = support + 1 FROM proposals_suggestion AS suggestion
            WHERE proposals_need.id = NEW.need_id AND suggestion.id = NEW.suggestion_id AND suggestion.state = 'accepted';
    END IF;
    PERFORM proposals_mark_links(array_remove(ARRAY[OLD.suggestion_id, NEW.suggestion_id], NULL));
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_needlink_counted AFTER INSERT OR UPDATE OR DELETE ON proposals_needlink
    FOR EACH ROW EXECUTE FUNCTION proposals_count_link();
