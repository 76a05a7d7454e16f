-- What a setting or a page said stays as it was said: what changes is another version.
--
-- The database refuses, so that nobody can deny by any path what stood under the name of the office.

CREATE FUNCTION imprint_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % refused: rows of this table never change', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER imprint_settingversion_append_only BEFORE UPDATE OR DELETE ON imprint_settingversion
    FOR EACH ROW EXECUTE FUNCTION imprint_refuse();
