-- A mandate goes only with the import that gave it, and only while its holder has done nothing since.
--
-- The database holds it: it says by what right something was done. Since when, the journal knows; where it does not say
-- that the mandate was given, anything its holder ever did counts.

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
    FOR EACH ROW EXECUTE FUNCTION accounts_guard_mandate();
