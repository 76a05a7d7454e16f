-- The phases of a year follow one another; two may share a day, that of the step. A change of their dates begins a new edition.
--
-- The database says so and not a service: what a phase allows goes by its days. For the edition see functions.sql.

-- Asked at the end, as a step and a form write the days of several phases one by one.
CREATE FUNCTION cycles_phases_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    phases CONSTANT text[] := '{solicit,plan,decide,deliver,evaluate,closed}';
BEGIN
    IF EXISTS (
        SELECT FROM cycles_phaseperiod one JOIN cycles_phaseperiod later USING (cycle_id)
        WHERE cycle_id = NEW.cycle_id AND later.starts_on < one.ends_on
            AND array_position(phases, one.phase::text) < array_position(phases, later.phase::text)
    ) THEN
        RAISE EXCEPTION 'a phase of the year % begins before the one before it ends', NEW.cycle_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cycles_phaseperiod_follows';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER cycles_phaseperiod_follows AFTER INSERT OR UPDATE ON cycles_phaseperiod
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cycles_phases_follow();

CREATE TRIGGER cycles_phaseperiod_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON cycles_phaseperiod
    FOR EACH STATEMENT EXECUTE FUNCTION cycles_new_edition();
