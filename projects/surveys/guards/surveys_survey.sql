-- A frozen survey stays frozen.
--
-- The database refuses, so that no path thaws it for a moment to change what hangs on it.

CREATE FUNCTION surveys_refuse_thaw() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Survey % is frozen: % refused', OLD.id, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER surveys_survey_frozen BEFORE UPDATE OR DELETE ON surveys_survey
    FOR EACH ROW WHEN (OLD.state = 'frozen') EXECUTE FUNCTION surveys_refuse_thaw();
