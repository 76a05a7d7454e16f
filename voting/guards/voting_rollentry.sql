-- Who is on the roll is fixed when the roll is locked, and while that is proposed; a line passes to a substitute before anybody has signed in on
-- it, where the rules know substitutes. That somebody has voted is written while voting is open, and stays.
--
-- The database holds it: one vote for one person is worth what this row is worth.

CREATE FUNCTION voting_guard_roll() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    state text := voting_state_of(CASE TG_OP WHEN 'INSERT' THEN NEW.round_id ELSE OLD.round_id END);
BEGIN
    IF state NOT IN ('draft', 'rules_locked') AND (
        TG_OP <> 'UPDATE'
        OR state NOT IN ('roll_locked', 'sign_in', 'open', 'paused')
        OR (NEW.round_id, NEW.number, NEW.delegation, NEW.may_vote_remotely)
            IS DISTINCT FROM
           (OLD.round_id, OLD.number, OLD.delegation, OLD.may_vote_remotely)
        OR ((NEW.deputy_id, NEW.name) IS DISTINCT FROM (OLD.deputy_id, OLD.name) AND NOT (
            state IN ('roll_locked', 'sign_in') AND OLD.signed_in_at IS NULL AND NEW.signed_in_at IS NULL
            AND EXISTS (
                SELECT FROM voting_substitution
                WHERE entry_id = OLD.id AND deputy_before_id = OLD.deputy_id AND substitute_id = NEW.deputy_id
            )
            AND (SELECT has_substitutes FROM voting_method WHERE round_id = OLD.round_id)
        ))
    ) OR (state = 'rules_locked' AND voting_is_proposed(coalesce(NEW.round_id, OLD.round_id), 'lock_roll'))
      OR (TG_OP = 'UPDATE' AND NEW.has_voted AND NOT OLD.has_voted AND state <> 'open')
      OR (TG_OP = 'INSERT' AND NEW.has_voted)
    THEN
        RAISE EXCEPTION '% on the roll of round % refused in state %',
            TG_OP, coalesce(NEW.round_id, OLD.round_id), state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER voting_rollentry_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_rollentry
    FOR EACH ROW EXECUTE FUNCTION voting_guard_roll();

-- An electronic vote is taken back where its round moves to paper and the deputy is handed one; none comes in from then
-- on. The guard of the roll looks after everything else.
CREATE FUNCTION voting_guard_votes() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF voting_is_on_paper(NEW.round_id) = NEW.has_voted OR (OLD.has_voted AND NEW.struck_at IS NULL) THEN
        RAISE EXCEPTION 'UPDATE on the roll of round % refused: who has voted stays so', NEW.round_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_rollentry_votes BEFORE UPDATE ON voting_rollentry
    FOR EACH ROW WHEN (OLD.has_voted IS DISTINCT FROM NEW.has_voted) EXECUTE FUNCTION voting_guard_votes();

-- Who has issued a deputy's card could come in as the deputy, so somebody else says that the deputy is present
-- (voting_credential.sql holds the other way round).
CREATE FUNCTION voting_guard_presence() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM voting_credential WHERE entry_id = NEW.id AND issued_by_id = NEW.signed_in_by_id) THEN
        RAISE EXCEPTION 'The presence of line % on the roll of round % takes another person', NEW.number, NEW.round_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_rollentry_presence BEFORE UPDATE ON voting_rollentry
    FOR EACH ROW WHEN (NEW.signed_in_way = 'staff' AND NEW.signed_in_by_id IS DISTINCT FROM OLD.signed_in_by_id)
    EXECUTE FUNCTION voting_guard_presence();

-- Who says that a deputy is present hands the deputy no paper, whichever comes first: they could fill it in themselves.
-- Where a round moves to paper everybody present is handed one at once, by the second of the two persons who move it.
CREATE FUNCTION voting_guard_paper() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM voting_round
        WHERE id = NEW.round_id AND (moved_to_paper_at, moved_to_paper_by_id) = (NEW.struck_at, NEW.struck_by_id)
    ) THEN
        RAISE EXCEPTION 'The paper of line % on the roll of round % takes another person', NEW.number, NEW.round_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_rollentry_paper BEFORE INSERT OR UPDATE ON voting_rollentry
    FOR EACH ROW WHEN (NEW.signed_in_way = 'staff' AND NEW.signed_in_by_id = NEW.struck_by_id)
    EXECUTE FUNCTION voting_guard_paper();
