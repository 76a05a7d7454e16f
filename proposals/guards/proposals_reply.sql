-- A reply is written once: it has been read by the citizen. What has to be added is another reply.
--
-- The database refuses, so that what was said publicly cannot be rewritten by any path.

CREATE TRIGGER proposals_reply_append_only BEFORE UPDATE OR DELETE ON proposals_reply
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();

-- Where the office of an area has set it, a reply is sent by another than who wrote it; and it corrects only one to the same
-- suggestion.
CREATE FUNCTION proposals_check_reply() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.drafted_by_id IS NULL AND EXISTS (
        SELECT FROM proposals_answerrule AS rule
            JOIN cycles_cycle AS cycle ON cycle.area_id = rule.area_id
            JOIN proposals_suggestion AS suggestion ON suggestion.cycle_id = cycle.id
        WHERE suggestion.id = NEW.suggestion_id AND rule.has_four_eyes
    ) THEN
        RAISE EXCEPTION 'A reply to suggestion % is sent by another than who wrote it', NEW.suggestion_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM proposals_reply WHERE id = NEW.corrects_id AND suggestion_id = NEW.suggestion_id
    ) THEN
        RAISE EXCEPTION 'A reply corrects one to the same suggestion' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposals_reply_checked BEFORE INSERT ON proposals_reply
    FOR EACH ROW EXECUTE FUNCTION proposals_check_reply();

-- That there is an answer is marked on the suggestion, with the day of the first and who gave it, and after how many days it came
-- is counted, with the rights of the owner. Days are those of China.
CREATE FUNCTION proposals_mark_reply() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    WITH earliest AS (
        SELECT DISTINCT ON (suggestion_id) suggestion_id, replied_at, organisation_id FROM added ORDER BY suggestion_id, id
    ), marked AS (
        UPDATE proposals_suggestion AS suggestion
            SET is_replied = true,
                answered_by_id = earliest.organisation_id,
                answered_on = least(suggestion.answered_on, (earliest.replied_at AT TIME ZONE 'Asia/Shanghai')::date)
            FROM earliest
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
