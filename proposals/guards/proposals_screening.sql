-- A screening is written once: who judged a suggestion, when and with what reason. A changed mind is another screening.
--
-- The database refuses, so that the answer a citizen was given cannot be rewritten by any path.

CREATE TRIGGER proposals_screening_append_only BEFORE UPDATE OR DELETE ON proposals_screening
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();
