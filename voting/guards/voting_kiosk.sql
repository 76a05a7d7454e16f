-- A machine of the hall stays on its list, and what is revoked stays revoked.
--
-- The database refuses the rest: who watches the machines must see all that there were.

CREATE TRIGGER voting_kiosk_kept BEFORE DELETE ON voting_kiosk
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
CREATE TRIGGER voting_kiosk_revoked BEFORE UPDATE ON voting_kiosk
    FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL) EXECUTE FUNCTION voting_refuse();
