-- What a citizen sent stays as it was sent, but for what is starred out with its reason; only its state, what is marked on it and its public wording move. It is counted
-- in the figures of its year, and in the support of its needs while it is public.
--
-- The database refuses, because an official with the right to work on a suggestion must not be able to change it, and because
-- its text is the evidence in a dispute. It counts, so that no service can forget a figure.

CREATE TRIGGER proposals_suggestion_kept BEFORE DELETE ON proposals_suggestion
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();
CREATE TRIGGER proposals_suggestion_as_it_came BEFORE UPDATE ON proposals_suggestion
    FOR EACH ROW WHEN (
        (OLD.cycle_id, OLD.number, OLD.code_hash, OLD.channel, OLD.aspect_id, OLD.area_id, OLD.text_digest, OLD.idempotency_key, OLD.body_digest, OLD.received_at,
         OLD.entered_by_id)
        IS DISTINCT FROM
        (NEW.cycle_id, NEW.number, NEW.code_hash, NEW.channel, NEW.aspect_id, NEW.area_id, NEW.text_digest, NEW.idempotency_key, NEW.body_digest, NEW.received_at,
         NEW.entered_by_id)
    ) EXECUTE FUNCTION proposals_refuse();

-- The text changes only by stars in place of what stood there, its salt only to another one, and only once a row of proposals_erasure
-- says why.
CREATE FUNCTION proposals_is_starred(former text, present text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT present = former OR present = '***'
        OR char_length(present) = char_length(former) AND NOT EXISTS (
            SELECT FROM ROWS FROM (
                regexp_split_to_table(former, ''), regexp_split_to_table(present, '')
            ) AS signs (was, stands)
            WHERE stands NOT IN (was, '*')
        )
$$;
CREATE FUNCTION proposals_keep_text() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT (
        proposals_is_starred(OLD.title, NEW.title) AND proposals_is_starred(OLD.matter, NEW.matter)
        AND proposals_is_starred(OLD.wish, NEW.wish) AND proposals_is_starred(OLD.address, NEW.address)
        AND NEW.text_salt <> OLD.text_salt
        AND EXISTS (SELECT FROM proposals_erasure WHERE suggestion_id = NEW.id AND what <> 'contact')
    ) THEN
        RAISE EXCEPTION 'The text of suggestion % stays as it was sent', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposals_suggestion_text_kept BEFORE UPDATE ON proposals_suggestion
    FOR EACH ROW WHEN (
        (OLD.title, OLD.matter, OLD.wish, OLD.address, OLD.text_salt)
        IS DISTINCT FROM (NEW.title, NEW.matter, NEW.wish, NEW.address, NEW.text_salt)
    ) EXECUTE FUNCTION proposals_keep_text();

-- The public wording changes freely while suggestions are worked on, and afterwards by stars alone; what stood there is kept before, or
-- a row of proposals_erasure says why it is not.
CREATE FUNCTION proposals_keep_wording() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM proposals_erasure WHERE suggestion_id = NEW.id AND what <> 'contact') AND (
        OLD.public_title <> '' AND NOT EXISTS (
            SELECT FROM proposals_formerwording WHERE suggestion_id = NEW.id
                AND (title, matter, wish) = (OLD.public_title, OLD.public_matter, OLD.public_wish)
        ) OR NOT (
            proposals_is_starred(OLD.public_title, NEW.public_title) AND proposals_is_starred(OLD.public_matter, NEW.public_matter)
            AND proposals_is_starred(OLD.public_wish, NEW.public_wish)
            OR EXISTS (SELECT FROM cycles_cycle WHERE id = NEW.cycle_id AND phase IN ('solicit', 'plan'))
        )
    ) THEN
        RAISE EXCEPTION 'The public wording of suggestion % stays as it is', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposals_suggestion_wording_kept BEFORE UPDATE ON proposals_suggestion
    FOR EACH ROW WHEN (
        (OLD.public_title, OLD.public_matter, OLD.public_wish) IS DISTINCT FROM (NEW.public_title, NEW.public_matter, NEW.public_wish)
    ) EXECUTE FUNCTION proposals_keep_wording();

