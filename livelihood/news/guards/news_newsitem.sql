-- What was told is not told otherwise afterwards: a notice of news stays as it was published, and is withdrawn once.
--
-- The database refuses, so that what people have read cannot be rewritten by any path.

CREATE FUNCTION news_keep() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
        OR (NEW.id, NEW.area_id, NEW.cycle_id, NEW.title, NEW.text, NEW.published_at, NEW.published_by_id)
            IS DISTINCT FROM (OLD.id, OLD.area_id, OLD.cycle_id, OLD.title, OLD.text, OLD.published_at, OLD.published_by_id)
    THEN
        RAISE EXCEPTION '% on news refused: it is withdrawn, once, and nothing else', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER news_newsitem_kept BEFORE UPDATE OR DELETE ON news_newsitem
    FOR EACH ROW EXECUTE FUNCTION news_keep();

CREATE FUNCTION news_of_own_year() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.cycle_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM cycles_cycle WHERE id = NEW.cycle_id AND area_id = NEW.area_id)
    THEN
        RAISE EXCEPTION 'News is told of a year of its own area' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER news_newsitem_own_year BEFORE INSERT ON news_newsitem
    FOR EACH ROW EXECUTE FUNCTION news_of_own_year();
