-- What the application and the reader may do in the tables of this room: as much as its acts do, and no more.
--
-- Run anew after each migration, on nothing (kernel/rights.sql). PostgreSQL asks for UPDATE of some column from whoever
-- locks a row.

-- UPDATE for the lock; the guard lets nothing be changed.
GRANT SELECT, INSERT, UPDATE (digest) ON reports_announcement TO livelihood_application;
GRANT SELECT ON reports_announcement TO livelihood_reader;

GRANT SELECT, INSERT ON reports_announcedsite TO livelihood_application;
GRANT SELECT ON reports_announcedsite TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (job_id) ON reports_report TO livelihood_application;
GRANT SELECT ON reports_report TO livelihood_reader;

GRANT SELECT, INSERT ON reports_reportfile TO livelihood_application;
GRANT SELECT ON reports_reportfile TO livelihood_reader;
