-- The urn takes ballots that fit the rules, while voting is open and not on paper; a ballot in it is neither changed
-- nor taken out.
--
-- The database refuses, as nobody can look after a secret ballot once it is in: an error here could not even be found.

CREATE TRIGGER voting_urnballot_guard BEFORE INSERT ON voting_urnballot
    FOR EACH ROW EXECUTE FUNCTION voting_guard_urn();
CREATE TRIGGER voting_urnballot_unchanged BEFORE UPDATE OR DELETE ON voting_urnballot
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();

-- A round on paper has no booth any more.
CREATE FUNCTION voting_guard_booth() RETURNS trigger LANGUAGE plpgsql AS $$
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
