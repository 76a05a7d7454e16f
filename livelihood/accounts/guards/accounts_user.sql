-- An account goes only with the import that made it, and only while nobody has come in by it or acted under its name.
--
-- The database holds it: what was done has to be somebody's, and the name of who did it is given to nobody else.

CREATE FUNCTION accounts_guard_user() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp
SET enable_seqscan = off -- for each row of an import, and the planner takes a journal that has just grown for small
AS $$
BEGIN
    IF OLD.last_login IS NOT NULL OR EXISTS (SELECT FROM audit_entry WHERE actor_id = OLD.id) THEN
        RAISE EXCEPTION 'DELETE of account % refused: somebody has acted under it', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER accounts_user_guard BEFORE DELETE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION accounts_guard_user();
