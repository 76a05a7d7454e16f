-- What was brought, by whom, and what came of it stays: a file is decided once, and taken back at most whole.
--
-- The database refuses the rest: who asks where a value came from must find the file that said so, until its period is over
-- and it is forgotten (imports/personal.py): then its fingerprint is left.

-- Sealed anew, a file is as long as before, under another key; what it holds, its fingerprint still says. Nothing is still nothing.
CREATE FUNCTION imports_is_sealed_anew(former bytea, present bytea) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT former IS NULL AND present IS NULL
        OR coalesce(octet_length(former) = octet_length(present) AND substr(former, 1, 8) <> substr(present, 1, 8), false)
$$;

CREATE FUNCTION imports_guard_import() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state IN ('written', 'dropped', 'expired', 'partly', 'taken_back') AND NEW.content IS NULL AND NEW.prepared IS NULL
        AND to_jsonb(NEW) - '{content,prepared}'::text[] = to_jsonb(OLD) - '{content,prepared}'::text[]
    THEN
        RETURN NEW;
    END IF;
    IF imports_is_sealed_anew(OLD.content, NEW.content) AND imports_is_sealed_anew(OLD.prepared, NEW.prepared)
        AND to_jsonb(NEW) - '{content,prepared}'::text[] = to_jsonb(OLD) - '{content,prepared}'::text[]
    THEN
        RETURN NEW;
    END IF;
    IF OLD.state IN ('dropped', 'expired', 'taken_back')
        OR (OLD.state IN ('written', 'partly') AND (NEW.state NOT IN ('partly', 'taken_back')
            OR (NEW.content, NEW.sheet, NEW.mapping, NEW.meanings, NEW.datum, NEW.answers, NEW.reading, NEW.basis, NEW.decided_at,
                NEW.decided_by_id)
            IS DISTINCT FROM (OLD.content, OLD.sheet, OLD.mapping, OLD.meanings, OLD.datum, OLD.answers, OLD.reading, OLD.basis,
                OLD.decided_at, OLD.decided_by_id)))
        OR (NEW.state NOT IN ('dropped', 'expired') AND NEW.content IS DISTINCT FROM OLD.content)
    THEN
        RAISE EXCEPTION 'Import % has been decided, and its file stays as it came', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER imports_import_guard BEFORE UPDATE ON imports_import
    FOR EACH ROW EXECUTE FUNCTION imports_guard_import();
