-- The urn takes ballots that fit the rules, while voting is open and not on paper; a ballot in it is neither changed
-- nor taken out.
--
-- The database refuses, as nobody can look after a secret ballot once it is in: an error here could not even be found.

CREATE TRIGGER voting_urnballot_guard BEFORE INSERT ON voting_urnballot
    FOR EACH ROW EXECUTE FUNCTION voting_guard_urn();
CREATE TRIGGER voting_urnballot_unchanged BEFORE UPDATE OR DELETE ON voting_urnballot
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();

-- A round on paper has no booth any more.
CREATE FUNCTION voting_guard_booth() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF voting_is_on_paper(NEW.round_id) THEN
        RAISE EXCEPTION 'This round is held on paper' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_urnballot_booth BEFORE INSERT ON voting_urnballot
    FOR EACH ROW EXECUTE FUNCTION voting_guard_booth();

-- Nothing of a ballot is sampled: ANALYZE would copy it into a table of the database's own, which outlives the vote.
ALTER TABLE voting_urnballot ALTER COLUMN id SET STATISTICS 0;
ALTER TABLE voting_urnballot ALTER COLUMN marks SET STATISTICS 0;
ALTER TABLE voting_urnballot ALTER COLUMN receipt SET STATISTICS 0;
ALTER TABLE voting_urnballot ALTER COLUMN repeat_digest SET STATISTICS 0;
ALTER INDEX voting_urnballot_own_key ALTER COLUMN 2 SET STATISTICS 0;

-- The one ballot of a round that was sent with a key; without the key, which only the sender's page has, none is found.
--
-- Runs with the rights of its owner: nobody else may read the urn.
CREATE FUNCTION voting_recall(held bigint, digest text) RETURNS TABLE (marks text, receipt text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT urn.marks, urn.receipt FROM voting_urnballot AS urn WHERE urn.round_id = held AND urn.repeat_digest = digest
$$;

-- Empties the urn as a whole, moves a round's ballots out of it, mixed, if they are kept, and puts those of other rounds
-- back, mixed as well, which wait for a moment. Returns how many ballots of the round there were. A round's ballots are
-- kept when it has closed, sealed ones among the envelopes; otherwise they are destroyed, those that were moved out before
-- as well.
--
-- Runs with the rights of its owner: nobody else may take a ballot out or put one among those that are counted, and
-- TRUNCATE leaves no trace of the order.
CREATE FUNCTION voting_empty_urn(emptied bigint, is_kept boolean) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found bigint;
BEGIN
    IF NOT is_kept THEN
        PERFORM voting_require_destruction(emptied);
        DELETE FROM voting_ballot WHERE round_id = emptied AND receipt <> '';
        DELETE FROM voting_sealedballot WHERE round_id = emptied;
        PERFORM voting_forget_given(emptied);
    ELSIF voting_state_of(emptied) <> 'closed' THEN
        RAISE EXCEPTION 'The urn of round % is not to be emptied', emptied
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    LOCK TABLE voting_urnballot IN ACCESS EXCLUSIVE MODE;
    SELECT count(*) INTO found FROM voting_urnballot WHERE round_id = emptied;
    IF is_kept AND voting_scheme_of(emptied) = 'sealed' THEN
        INSERT INTO voting_sealedballot (id, round_id, envelope)
            SELECT gen_random_uuid(), round_id, marks FROM voting_urnballot WHERE round_id = emptied
            ORDER BY gen_random_uuid();
    ELSIF is_kept THEN
        INSERT INTO voting_ballot (id, round_id, marks, receipt)
            SELECT gen_random_uuid(), round_id, marks, receipt FROM voting_urnballot WHERE round_id = emptied
            ORDER BY gen_random_uuid();
    END IF;
    CREATE TEMPORARY TABLE voting_other_rounds ON COMMIT DROP AS
        SELECT * FROM voting_urnballot WHERE round_id <> emptied ORDER BY gen_random_uuid();
    TRUNCATE voting_urnballot;
    INSERT INTO voting_urnballot SELECT * FROM pg_temp.voting_other_rounds;
    DROP TABLE pg_temp.voting_other_rounds;
    RETURN found;
END $$;
