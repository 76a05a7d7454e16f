-- A correction is written once, and holds what the published letter says at that moment.
--
-- The database refuses the rest, so that the words that were read before are neither changed nor made up by any path.

CREATE TRIGGER proposals_lettercorrection_append_only BEFORE UPDATE OR DELETE ON proposals_lettercorrection
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();

CREATE FUNCTION proposals_keep_words() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM proposals_openletter AS letter
        WHERE letter.id = NEW.letter_id AND letter.state = 'published'
            AND (letter.title, letter.body, letter.signed_by, letter.document_number, letter.dated_on)
                IS NOT DISTINCT FROM (NEW.title, NEW.body, NEW.signed_by, NEW.document_number, NEW.dated_on)
    ) THEN
        RAISE EXCEPTION 'A correction keeps what the published letter says'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposals_lettercorrection_true BEFORE INSERT ON proposals_lettercorrection
    FOR EACH ROW EXECUTE FUNCTION proposals_keep_words();
