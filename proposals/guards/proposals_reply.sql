-- A reply is written once: it has been read by the citizen. What has to be added is another reply.
--
-- The database refuses, so that what was said publicly cannot be rewritten by any path.

CREATE TRIGGER proposals_reply_append_only BEFORE UPDATE OR DELETE ON proposals_reply
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();

-- That there is an answer is marked on the suggestion, and after how many days it came is counted, with the rights of the owner.
CREATE FUNCTION proposals_mark_reply() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    WITH earliest AS (
        SELECT DISTINCT ON (suggestion_id) suggestion_id, replied_at FROM added ORDER BY suggestion_id, id
    ), marked AS (
        UPDATE proposals_suggestion AS suggestion SET is_replied = true FROM earliest
            WHERE suggestion.id = earliest.suggestion_id AND NOT suggestion.is_replied
            RETURNING suggestion.cycle_id,
                greatest(0, floor(extract(epoch FROM earliest.replied_at - suggestion.received_at) / 86400))::int AS days
    )
    INSERT INTO proposals_answerfigure AS figure (cycle_id, days, number)
        SELECT cycle_id, days, count(*) FROM marked GROUP BY cycle_id, days ORDER BY cycle_id, days
        ON CONFLICT (cycle_id, days) DO UPDATE SET number = figure.number + excluded.number;
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_reply_marked AFTER INSERT ON proposals_reply
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION proposals_mark_reply();
