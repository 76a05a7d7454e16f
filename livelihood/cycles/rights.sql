-- What the application and the reader may do in the tables of this room: as much as its acts do, and no more.
--
-- Run anew after each migration, on nothing (kernel/rights.sql). PostgreSQL asks for UPDATE of some column from whoever
-- locks a row.

-- What a sheet has brought goes again when its import is taken back, as long as nothing refers to it.
GRANT SELECT, INSERT, DELETE,
    UPDATE (name_zh, name_en, slug, level, parent_id, latitude, longitude, source, valid_from, valid_to, successor_id)
    ON cycles_area TO livelihood_application;
GRANT SELECT ON cycles_area TO livelihood_reader;

GRANT SELECT, INSERT, DELETE ON cycles_formerareaname TO livelihood_application;
GRANT SELECT ON cycles_formerareaname TO livelihood_reader;

GRANT SELECT, INSERT, DELETE,
    UPDATE (name_zh, name_en, folded, formerly_zh, formerly_en, renamed_on, kind, parent_id, contact, phone, valid_from, valid_to, merged_into_id)
    ON cycles_organisation TO livelihood_application;
GRANT SELECT ON cycles_organisation TO livelihood_reader;

-- A short name that is taken away leaves nothing behind but its line in the journal.
GRANT SELECT, INSERT, DELETE ON cycles_organisationalias TO livelihood_application;
GRANT SELECT ON cycles_organisationalias TO livelihood_reader;

GRANT SELECT, INSERT, DELETE ON cycles_formerorganisationname TO livelihood_application;
GRANT SELECT ON cycles_formerorganisationname TO livelihood_reader;

-- A draft may be changed and discarded; afterwards the guards allow neither.
GRANT SELECT, INSERT, DELETE, UPDATE (phase, year, decision_mode) ON cycles_cycle TO livelihood_application;
GRANT SELECT ON cycles_cycle TO livelihood_reader;

-- What a move that is taken back had dated may not have been dated before.
GRANT SELECT, INSERT, DELETE, UPDATE (starts_on, ends_on) ON cycles_phaseperiod TO livelihood_application;
GRANT SELECT ON cycles_phaseperiod TO livelihood_reader;

GRANT SELECT, INSERT, DELETE, UPDATE (taken_back_at, taken_back_by, why_taken_back)
    ON cycles_phasemove TO livelihood_application;
REVOKE ALL ON cycles_phasemove FROM livelihood_reader;

GRANT SELECT, INSERT, DELETE, UPDATE (withdrawn_at, withdrawn_by, why_withdrawn)
    ON cycles_adoption TO livelihood_application;
GRANT SELECT (id, cycle_id, decided_by, number, decided_on, file_name, kind, content, sha256)
    ON cycles_adoption TO livelihood_reader;

-- Drawn by a trigger, with the rights of the owner.
GRANT SELECT ON cycles_edition TO livelihood_application;
REVOKE ALL ON cycles_edition FROM livelihood_reader;

GRANT SELECT, INSERT, DELETE ON cycles_aspect TO livelihood_application;
GRANT SELECT ON cycles_aspect TO livelihood_reader;
