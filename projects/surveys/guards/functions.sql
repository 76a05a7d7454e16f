-- What the tables of this room share: what hangs on a frozen survey is neither added nor changed nor removed.
--
-- The database refuses, because the satisfaction that was published must be the one that can be recomputed years later.

CREATE FUNCTION surveys_refuse_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    survey bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.survey_id ELSE OLD.survey_id END;
BEGIN
    IF EXISTS (SELECT FROM surveys_survey WHERE id = survey AND state = 'frozen') THEN
        RAISE EXCEPTION 'Survey % is frozen: % on % refused', survey, TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
