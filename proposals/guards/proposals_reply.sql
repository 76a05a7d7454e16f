-- A reply is written once: it has been read by the citizen. What has to be added is another reply.
--
-- The database refuses, so that what was said publicly cannot be rewritten by any path.

CREATE TRIGGER proposals_reply_append_only BEFORE UPDATE OR DELETE ON proposals_reply
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();
