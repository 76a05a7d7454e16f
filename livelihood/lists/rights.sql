-- What the application and the reader may do in the tables of this room: as much as its acts do, and no more.
--
-- Run anew after each migration, on nothing (kernel/rights.sql). PostgreSQL asks for UPDATE of some column from whoever
-- locks a row.

GRANT SELECT, INSERT, UPDATE (keys, content, job_id, requested_at, requested_by_id)
    ON lists_listfile TO livelihood_application;
GRANT SELECT, INSERT, DELETE, UPDATE (is_usual) ON lists_savedview TO livelihood_application;
-- How somebody looks at a list is nobody else's.
REVOKE ALL ON lists_savedview FROM livelihood_reader;
-- Files of one person are nobody else's.
REVOKE ALL ON lists_listfile FROM livelihood_reader;
