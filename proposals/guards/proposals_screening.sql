-- A screening is written once: who judged a suggestion, when and with what reason. A changed mind is another screening.
--
-- The database refuses, so that the answer a citizen was given cannot be rewritten by any path.

CREATE TRIGGER proposals_screening_append_only BEFORE UPDATE OR DELETE ON proposals_screening
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();

-- A refusal or a hand-over has its reason, and so is an answer: its day is marked on the suggestion, with the rights of the owner.
CREATE FUNCTION proposals_mark_refusal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE proposals_suggestion AS suggestion SET answered_on = refused.day
        FROM (
            SELECT suggestion_id, min((screened_at AT TIME ZONE 'Asia/Shanghai')::date) AS day FROM added
            WHERE decision IN ('declined', 'handed_over') GROUP BY suggestion_id
        ) AS refused
        WHERE suggestion.id = refused.suggestion_id
            AND (suggestion.answered_on IS NULL OR suggestion.answered_on > refused.day);
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_screening_marked AFTER INSERT ON proposals_screening
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION proposals_mark_refusal();
