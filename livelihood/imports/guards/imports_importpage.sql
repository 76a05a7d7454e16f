-- What an import showed and wrote stays with it, line by line: pages come and go only while the file is not decided.
--
-- The database refuses the rest: what is taken back is taken from these pages. They go once the file is forgotten. Only
-- which rows stayed is said anew each time more of an import is taken back.

CREATE FUNCTION imports_guard_page() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    page imports_importpage := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    state text := (SELECT imports_import.state FROM imports_import WHERE id = page.of_id);
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM imports_import WHERE id = page.of_id AND content IS NULL) THEN
        RETURN page;
    END IF;
    IF TG_OP = 'UPDATE' AND imports_is_sealed_anew(OLD.lines, NEW.lines)
        AND to_jsonb(NEW) - 'lines' = to_jsonb(OLD) - 'lines'
    THEN
        RETURN page;
    END IF;
    IF state IN ('received', 'previewed', 'replaced')
        OR (TG_OP <> 'UPDATE' AND state IN ('written', 'partly') AND page.section = 'stayed')
    THEN
        RETURN page;
    END IF;
    RAISE EXCEPTION 'Import % has been decided, and its lines stay', page.of_id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER imports_importpage_guard BEFORE INSERT OR UPDATE OR DELETE ON imports_importpage
    FOR EACH ROW EXECUTE FUNCTION imports_guard_page();
