-- What was removed of a suggestion is written once: when, why, by whom, and the fingerprint of what was left.
--
-- The database refuses to change it, as it is all that says why a text is not as it was received.

CREATE TRIGGER proposals_erasure_append_only BEFORE UPDATE OR DELETE ON proposals_erasure
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();
