-- Seals close the journal behind those who write: each over the entries of a moment and over the seal before it. A seal is
-- never changed, deleted or truncated, and made by `audit_seal_next` alone.
--
-- The database makes them, as it alone knows which transactions still run, and as the application shall be able to ask for a
-- seal and unable to forge one. Numbers of entries up to `through` are sealed, or `open` (their transaction may still
-- commit), or `void` (their transaction has ended without them); nothing needs to be written into an entry for that.

CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- digests: those of the seal's entries, one after the other, in the order of their numbers.
CREATE FUNCTION audit_seal_digest(previous bytea, seal audit_seal, digests bytea) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(coalesce(previous, '') || convert_to(jsonb_build_array(
        seal.number, extract(epoch FROM seal.at), seal.through, seal.open::text, seal.void::text, seal.horizon::text
    )::text, 'UTF8') || coalesce(digests, ''))
$$;

-- Numbers of entries that a seal had to look at: what the seal before left open, and what came after it.
CREATE FUNCTION audit_seal_due(previous_open int8multirange, previous_through bigint, through bigint)
RETURNS int8multirange LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(previous_open, '{}') + int8multirange(int8range(
        coalesce(previous_through, 0) + 1, greatest(coalesce(previous_through, 0), through) + 1
    ))
$$;

-- Seals what is committed and returns the number of entries. at_most: new entries of this seal; late ones come on top.
-- Runs with the rights of its owner, so that the application may seal and cannot write a seal of its own.
CREATE FUNCTION audit_seal_next(at timestamptz, at_most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last audit_seal;
    seal audit_seal;
    ended xid8;
    sealed int8multirange;
    digests bytea;
    entries bigint;
BEGIN
    -- One sealer at a time; every statement below sees what was committed when it began, the seal before included.
    PERFORM pg_advisory_xact_lock(hashtext('audit_seal'));
    SELECT * INTO last FROM audit_seal ORDER BY number DESC LIMIT 1;

    -- The order of the next three matters: transactions below `ended` had ended before the entries were read, and all
    -- that could write a number below the largest one read had begun before `horizon` was taken.
    ended := pg_snapshot_xmin(pg_current_snapshot());
    SELECT coalesce(range_agg(int8range(id, id + 1)), '{}'), string_agg(digest, '' ORDER BY id), count(*), max(id)
        INTO sealed, digests, entries, seal.through
        FROM (
            (SELECT id, digest FROM audit_entry WHERE id > coalesce(last.through, 0) ORDER BY id LIMIT at_most)
            UNION ALL
            SELECT id, digest FROM audit_entries(coalesce(last.open, '{}'))
        ) AS due;
    seal.horizon := pg_snapshot_xmax(pg_current_snapshot());

    seal.number := coalesce(last.number, 0) + 1;
    seal.at := at;
    seal.through := greatest(seal.through, last.through, 0);
    seal.open := audit_seal_due(last.open, last.through, seal.through) - sealed;
    -- What nobody can write any more will not come: all of it when nobody else writes, otherwise what was open already
    -- when all were younger than the oldest that runs now.
    IF seal.horizon <= ended THEN
        seal.void := seal.open;
    ELSIF NOT isempty(seal.open) THEN
        SELECT seal.open * earlier.open INTO seal.void FROM audit_seal AS earlier
            WHERE earlier.horizon <= ended ORDER BY earlier.number DESC LIMIT 1;
    END IF;
    seal.void := coalesce(seal.void, '{}');
    seal.open := seal.open - seal.void;

    IF entries > 0 OR NOT isempty(seal.void) THEN
        seal.digest := audit_seal_digest(last.digest, seal, digests);
        INSERT INTO audit_seal SELECT seal.*;
    END IF;
    RETURN entries;
END $$;
