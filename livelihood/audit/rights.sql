-- What the application and the reader may do in the tables of this room: as much as its acts do, and no more.
--
-- Run anew after each migration, on nothing (kernel/rights.sql). PostgreSQL asks for UPDATE of some column from whoever
-- locks a row.

-- Without the number, which the database draws.
GRANT SELECT, INSERT (at, written_at, act, subject_type, subject_id, cycle_id, area_id, actor_id, detail, digest)
    ON audit_entry TO livelihood_application;
-- Not who did it and to what: an entry of a cast would tell who has voted, and when, while voting is open.
GRANT SELECT (id, at, written_at, act, subject_type, cycle_id, area_id, digest) ON audit_entry TO livelihood_reader;

-- To see that an entry has the number that was drawn for it; nobody may draw one or set the next.
GRANT SELECT ON SEQUENCE audit_entry_id_seq TO livelihood_application;

-- Seals are made by audit_seal_next alone, with the rights of the owner.
GRANT SELECT ON audit_seal TO livelihood_application;
GRANT SELECT ON audit_seal TO livelihood_reader;

REVOKE ALL ON FUNCTION audit_seal_next FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_seal_next TO livelihood_application;
