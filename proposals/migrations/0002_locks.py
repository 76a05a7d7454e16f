"""What was received, said and frozen does not change, by triggers."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION proposals_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % refused: rows of this table never change', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER proposals_screening_append_only BEFORE UPDATE OR DELETE ON proposals_screening
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();
CREATE TRIGGER proposals_reply_append_only BEFORE UPDATE OR DELETE ON proposals_reply
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();
CREATE TRIGGER proposals_candidatelist_immutable BEFORE UPDATE OR DELETE ON proposals_candidatelist
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();

-- What a citizen sent stays as it was sent; only its state and its public wording move.
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

-- Whoever changes a candidate waits here for a freeze under way: it holds the row of the cycle.
CREATE FUNCTION proposals_require_thawed(cycle bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM cycles_cycle WHERE id = cycle FOR KEY SHARE;
    IF EXISTS (SELECT FROM proposals_candidatelist WHERE cycle_id = cycle) THEN
        RAISE EXCEPTION 'The candidate list of cycle % is frozen', cycle
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;

CREATE FUNCTION proposals_candidate_thawed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM proposals_require_thawed(OLD.cycle_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM proposals_require_thawed(NEW.cycle_id); END IF;
    RETURN coalesce(NEW, OLD);
END $$;

-- For rows that hang on a candidate: a sheet, and that a candidate answers a need.
CREATE FUNCTION proposals_part_thawed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM proposals_require_thawed(cycle_id) FROM proposals_candidate
        WHERE id IN (OLD.candidate_id, NEW.candidate_id);
    RETURN coalesce(NEW, OLD);
END $$;

CREATE FUNCTION proposals_cost_thawed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM proposals_require_thawed(candidate.cycle_id)
        FROM proposals_candidate AS candidate JOIN proposals_feasibilitysheet AS sheet
            ON sheet.candidate_id = candidate.id
        WHERE sheet.id IN (OLD.sheet_id, NEW.sheet_id);
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER proposals_candidate_frozen BEFORE INSERT OR UPDATE OR DELETE ON proposals_candidate
    FOR EACH ROW EXECUTE FUNCTION proposals_candidate_thawed();
CREATE TRIGGER proposals_candidateneed_frozen BEFORE INSERT OR UPDATE OR DELETE ON proposals_candidateneed
    FOR EACH ROW EXECUTE FUNCTION proposals_part_thawed();
CREATE TRIGGER proposals_feasibilitysheet_frozen BEFORE INSERT OR UPDATE OR DELETE ON proposals_feasibilitysheet
    FOR EACH ROW EXECUTE FUNCTION proposals_part_thawed();
CREATE TRIGGER proposals_costline_frozen BEFORE INSERT OR UPDATE OR DELETE ON proposals_costline
    FOR EACH ROW EXECUTE FUNCTION proposals_cost_thawed();
"""

BACKWARD = """
DROP TRIGGER proposals_costline_frozen ON proposals_costline;
DROP TRIGGER proposals_feasibilitysheet_frozen ON proposals_feasibilitysheet;
DROP TRIGGER proposals_candidateneed_frozen ON proposals_candidateneed;
DROP TRIGGER proposals_candidate_frozen ON proposals_candidate;
DROP FUNCTION proposals_cost_thawed();
DROP FUNCTION proposals_part_thawed();
DROP FUNCTION proposals_candidate_thawed();
DROP FUNCTION proposals_require_thawed(bigint);
DROP TRIGGER proposals_suggestion_text_kept ON proposals_suggestion;
DROP TRIGGER proposals_suggestion_kept ON proposals_suggestion;
DROP TRIGGER proposals_candidatelist_immutable ON proposals_candidatelist;
DROP TRIGGER proposals_reply_append_only ON proposals_reply;
DROP TRIGGER proposals_screening_append_only ON proposals_screening;
DROP FUNCTION proposals_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("proposals", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
