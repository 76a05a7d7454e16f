-- What the tables of this room share: the refusal of what never changes, the frozen list of a year, and what is written on a
-- suggestion of the links that it has.
--
-- The database holds the list, not the services alone: deputies vote on what was frozen, and a service that forgets to
-- ask, or asks a moment too early, would change it under them.

CREATE FUNCTION proposals_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % refused: rows of this table never change', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- Whoever changes a candidate waits here for a freeze under way: it holds the row of the cycle.
CREATE FUNCTION proposals_require_thawed(cycle bigint) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- As strong at once as what follows may need: two who asked for less would wait for each other.
    PERFORM FROM cycles_cycle WHERE id = cycle FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM proposals_candidatelist WHERE cycle_id = cycle) THEN
        RAISE EXCEPTION 'The candidate list of cycle % is frozen', cycle
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;

-- For rows that hang on a candidate.
CREATE FUNCTION proposals_part_thawed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM proposals_require_thawed(cycle_id) FROM proposals_candidate
        WHERE id IN (OLD.candidate_id, NEW.candidate_id);
    RETURN coalesce(NEW, OLD);
END $$;

-- Whoever changes what is counted of several tables holds the row of the cycle until its commit, as the services of this room
-- do before: of two who looked at the same moment each would miss what the other writes.
CREATE FUNCTION proposals_hold(cycles bigint[]) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM cycles_cycle WHERE id = ANY (cycles) ORDER BY id FOR NO KEY UPDATE;
END $$;

-- Writes on suggestions whether they stand behind a need, and behind one that a listed candidate answers.
CREATE FUNCTION proposals_mark_links(suggestions bigint[]) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE proposals_suggestion AS suggestion
        SET is_linked = now.is_linked, is_adopted = now.is_adopted
        FROM (
            SELECT
                marked.id,
                count(link.id) > 0 AS is_linked,
                coalesce(bool_or(EXISTS (
                    SELECT FROM proposals_candidateneed AS answer
                        JOIN proposals_candidate AS candidate ON candidate.id = answer.candidate_id
                    WHERE answer.need_id = link.need_id AND candidate.state = 'listed'
                )), false) AS is_adopted
            FROM unnest(suggestions) AS marked (id)
                LEFT JOIN proposals_needlink AS link ON link.suggestion_id = marked.id AND link.unlinked_at IS NULL
            GROUP BY marked.id
        ) AS now
        WHERE suggestion.id = now.id
            AND (suggestion.is_linked, suggestion.is_adopted) IS DISTINCT FROM (now.is_linked, now.is_adopted);
END $$;
