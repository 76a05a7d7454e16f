-- A message goes to its own person, and what came of sending it stays as it was noted.
--
-- The database refuses, so that no path sends one person what another was told, or sends anything again.

CREATE FUNCTION inbox_sending_keep() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'UPDATE of a sending refused: it has ended' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.message_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM inbox_message WHERE id = NEW.message_id AND user_id = NEW.user_id)
    THEN
        RAISE EXCEPTION 'A message is sent to whom it was told' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inbox_sending_kept BEFORE INSERT OR UPDATE ON inbox_sending
    FOR EACH ROW EXECUTE FUNCTION inbox_sending_keep();
