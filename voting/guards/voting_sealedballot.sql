-- The envelopes of a closed round, mixed: written when voting has closed, never changed, and not removed but where the
-- round moves to paper.
--
-- The database refuses: what is opened must be what was sealed.

CREATE TRIGGER voting_sealedballot_guard BEFORE INSERT ON voting_sealedballot
    FOR EACH ROW EXECUTE FUNCTION voting_guard_closed();
CREATE TRIGGER voting_sealedballot_unchanged BEFORE UPDATE ON voting_sealedballot
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
CREATE TRIGGER voting_sealedballot_no_truncate BEFORE TRUNCATE ON voting_sealedballot
    FOR EACH STATEMENT EXECUTE FUNCTION voting_refuse();

CREATE FUNCTION voting_guard_envelope() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT voting_is_on_paper(OLD.round_id) THEN
        RAISE EXCEPTION 'DELETE on voting_sealedballot refused: the round is not held on paper'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER voting_sealedballot_kept BEFORE DELETE ON voting_sealedballot
    FOR EACH ROW EXECUTE FUNCTION voting_guard_envelope();

-- Puts what was in the envelopes of a closed round among the ballots, in random order: once, when two persons have put in
-- their halves of the key, and as many as there are envelopes.
--
-- Runs with the rights of its owner: nobody else may write a ballot that is counted.
CREATE FUNCTION voting_open_sealed(opened bigint, marks text[], receipts text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF voting_state_of(opened) <> 'closed'
        OR voting_halves_in(opened) <> 2
        OR cardinality(marks) <> (SELECT count(*) FROM voting_sealedballot WHERE round_id = opened)
        OR cardinality(receipts) <> cardinality(marks)
        OR EXISTS (SELECT FROM unnest(receipts) AS receipt WHERE receipt = '')
        OR EXISTS (SELECT FROM voting_ballot WHERE round_id = opened AND receipt <> '')
        OR EXISTS (
            SELECT FROM unnest(marks) AS letters
            WHERE letters !~ '^([ynab]+|x+)$'
                OR length(letters) <> (SELECT count(*) FROM voting_option WHERE round_id = opened)
        )
    THEN
        RAISE EXCEPTION 'The envelopes of round % are not to be opened like this', opened
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO voting_ballot (id, round_id, marks, receipt)
    SELECT gen_random_uuid(), opened, letters, receipt
    FROM unnest(marks, receipts) AS ballot (letters, receipt)
    ORDER BY gen_random_uuid();
    PERFORM voting_forget_given(opened);
END $$;

-- Nothing of a ballot is sampled: ANALYZE would copy it into a table of the database's own, which outlives the vote.
ALTER TABLE voting_sealedballot ALTER COLUMN envelope SET STATISTICS 0;
