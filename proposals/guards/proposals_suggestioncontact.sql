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

-- A contact goes when its period is over, and not before its year is closed: who waits for an answer must be reached. Or
-- because who left it wants so, or the law: a row of proposals_erasure says it.
CREATE FUNCTION proposals_keep_contact() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM proposals_suggestion AS suggestion
            JOIN cycles_cycle AS cycle ON cycle.id = suggestion.cycle_id
        WHERE suggestion.id = OLD.suggestion_id AND cycle.phase <> 'closed'
            AND NOT EXISTS (SELECT FROM proposals_erasure WHERE suggestion_id = OLD.suggestion_id AND what = 'contact')
    ) THEN
        RAISE EXCEPTION 'A contact stays until its year is closed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER proposals_suggestioncontact_kept BEFORE DELETE ON proposals_suggestioncontact
    FOR EACH ROW EXECUTE FUNCTION proposals_keep_contact();
