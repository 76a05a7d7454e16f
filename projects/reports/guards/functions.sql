-- What the tables of this room share.
--
-- The database refuses, not a service: what the authority told the public must still be there word for word when it is
-- questioned.

CREATE FUNCTION reports_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% stays as it was told: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
