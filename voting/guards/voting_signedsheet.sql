-- A scan of the signed tally sheet comes when there is a sheet, and stays as it came.
--
-- The database refuses the rest: its hash is published, and a better scan is a further row.

CREATE FUNCTION voting_guard_signed_sheet() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF voting_state_of(NEW.round_id) NOT IN ('counted', 'announced', 'voided') THEN
        RAISE EXCEPTION 'Round % has no sheet that could be signed', NEW.round_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_signedsheet_guard BEFORE INSERT ON voting_signedsheet
    FOR EACH ROW EXECUTE FUNCTION voting_guard_signed_sheet();
CREATE TRIGGER voting_signedsheet_unchanged BEFORE UPDATE OR DELETE ON voting_signedsheet
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
