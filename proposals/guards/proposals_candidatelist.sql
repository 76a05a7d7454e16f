-- The frozen list of a year is written once, when it is frozen, and says for ever what the deputies were given.
--
-- The database refuses, because everything that follows the freeze (see functions.sql) rests on this row.

CREATE TRIGGER proposals_candidatelist_immutable BEFORE UPDATE OR DELETE ON proposals_candidatelist
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();
