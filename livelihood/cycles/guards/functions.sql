-- What the tables of areas and years share: each change of them draws a new stamp for all (livelihood.cycles.models.Edition).
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
