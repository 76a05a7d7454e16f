-- A year is changed and discarded as a draft only; a change of years begins a new edition.
--
-- The database says so and not a service: everything hangs on a year that has begun, and its address is public.

CREATE TRIGGER cycles_cycle_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON cycles_cycle
    FOR EACH STATEMENT EXECUTE FUNCTION cycles_new_edition();

CREATE FUNCTION cycles_only_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.phase <> 'draft' THEN
        RAISE EXCEPTION '% on % refused: the year has begun', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER cycles_cycle_only_draft BEFORE DELETE OR UPDATE OF year, decision_mode, area_id ON cycles_cycle
    FOR EACH ROW EXECUTE FUNCTION cycles_only_draft();
