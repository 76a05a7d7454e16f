-- The answers to a frozen survey stay; none is added.
--
-- The database refuses, for the reason said in functions.sql.

CREATE TRIGGER surveys_response_frozen BEFORE INSERT OR UPDATE OR DELETE ON surveys_response
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen();

-- Writes all answers of a survey once more, in random order and under new keys, so that rows tell no order. Returns how
-- many. Runs with the rights of its owner: nobody else may take an answer away.
CREATE FUNCTION surveys_mix_responses(mixed bigint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH taken AS (DELETE FROM surveys_response WHERE survey_id = mixed RETURNING *),
    put_back AS (
        INSERT INTO surveys_response (id, survey_id, project_id, site_id, channel, grade, comment, day)
        SELECT gen_random_uuid(), survey_id, project_id, site_id, channel, grade, comment, day
        FROM taken ORDER BY gen_random_uuid()
        RETURNING id
    )
    SELECT count(*) FROM put_back
$$;
