-- What the tables of this room share: their rows never change.
--
-- The database refuses, and no service: what was decided and what is gone can be shown by these rows alone.

CREATE FUNCTION privacy_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % refused: rows of this table never change', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
