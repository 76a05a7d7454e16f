-- That somebody left a contact, and so waits for an answer, is marked on the suggestion.
--
-- The database marks it, not the services: the figure of those who wait rests on it, and no path may leave it behind.

-- With the rights of the owner. A suggestion that is written together with its contact is marked already.
CREATE FUNCTION proposals_mark_contact() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE proposals_suggestion AS suggestion SET has_contact = NOT has_contact
        WHERE id IN (SELECT suggestion_id FROM moved)
            AND has_contact <> EXISTS (SELECT FROM proposals_suggestioncontact WHERE suggestion_id = suggestion.id);
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_suggestioncontact_added AFTER INSERT ON proposals_suggestioncontact
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION proposals_mark_contact();
CREATE TRIGGER proposals_suggestioncontact_came AFTER UPDATE ON proposals_suggestioncontact
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION proposals_mark_contact();
CREATE TRIGGER proposals_suggestioncontact_went AFTER UPDATE ON proposals_suggestioncontact
    REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION proposals_mark_contact();
CREATE TRIGGER proposals_suggestioncontact_removed AFTER DELETE ON proposals_suggestioncontact
    REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION proposals_mark_contact();