-- Adds what a statement wrote (1) or takes off what stood there before it (-1), once for the aspect, once for the area and once
-- for the channel, and once for the day by which an answer is due, with who gave it. A connection adds what arrives to rows of its own slot, as all who send at one moment would wait for each
-- other's commit at a single row; what becomes of it is counted in slot 16, under the lock of the cycle that the acts hold.
-- With the rights of the owner: who sends or checks a suggestion need not be able to write a figure.
CREATE FUNCTION proposals_count_suggestions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    sign int := TG_ARGV[0];
    here int := CASE TG_OP WHEN 'INSERT' THEN pg_backend_pid() % 16 ELSE 16 END;
BEGIN
    INSERT INTO proposals_suggestionfigure AS figure (
        cycle_id, grouped_by, aspect_id, area_id, channel, due_on, organisation_id, slot,
        total, received, accepted, declined, handed_over, loose, unanswered, answered, adopted, waiting, in_time, late
    )
    SELECT
        cycle_id, kind.grouped_by, kind.aspect_id, kind.area_id, kind.channel, kind.due_on, kind.organisation_id, here,
        sign * count(*),
        sign * count(*) FILTER (WHERE state = 'received'),
        sign * count(*) FILTER (WHERE state = 'accepted'),
        sign * count(*) FILTER (WHERE state = 'declined'),
        sign * count(*) FILTER (WHERE state = 'handed_over'),
        sign * count(*) FILTER (WHERE state = 'accepted' AND NOT is_linked),
        sign * count(*) FILTER (WHERE state = 'accepted' AND has_contact AND NOT is_replied),
        sign * count(*) FILTER (WHERE is_replied OR state IN ('declined', 'handed_over')),
        sign * count(*) FILTER (WHERE is_adopted),
        sign * count(*) FILTER (WHERE answered_on IS NULL AND (state = 'received' OR state = 'accepted' AND has_contact)),
        sign * count(*) FILTER (WHERE answered_on <= moved.due_on AND moved.due_on < '9999-12-31'),
        sign * count(*) FILTER (WHERE answered_on > moved.due_on)
    FROM moved CROSS JOIN LATERAL (VALUES
        ('aspect', moved.aspect_id, NULL::bigint, '', NULL::date, NULL::bigint),
        ('area', NULL, moved.area_id, '', NULL, NULL),
        ('channel', NULL, NULL, moved.channel, NULL, NULL),
        ('due', NULL, NULL, '', moved.due_on, moved.answered_by_id)
    ) AS kind (grouped_by, aspect_id, area_id, channel, due_on, organisation_id)
    GROUP BY cycle_id, kind.grouped_by, kind.aspect_id, kind.area_id, kind.channel, kind.due_on, kind.organisation_id
    ORDER BY cycle_id, kind.grouped_by, kind.aspect_id, kind.area_id, kind.channel, kind.due_on, kind.organisation_id
    ON CONFLICT (cycle_id, grouped_by, aspect_id, area_id, channel, due_on, organisation_id, slot) DO UPDATE SET
        total = figure.total + excluded.total,
        received = figure.received + excluded.received,
        accepted = figure.accepted + excluded.accepted,
        declined = figure.declined + excluded.declined,
        handed_over = figure.handed_over + excluded.handed_over,
        loose = figure.loose + excluded.loose,
        unanswered = figure.unanswered + excluded.unanswered,
        answered = figure.answered + excluded.answered,
        adopted = figure.adopted + excluded.adopted,
        waiting = figure.waiting + excluded.waiting,
        in_time = figure.in_time + excluded.in_time,
        late = figure.late + excluded.late;
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_suggestion_added AFTER INSERT ON proposals_suggestion
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION proposals_count_suggestions('1');
CREATE TRIGGER proposals_suggestion_came AFTER UPDATE ON proposals_suggestion
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION proposals_count_suggestions('1');
CREATE TRIGGER proposals_suggestion_went AFTER UPDATE ON proposals_suggestion
    REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION proposals_count_suggestions('-1');

CREATE FUNCTION proposals_count_support() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM proposals_hold(ARRAY[NEW.cycle_id]);
    UPDATE proposals_need AS need
        SET support = need.support + (NEW.state = 'accepted')::int - (OLD.state = 'accepted')::int
        FROM proposals_needlink AS link
        WHERE link.need_id = need.id AND link.suggestion_id = NEW.id AND link.unlinked_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_suggestion_supports AFTER UPDATE OF state ON proposals_suggestion
    FOR EACH ROW WHEN ((OLD.state = 'accepted') <> (NEW.state = 'accepted')) EXECUTE FUNCTION proposals_count_support();
