-- What the tables of areas and years share: each change of them draws a new stamp for all (livelihood.cycles.models.Edition),
-- and what a year has goes with its draft alone.
--
-- The database draws it, because processes remember areas and years (livelihood.cycles.selectors.known_year): a change that
-- left the stamp as it was, one made by hand included, would never reach them. It runs with the rights of its owner, so
-- that nobody else can put an earlier stamp back.

CREATE FUNCTION cycles_new_edition() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO cycles_edition (id, stamp) VALUES (1, gen_random_uuid())
        ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp;
    RETURN NULL;
END $$;

-- For rows that hang on a year: they go while it is a draft, and stay when it has begun.
CREATE FUNCTION cycles_part_of_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- As strong at once as what follows may need: whoever begins the year waits, or is waited for.
    PERFORM FROM cycles_cycle WHERE id = OLD.cycle_id AND phase = 'draft' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% on % refused: the year has begun', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
