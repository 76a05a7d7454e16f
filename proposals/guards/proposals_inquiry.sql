-- A question to a citizen stays as it was asked, and ends once; the answer is what they wrote, but for what is starred out
-- with its reason.
--
-- The database refuses, because the clock of the answer stands still while a question is open: nobody may stretch it afterwards.

CREATE FUNCTION proposals_keep_inquiry() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (OLD.suggestion_id, OLD.text, OLD.asked_at, OLD.asked_by_id, OLD.lapses_at)
            IS DISTINCT FROM (NEW.suggestion_id, NEW.text, NEW.asked_at, NEW.asked_by_id, NEW.lapses_at)
        OR OLD.outcome <> '' AND ((OLD.outcome, OLD.ended_at, OLD.reminded_at) IS DISTINCT FROM (NEW.outcome, NEW.ended_at, NEW.reminded_at)
            OR NEW.answer <> OLD.answer AND NOT (
                proposals_is_starred(OLD.answer, NEW.answer)
                AND EXISTS (SELECT FROM proposals_erasure WHERE suggestion_id = NEW.suggestion_id AND what <> 'contact')
            ))
    THEN
        RAISE EXCEPTION 'Inquiry % stays as it is', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposals_inquiry_as_it_was BEFORE UPDATE ON proposals_inquiry
    FOR EACH ROW EXECUTE FUNCTION proposals_keep_inquiry();
CREATE TRIGGER proposals_inquiry_kept BEFORE DELETE ON proposals_inquiry
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();
