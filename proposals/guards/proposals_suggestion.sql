-- What a citizen sent stays as it was sent; only its state, its support and its public wording move.
--
-- The database refuses, because an official with the right to work on a suggestion must not be able to change it, and
-- because its text is the evidence in a dispute.

CREATE TRIGGER proposals_suggestion_kept BEFORE DELETE ON proposals_suggestion
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();
CREATE TRIGGER proposals_suggestion_text_kept BEFORE UPDATE ON proposals_suggestion
    FOR EACH ROW WHEN (
        (OLD.cycle_id, OLD.number, OLD.code_hash, OLD.channel, OLD.title, OLD.matter, OLD.wish, OLD.aspect_id,
         OLD.area_id, OLD.address, OLD.text_digest, OLD.idempotency_key, OLD.body_digest, OLD.received_at,
         OLD.entered_by_id)
        IS DISTINCT FROM
        (NEW.cycle_id, NEW.number, NEW.code_hash, NEW.channel, NEW.title, NEW.matter, NEW.wish, NEW.aspect_id,
         NEW.area_id, NEW.address, NEW.text_digest, NEW.idempotency_key, NEW.body_digest, NEW.received_at,
         NEW.entered_by_id)
    ) EXECUTE FUNCTION proposals_refuse();
