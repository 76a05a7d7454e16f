-- A personal code is issued on a locked roll and until the ballot is cast, not by who has confirmed that its deputy is
-- present. Each one is counted on its line of the roll: a sign-in by a card is good as long as no other was issued after it.
--
-- The database refuses the rest: a code issued afterwards would be a second vote.

CREATE FUNCTION voting_guard_credential() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    line voting_rollentry;
BEGIN
    SELECT * INTO STRICT line FROM voting_rollentry WHERE id = coalesce(NEW.entry_id, OLD.entry_id);
    IF line.has_voted OR voting_state_of(line.round_id) NOT IN ('roll_locked', 'sign_in', 'open', 'paused')
        OR (TG_OP <> 'DELETE' AND line.signed_in_way = 'staff' AND line.signed_in_by_id = NEW.issued_by_id)
    THEN
        RAISE EXCEPTION '% of a personal code refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER voting_credential_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_credential
    FOR EACH ROW EXECUTE FUNCTION voting_guard_credential();

-- Runs with the rights of its owner: nobody else may count, least of all back.
CREATE FUNCTION voting_count_card() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE voting_rollentry SET cards_issued = cards_issued + 1 WHERE id = NEW.entry_id;
    RETURN NULL;
END $$;
CREATE TRIGGER voting_credential_first AFTER INSERT ON voting_credential
    FOR EACH ROW EXECUTE FUNCTION voting_count_card();
CREATE TRIGGER voting_credential_next AFTER UPDATE ON voting_credential
    FOR EACH ROW WHEN (NEW.code_hash <> OLD.code_hash) EXECUTE FUNCTION voting_count_card();
