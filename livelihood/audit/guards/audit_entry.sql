-- An entry is numbered, timed and digested as it is written, and never changed, deleted or truncated.
--
-- The database does it, not the service: whoever writes an entry by whatever way must be able to choose neither its number
-- nor its time nor its digest, as the seals (audit_seal.sql) rely on them.

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- A transaction gets its own number before it draws the number of an entry. So an entry that is missing belongs to a
-- transaction which began before everything that was numbered after it, and once all of those have ended it will never come.
CREATE FUNCTION audit_begin() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_current_xact_id();
    RETURN NULL;
END $$;

CREATE TRIGGER audit_entry_begin BEFORE INSERT ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_begin();

-- jsonb::text and extract(epoch) do not depend on the session's settings, so a digest is the same for every reader.
CREATE FUNCTION audit_entry_digest(entry audit_entry) RETURNS bytea LANGUAGE sql STABLE RETURN
    sha256(convert_to(jsonb_build_array(
        entry.id, extract(epoch FROM entry.at), extract(epoch FROM entry.written_at), entry.act, entry.subject_type,
        entry.subject_id, entry.cycle_id, entry.area_id, entry.actor_id, entry.detail
    )::text, 'UTF8'));

CREATE FUNCTION audit_write() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- Equal to what this session drew last, or somebody chose it; a number drawn before is taken already.
    IF NEW.id <> currval('audit_entry_id_seq') THEN
        RAISE EXCEPTION 'The journal numbers its entries itself: % refused', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.written_at := clock_timestamp();
    NEW.digest := audit_entry_digest(NEW);
    RETURN NEW;
END $$;

CREATE TRIGGER audit_entry_write BEFORE INSERT ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_write();

-- The entries with these numbers, found by the index however many ranges there are; a range may be open at either end.
CREATE FUNCTION audit_entries(numbers int8multirange) RETURNS SETOF audit_entry LANGUAGE sql STABLE
SET enable_seqscan = off -- after a crash the planner takes the journal for small, and read the whole of it for every seal
BEGIN ATOMIC
    SELECT entry.* FROM unnest(numbers) AS part JOIN audit_entry AS entry
        ON entry.id >= coalesce(lower(part), -9223372036854775808)
        AND entry.id <= coalesce(upper(part) - 1, 9223372036854775807);
END;
