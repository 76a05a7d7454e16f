-- That somebody left a contact, and so waits for an answer, is marked on the suggestion.
--
-- The database marks it, not the services: the figure of those who wait rests on it, and no path may leave it behind.

-- With the rights of the owner. A suggestion that is written together with its contact is marked already.
CREATE FUNCTION proposals_mark_contact() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE proposals_suggestion AS suggestion SET has_contact = NOT has_contact
        WHERE id IN (OLD.suggestion_id, NEW.suggestion_id)
            AND has_contact <> EXISTS (SELECT FROM proposals_suggestioncontact WHERE suggestion_id = suggestion.id);
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_suggestioncontact_marked AFTER INSERT OR UPDATE OF suggestion_id OR DELETE
    ON proposals_suggestioncontact
    FOR EACH ROW EXECUTE FUNCTION proposals_mark_contact();
