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

-- Moves answers on in random order, under new keys, and returns how many of each kind. From an open survey those by
-- invitation leave once five about the same thing have come (SMALLEST_BATCH); all do when it has closed.
--
-- Runs with the rights of its owner: nobody else may read an answer that waits, or take one away. Answers wait in the order
-- in which they came, and the invitations tell in which order they were used, so whoever read both could join them.
CREATE FUNCTION surveys_take_in(taken bigint)
RETURNS TABLE (project_id bigint, site_id bigint, channel text, grade text, answers bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY WITH waiting AS (
        SELECT answer.*, count(*) OVER (PARTITION BY answer.project_id, answer.site_id, answer.channel) AS alike
        FROM surveys_incomingresponse AS answer WHERE answer.survey_id = taken
    ), ripe AS (
        DELETE FROM surveys_incomingresponse AS answer USING waiting, surveys_survey AS survey
        WHERE answer.id = waiting.id AND survey.id = taken
            AND (survey.state <> 'open' OR waiting.channel <> 'invitation' OR waiting.alike >= 5)
        RETURNING answer.*
    ), moved AS (
        INSERT INTO surveys_response (id, survey_id, project_id, site_id, channel, grade, comment, day)
        SELECT gen_random_uuid(), ripe.survey_id, ripe.project_id, ripe.site_id, ripe.channel, ripe.grade, ripe.comment,
            ripe.day
        FROM ripe ORDER BY gen_random_uuid()
        RETURNING *
    )
    SELECT moved.project_id, moved.site_id, moved.channel::text, moved.grade::text, count(*) FROM moved GROUP BY 1, 2, 3, 4;
END $$;
