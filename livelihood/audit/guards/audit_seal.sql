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
CREATE FUNCTION audit_seal_digest(previous bytea, seal audit_seal, digests bytea) RETURNS bytea LANGUAGE sql STABLE RETURN
    sha256(coalesce(previous, '') || convert_to(jsonb_build_array(
        seal.number, extract(epoch FROM seal.at), seal.through, seal.open::text, seal.void::text, seal.horizon::text
    )::text, 'UTF8') || coalesce(digests, ''));

-- Numbers of entries that a seal had to look at: what the seal before left open, and what came after it.
CREATE FUNCTION audit_seal_due(previous_open int8multirange, previous_through bigint, through bigint)
RETURNS int8multirange LANGUAGE sql IMMUTABLE RETURN
    coalesce(previous_open, '{}') + int8multirange(int8range(
        coalesce(previous_through, 0) + 1, greatest(coalesce(previous_through, 0), through) + 1
    ));

-- Seals what is committed and returns the number of entries. at_most: new entries of this seal; late ones come on top.
-- Runs with the rights of its owner, so that the application may seal and cannot write a seal of its own.
CREATE FUNCTION audit_seal_next(at_most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last audit_seal;
    seal audit_seal;
    ended xid8;
    is_numbered boolean := pg_current_xact_id_if_assigned() IS NOT NULL;
    sealed int8multirange;
    digests bytea;
    entries bigint;
BEGIN
    -- One sealer at a time; every statement below sees what was committed when it began, the seal before included.
    -- A lock of the table, which nobody else may take: an advisory one could be held by whoever comes in.
    LOCK TABLE audit_seal IN SHARE ROW EXCLUSIVE MODE;
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
    IF entries = 0 AND coalesce(isempty(last.open), true) THEN
        RETURN 0;
    END IF;
    -- A number of our own, drawn now, is larger than that of everybody who has begun to write; the largest in a snapshot
    -- (pg_snapshot_xmax) is not, as it knows only who has ended. Who had a number before cannot draw another: then
    -- nothing is closed by this seal.
    seal.horizon := CASE WHEN is_numbered THEN '9223372036854775807' ELSE pg_current_xact_id() END;

    seal.number := coalesce(last.number, 0) + 1;
    seal.at := clock_timestamp();
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
