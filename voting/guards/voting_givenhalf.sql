-- What one half of a key gives waits for the other half, in a round that has closed, and never changes.
--
-- The table is written to no log, goes to no standby and into no copy of the files: what is in it would do for one of the two
-- halves, to whoever has the other and a copy of the urn. After a crash it is empty, and the half is put in again.

ALTER TABLE voting_givenhalf SET UNLOGGED;
ALTER TABLE voting_givenhalf ALTER COLUMN given SET STATISTICS 0;

CREATE FUNCTION voting_guard_given() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    held bigint := (SELECT round_id FROM voting_keyhalf WHERE id = NEW.half_id);
BEGIN
    IF voting_state_of(held) <> 'closed' OR voting_is_on_paper(held) OR voting_halves_in(held) = 2 THEN
        RAISE EXCEPTION 'INSERT on voting_givenhalf refused: the round waits for no half'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_givenhalf_guard BEFORE INSERT ON voting_givenhalf
    FOR EACH ROW EXECUTE FUNCTION voting_guard_given();
CREATE TRIGGER voting_givenhalf_unchanged BEFORE UPDATE ON voting_givenhalf
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();

-- Takes away what waits of a round; the file goes with it, unless another round waits at the same moment. Used by functions
-- that run with the rights of the owner, as nobody else takes a file away.
CREATE FUNCTION voting_forget_given(held bigint) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM voting_givenhalf USING voting_keyhalf WHERE half_id = voting_keyhalf.id AND round_id = held;
    IF NOT EXISTS (SELECT FROM voting_givenhalf) THEN
        TRUNCATE voting_givenhalf;
    END IF;
END $$;
