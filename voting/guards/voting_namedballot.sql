-- A ballot of a vote by name fits the rules and goes in while voting is open, as into the urn; it is never changed. A
-- round that is declared void while it is open takes its ballots with it; after closing none goes.
--
-- The database refuses, as for the urn.

CREATE TRIGGER voting_namedballot_guard BEFORE INSERT ON voting_namedballot
    FOR EACH ROW EXECUTE FUNCTION voting_guard_urn();
CREATE TRIGGER voting_namedballot_unchanged BEFORE UPDATE ON voting_namedballot
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
CREATE TRIGGER voting_namedballot_no_truncate BEFORE TRUNCATE ON voting_namedballot
    FOR EACH STATEMENT EXECUTE FUNCTION voting_refuse();

CREATE FUNCTION voting_guard_named() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM voting_round WHERE id = OLD.round_id AND state = 'voided' AND closed_at IS NULL) THEN
        RAISE EXCEPTION 'DELETE on voting_namedballot refused: the round is not void, or had closed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER voting_namedballot_kept BEFORE DELETE ON voting_namedballot
    FOR EACH ROW EXECUTE FUNCTION voting_guard_named();

-- Destroys the ballots of a round. Runs with the rights of its owner: nobody else may take one out.
CREATE FUNCTION voting_destroy_named(destroyed bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM voting_require_destruction(destroyed);
    DELETE FROM voting_namedballot WHERE round_id = destroyed;
END $$;

-- Nothing of a ballot is sampled: ANALYZE would copy it into a table of the database's own, which outlives the vote.
ALTER TABLE voting_namedballot ALTER COLUMN marks SET STATISTICS 0;
