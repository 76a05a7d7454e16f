-- What the application and the reader may do in the tables of this room: as much as its acts do, and no more.
--
-- Run anew after each migration, on nothing (kernel/rights.sql). PostgreSQL asks for UPDATE of some column from whoever
-- locks a row.

GRANT SELECT, INSERT, UPDATE (content, sheet, mapping, meanings, datum, remembered_from_id, answers, version, state, reading, counts, problem,
    basis, prepared, decided_at, decided_by_id, taken_back_at, taken_back_by_id, reason, replaced_by_id)
    ON imports_import TO livelihood_application;
-- Files hold what offices keep of people.
REVOKE ALL ON imports_import FROM livelihood_reader;

-- DELETE while the file is read anew (guards).
GRANT SELECT, INSERT, UPDATE (lines, subjects, kept), DELETE ON imports_importpage TO livelihood_application;
REVOKE ALL ON imports_importpage FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (content, job_id, requested_at, requested_by_id)
    ON imports_markedworkbook TO livelihood_application;
REVOKE ALL ON imports_markedworkbook FROM livelihood_reader;
