-- What was forgotten stays counted: the rows themselves are gone, and this is all that can be shown of it.
--
-- The database refuses, for the reasons of the journal.

CREATE TRIGGER privacy_forgetting_append_only BEFORE UPDATE OR DELETE ON privacy_forgetting
    FOR EACH ROW EXECUTE FUNCTION privacy_refuse();
