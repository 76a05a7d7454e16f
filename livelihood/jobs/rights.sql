-- What the application and the reader may do in the tables of this room: as much as its acts do, and no more.
--
-- Run anew after each migration, on nothing (kernel/rights.sql). PostgreSQL asks for UPDATE of some column from whoever
-- locks a row.

-- DELETE of mails that were sent, when their period is over.
GRANT SELECT, INSERT, UPDATE (state, attempts, started_at, finished_at, result, error), DELETE
    ON jobs_job TO livelihood_application;
-- Arguments and errors are between the portal and those who run it.
REVOKE ALL ON jobs_job FROM livelihood_reader;
