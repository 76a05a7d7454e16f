-- What a citizen sent stays as it was sent; only its state, what is marked on it and its public wording move. It is counted
-- in the figures of its year, and in the support of its needs while it is public.
--
-- The database counts, so that no service can forget a figure. It refuses, because an official with the right to work on a suggestion must not be able to change it, and
-- because its text is the evidence in a dispute.

CREATE TRIGGER proposals_suggestion_kept BEFORE DELETE ON proposals_suggestion
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();
CREATE TRIGGER proposals_suggestion_text_kept BEFORE UPDATE ON proposals_suggestion
    FOR EACH ROW WHEN (
        (OLD.cycle_id, OLD.number, OLD.code_hash, OLD.channel, OLD.title, OLD.matter, OLD.wish, OLD.aspect_id,
         OLD.area_id, OLD.address, OLD.text_digest, OLD.idempotency_key, OLD.body_digest, OLD.received_at,
         OLD.entered_by_id)
        IS DISTINCT FROM
        (NEW.cycle_id, NEW.number, NEW.code_hash, NEW.channel, NEW.title, NEW.matter, NEW.wish, NEW.aspect_id,
         NEW.area_id, NEW.address, NEW.text_digest, NEW.idempotency_key, NEW.body_digest, NEW.received_at,
         NEW.entered_by_id)
    ) EXECUTE FUNCTION proposals_refuse();

-- Adds the difference that a statement makes. A connection adds to the rows of its own slot: those who send at the same moment
-- would wait for each other's commit at a single row.
CREATE FUNCTION proposals_count_suggestions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO proposals_suggestionfigure AS figure
            (cycle_id, aspect_id, area_id, channel, state, slot, received, answered, adopted)
        SELECT cycle_id, aspect_id, area_id, channel, state, pg_backend_pid() % 16, count(*),
            count(*) FILTER (WHERE is_replied OR state IN ('declined', 'handed_over')), count(*) FILTER (WHERE is_adopted)
        FROM added GROUP BY cycle_id, aspect_id, area_id, channel, state
        ORDER BY cycle_id, aspect_id, area_id, channel, state
        ON CONFLICT (cycle_id, aspect_id, area_id, channel, state, slot) DO UPDATE SET
            received = figure.received + excluded.received, answered = figure.answered + excluded.answered,
            adopted = figure.adopted + excluded.adopted;
    ELSE
        INSERT INTO proposals_suggestionfigure AS figure
            (cycle_id, aspect_id, area_id, channel, state, slot, received, answered, adopted)
        SELECT cycle_id, aspect_id, area_id, channel, state, pg_backend_pid() % 16, sum(sign),
            sum(sign * (is_replied OR state IN ('declined', 'handed_over'))::int), sum(sign * is_adopted::int)
        FROM (SELECT 1 AS sign, * FROM added UNION ALL SELECT -1, * FROM removed) AS moved
        GROUP BY cycle_id, aspect_id, area_id, channel, state
        HAVING sum(sign) <> 0 OR sum(sign * is_adopted::int) <> 0
            OR sum(sign * (is_replied OR state IN ('declined', 'handed_over'))::int) <> 0
        ORDER BY cycle_id, aspect_id, area_id, channel, state
        ON CONFLICT (cycle_id, aspect_id, area_id, channel, state, slot) DO UPDATE SET
            received = figure.received + excluded.received, answered = figure.answered + excluded.answered,
            adopted = figure.adopted + excluded.adopted;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_suggestion_added AFTER INSERT ON proposals_suggestion
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION proposals_count_suggestions();
CREATE TRIGGER proposals_suggestion_changed AFTER UPDATE ON proposals_suggestion
    REFERENCING NEW TABLE AS added OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION proposals_count_suggestions();

CREATE FUNCTION proposals_count_support() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE proposals_need SET support = support + (NEW.state = 'accepted')::int - (OLD.state = 'accepted')::int
        FROM proposals_needlink AS link
        WHERE link.need_id = proposals_need.id AND link.suggestion_id = NEW.id AND link.unlinked_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_suggestion_supports AFTER UPDATE OF state ON proposals_suggestion
    FOR EACH ROW WHEN ((OLD.state = 'accepted') <> (NEW.state = 'accepted')) EXECUTE FUNCTION proposals_count_support();
