-- What the application and the reader may do in the tables of this room: as much as its acts do, and no more.
--
-- Run anew after each migration, on nothing (kernel/rights.sql). PostgreSQL asks for UPDATE of some column from whoever
-- locks a row.

GRANT SELECT, INSERT, UPDATE (state, opened_at, opened_by_id, closed_at, closed_by_id, frozen_at, frozen_by_id)
    ON surveys_survey TO livelihood_application;
GRANT SELECT ON surveys_survey TO livelihood_reader;

GRANT SELECT, INSERT ON surveys_question TO livelihood_application;
GRANT SELECT ON surveys_question TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (answered) ON surveys_draw TO livelihood_application;
GRANT SELECT ON surveys_draw TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (is_used), DELETE ON surveys_invitation TO livelihood_application;
-- Who answers is nobody's business: codes, receipts and answers that are not mixed yet stay here.
REVOKE ALL ON surveys_invitation FROM livelihood_reader;

GRANT SELECT, INSERT, DELETE ON surveys_receipt TO livelihood_application;
REVOKE ALL ON surveys_receipt FROM livelihood_reader;

-- Answers that wait are counted by key, and moved on by the function alone, which runs with the rights of the owner.
GRANT SELECT (id, survey_id), INSERT ON surveys_incomingresponse TO livelihood_application;
REVOKE ALL ON FUNCTION surveys_take_in FROM PUBLIC;
GRANT EXECUTE ON FUNCTION surveys_take_in TO livelihood_application;
REVOKE ALL ON surveys_incomingresponse FROM livelihood_reader;

GRANT SELECT, INSERT ON surveys_response TO livelihood_application;
REVOKE ALL ON FUNCTION surveys_mix_responses FROM PUBLIC;
GRANT EXECUTE ON FUNCTION surveys_mix_responses TO livelihood_application;
GRANT SELECT (id, survey_id, project_id, site_id, channel, grade, day) ON surveys_response TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (satisfied, basically_satisfied, dissatisfied, counted_at), DELETE
    ON surveys_aggregate TO livelihood_application;
GRANT SELECT ON surveys_aggregate TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (project_id, satisfied, basically_satisfied, dissatisfied, source, note, entered_at,
    entered_by_id, evaluated_on)
    ON surveys_publishedgrade TO livelihood_application;
GRANT SELECT ON surveys_publishedgrade TO livelihood_reader;
