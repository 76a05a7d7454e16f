-- An entry is never changed, deleted or truncated, and every entry enters the chain when its transaction commits.
--
-- The chain is written here and not by the service: ids are given before commits, in another order, and only at the
-- commit is it known that an entry stands. No entry can be written past it.

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- jsonb::text and extract(epoch) do not depend on the session's settings, so a digest is the same for every reader.
CREATE FUNCTION audit_digest(previous bytea, entry audit_entry) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(coalesce(previous, ''::bytea) || convert_to(jsonb_build_array(
        entry.id, extract(epoch FROM entry.at), entry.act, entry.subject_type, entry.subject_id,
        entry.cycle_id, entry.actor_id, entry.detail
    )::text, 'UTF8'))
$$;

CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last audit_link;
BEGIN
    -- One transaction at a time appends to the chain; it is at its commit, so it waits for nothing else.
    PERFORM pg_advisory_xact_lock(hashtext('audit_link'));
    SELECT * INTO last FROM audit_link ORDER BY sequence DESC LIMIT 1;
    INSERT INTO audit_link (sequence, entry_id, digest)
        VALUES (coalesce(last.sequence, 0) + 1, NEW.id, audit_digest(last.digest, NEW));
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_entry_chain AFTER INSERT ON audit_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_chain();
