-- How long something is kept was decided by somebody, for a reason: what changes is another period.
--
-- The database refuses, so that nobody can deny by any path why something was gone, or still there.

CREATE TRIGGER privacy_retentionperiod_append_only BEFORE UPDATE OR DELETE ON privacy_retentionperiod
    FOR EACH ROW EXECUTE FUNCTION privacy_refuse();
