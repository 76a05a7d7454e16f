-- A half of the key is drawn and tried before the vote opens, and was put in when it has closed.
--
-- The database refuses the rest: with another key nobody would know to what the ballots were sealed, or who can open them.

CREATE FUNCTION voting_guard_half() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    key bigint := coalesce(NEW.round_id, OLD.round_id);
    is_before boolean := voting_state_of(key) IN ('rules_locked', 'roll_locked', 'sign_in');
BEGIN
    IF TG_OP = 'DELETE'
        OR voting_scheme_of(key) <> 'sealed'
        OR (TG_OP = 'INSERT' AND (NOT is_before OR NEW.tried_at IS NOT NULL OR NEW.handed_in_at IS NOT NULL))
        OR (TG_OP = 'UPDATE' AND (
            (NEW.round_id, NEW.number) IS DISTINCT FROM (OLD.round_id, OLD.number)
            OR (NEW.public_key <> OLD.public_key AND NEW.tried_at IS NOT NULL)
            OR (NEW.holder_id <> OLD.holder_id AND NEW.public_key = OLD.public_key)
            OR ((NEW.public_key, NEW.holder_id, NEW.drawn_at, NEW.tried_at) IS DISTINCT FROM
                (OLD.public_key, OLD.holder_id, OLD.drawn_at, OLD.tried_at) AND NOT is_before)
            OR ((NEW.handed_in_at, NEW.handed_in_by_id) IS DISTINCT FROM (OLD.handed_in_at, OLD.handed_in_by_id)
                AND (OLD.handed_in_at IS NOT NULL OR voting_state_of(key) <> 'closed' OR voting_is_on_paper(key)))
        ))
    THEN
        RAISE EXCEPTION '% of half % of the key to round % refused', TG_OP, coalesce(NEW.number, OLD.number), key
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER voting_keyhalf_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_keyhalf
    FOR EACH ROW EXECUTE FUNCTION voting_guard_half();
