-- A change of areas begins a new edition; and the database keeps the path of each area, from the province down to it.
--
-- The database says so and not a service: what lies below an area is asked everywhere, rights included, by the path alone
-- (livelihood.cycles.querysets.within). A path that somebody forgot to write would show one area's rows to another's people.
-- Each area lies in one of a higher level, not always the next: 429004 is a city in 420000, 441900 has towns. As levels fall,
-- nothing can come to lie in itself.

CREATE TRIGGER cycles_area_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON cycles_area
    FOR EACH STATEMENT EXECUTE FUNCTION cycles_new_edition();

CREATE FUNCTION cycles_place_area() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    levels CONSTANT text[] := ARRAY['province', 'city', 'county', 'township'];
    above record;
BEGIN
    IF NEW.parent_id IS NULL THEN
        NEW.path := NEW.code || '/';
        RETURN NEW;
    END IF;
    -- Held, so that nobody moves it meanwhile.
    SELECT path, level INTO above FROM cycles_area WHERE id = NEW.parent_id FOR SHARE;
    IF FOUND AND array_position(levels, above.level::text) >= array_position(levels, NEW.level::text) THEN
        RAISE EXCEPTION 'Area % of the level % cannot lie in one of the level %', NEW.code, NEW.level, above.level
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cycles_area_lies_in_higher';
    END IF;
    NEW.path := above.path || NEW.code || '/';
    RETURN NEW;
END $$;

CREATE TRIGGER cycles_area_place BEFORE INSERT OR UPDATE OF code, level, parent_id, path ON cycles_area
    FOR EACH ROW EXECUTE FUNCTION cycles_place_area();

CREATE FUNCTION cycles_place_areas_below() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE cycles_area SET parent_id = parent_id WHERE parent_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER cycles_area_place_below AFTER UPDATE ON cycles_area
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path OR OLD.level IS DISTINCT FROM NEW.level)
    EXECUTE FUNCTION cycles_place_areas_below();
