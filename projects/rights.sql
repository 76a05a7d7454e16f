-- What the application and the reader may do in the tables of this room: as much as its acts do, and no more.
--
-- Run anew after each migration, on nothing (kernel/rights.sql). PostgreSQL asks for UPDATE of some column from whoever
-- locks a row.

GRANT SELECT, INSERT, UPDATE (state, lead_organisation_id) ON projects_project TO livelihood_application;
GRANT SELECT ON projects_project TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (name, kind, unit, target, counted_by) ON projects_indicator TO livelihood_application;
GRANT SELECT ON projects_indicator TO livelihood_reader;

-- Sites are counted by a trigger, with the rights of the owner; a number that is reported as a whole is written here.
GRANT SELECT, INSERT, UPDATE (done, base) ON projects_indicatorfigure TO livelihood_application;
GRANT SELECT ON projects_indicatorfigure TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (target, source), DELETE ON projects_allocation TO livelihood_application;
GRANT SELECT ON projects_allocation TO livelihood_reader;

-- UPDATE for the lock: lines are written one author at a time.
GRANT SELECT, INSERT, UPDATE (source) ON projects_standard TO livelihood_application;
GRANT SELECT ON projects_standard TO livelihood_reader;

GRANT SELECT, INSERT, DELETE ON projects_standardline TO livelihood_application;
GRANT SELECT ON projects_standardline TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (notice_days, red_overdue_days, red_points, red_start_days, yellow_overdue_days,
    yellow_points, yellow_start_days)
    ON projects_lightrule TO livelihood_application;
GRANT SELECT ON projects_lightrule TO livelihood_reader;

-- MAINTAIN to lock the whole table while an announcement reads it.
GRANT SELECT, INSERT, UPDATE (state, light, light_reason, quantity_done, reported_on, indicator_id, area_id,
    standard_id, organisation_id, name, address, longitude, latitude, starts_on, due_on, quantity_planned, source),
    MAINTAIN
    ON projects_site TO livelihood_application;
GRANT SELECT ON projects_site TO livelihood_reader;

REVOKE ALL ON FUNCTION projects_take_back_sites FROM PUBLIC;
GRANT EXECUTE ON FUNCTION projects_take_back_sites TO livelihood_application;

GRANT SELECT, INSERT ON projects_progressreport TO livelihood_application;
GRANT SELECT ON projects_progressreport TO livelihood_reader;

GRANT SELECT, INSERT, MAINTAIN ON projects_acceptance TO livelihood_application;
GRANT SELECT ON projects_acceptance TO livelihood_reader;

GRANT SELECT, INSERT ON projects_acceptanceline TO livelihood_application;
GRANT SELECT ON projects_acceptanceline TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (state, finding, due_on, answer, answered_at, answered_by_id, closed_at, closed_by_id)
    ON projects_notice TO livelihood_application;
GRANT SELECT ON projects_notice TO livelihood_reader;

