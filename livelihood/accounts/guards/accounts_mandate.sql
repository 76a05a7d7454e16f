-- A mandate goes only with the import that gave it, and only while its holder has done nothing since.
--
-- The database holds it: it says by what right something was done. Since when, the journal knows; where it does not say
-- that the mandate was given, anything its holder ever did counts. One that waits has given nothing yet, and goes freely.

CREATE FUNCTION accounts_guard_mandate() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp
SET enable_seqscan = off -- for each row of an import, and the planner takes a journal that has just grown for small
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM audit_entry WHERE actor_id = OLD.user_id AND id > coalesce((
            SELECT max(id) FROM audit_entry
            WHERE subject_type = 'accounts.mandate' AND subject_id = OLD.id::text AND act = 'mandate.given'
        ), 0)
    ) THEN
        RAISE EXCEPTION 'DELETE of mandate % refused: its holder has acted since it was given', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER accounts_mandate_guard BEFORE DELETE ON accounts_mandate
    FOR EACH ROW WHEN (NOT OLD.is_waiting) EXECUTE FUNCTION accounts_guard_mandate();

-- Nobody holds two of the roles that confirm each other in one area at a time, and what a second person has confirmed
-- stays so. The person is held, so that two mandates given at once see each other.
CREATE FUNCTION accounts_guard_roles() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM accounts_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM accounts_mandate AS other
        WHERE other.user_id = NEW.user_id AND other.area_id = NEW.area_id AND other.role <> NEW.role
            AND other.role IN ('congress_staff', 'chair', 'scrutineer')
            AND daterange(other.starts_on, other.ends_on, '[]') && daterange(NEW.starts_on, NEW.ends_on, '[]')
    ) OR (TG_OP = 'UPDATE' AND NOT OLD.is_waiting AND (
        (NEW.is_waiting, NEW.confirmed_at, NEW.confirmed_by_id) IS DISTINCT FROM
        (OLD.is_waiting, OLD.confirmed_at, OLD.confirmed_by_id)
    )) THEN
        RAISE EXCEPTION '% of a mandate of % refused: another role confirms this one, or it is confirmed', TG_OP, NEW.role
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_mandate_roles BEFORE INSERT OR UPDATE ON accounts_mandate
    FOR EACH ROW WHEN (NEW.role IN ('congress_staff', 'chair', 'scrutineer')) EXECUTE FUNCTION accounts_guard_roles();
