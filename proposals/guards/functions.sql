-- What the tables of this room share: the refusal of what never changes, and the frozen list of a year.
--
-- The database holds the list, not the services alone: deputies vote on what was frozen, and a service that forgets to
-- ask, or asks a moment too early, would change it under them.

CREATE FUNCTION proposals_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % refused: rows of this table never change', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- Whoever changes a candidate waits here for a freeze under way: it holds the row of the cycle.
CREATE FUNCTION proposals_require_thawed(cycle bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM cycles_cycle WHERE id = cycle FOR KEY SHARE;
    IF EXISTS (SELECT FROM proposals_candidatelist WHERE cycle_id = cycle) THEN
        RAISE EXCEPTION 'The candidate list of cycle % is frozen', cycle
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;

-- For rows that hang on a candidate: a sheet, and that a candidate answers a need.
CREATE FUNCTION proposals_part_thawed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM proposals_require_thawed(cycle_id) FROM proposals_candidate
        WHERE id IN (OLD.candidate_id, NEW.candidate_id);
    RETURN coalesce(NEW, OLD);
END $$;
