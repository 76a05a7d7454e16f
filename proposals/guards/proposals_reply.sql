-- A reply is written once: it has been read by the citizen. What has to be added is another reply.
--
-- The database refuses, so that what was said publicly cannot be rewritten by any path.

CREATE TRIGGER proposals_reply_append_only BEFORE UPDATE OR DELETE ON proposals_reply
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();

-- That there is an answer is marked on the suggestion, with the rights of the owner.
CREATE FUNCTION proposals_mark_reply() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE proposals_suggestion SET is_replied = true
        WHERE id IN (SELECT suggestion_id FROM added) AND NOT is_replied;
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_reply_marked AFTER INSERT ON proposals_reply
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION proposals_mark_reply();
