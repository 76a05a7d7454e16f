-- What the application and the reader may do in the tables of this room: as much as its acts do, and no more.
--
-- Run anew after each migration, on nothing (kernel/rights.sql). PostgreSQL asks for UPDATE of some column from whoever
-- locks a row.

-- Told to the person alone, for its period (personal).
GRANT SELECT, INSERT, UPDATE (read_at, digest_on), DELETE ON inbox_message TO livelihood_application;
REVOKE ALL ON inbox_message FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (send_after, attempts, begun_at, ended_at, outcome), DELETE ON inbox_sending TO livelihood_application;
REVOKE ALL ON inbox_sending FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (how_often, sms, work, quiet_from, quiet_until) ON inbox_preference TO livelihood_application;
REVOKE ALL ON inbox_preference FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (through) ON inbox_journalread TO livelihood_application;
REVOKE ALL ON inbox_journalread FROM livelihood_reader;
