"""What the database holds fast of paper: who may move a round to it, what is entered of it, and that it is counted once."""

from django.db import migrations

ROUND = """
-- A round keeps what it is; its seats and title are part of the rules; an announced or void round is history.{words}
CREATE OR REPLACE FUNCTION voting_guard_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (NEW.cycle_id, NEW.number, NEW.kind, NEW.is_rehearsal) IS DISTINCT FROM
           (OLD.cycle_id, OLD.number, OLD.kind, OLD.is_rehearsal)
        OR NEW.parent_id IS DISTINCT FROM OLD.parent_id
        OR (OLD.state <> 'draft' AND (NEW.seats, NEW.title) IS DISTINCT FROM (OLD.seats, OLD.title))
        OR (OLD.state IN ('announced', 'voided') AND NEW IS DISTINCT FROM OLD){paper}
    THEN
        RAISE EXCEPTION 'Round % is fixed in this respect', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

WORDS = """
-- It moves to paper once, confirmed by two persons, before the box was emptied; a closed round reopens by this alone."""
PAPER = """
        OR ((NEW.moved_to_paper_at, NEW.moved_to_paper_by_id) IS DISTINCT FROM
            (OLD.moved_to_paper_at, OLD.moved_to_paper_by_id) AND NOT (
            OLD.moved_to_paper_at IS NULL
            AND OLD.state IN ('sign_in', 'open', 'paused', 'closed')
            AND EXISTS (
                SELECT FROM voting_twopersonstep
                WHERE round_id = OLD.id AND step = 'move_to_paper' AND confirmed_at IS NOT NULL
            )
            AND NOT EXISTS (SELECT FROM voting_paperstack WHERE round_id = OLD.id)
        ))
        OR (OLD.state IN ('closed', 'counted') AND NEW.state IN ('sign_in', 'open', 'paused')
            AND NEW.moved_to_paper_at IS NOT DISTINCT FROM OLD.moved_to_paper_at)"""

# As 0004 left it, less one line: that a vote is not taken back is looked after by `voting_guard_votes`.
ROLL = """
CREATE OR REPLACE FUNCTION voting_guard_roll() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state text := voting_state_of(CASE TG_OP WHEN 'INSERT' THEN NEW.round_id ELSE OLD.round_id END);
BEGIN
    IF state NOT IN ('draft', 'rules_locked') AND (
        TG_OP <> 'UPDATE'
        OR state NOT IN ('roll_locked', 'sign_in', 'open', 'paused')
        OR (NEW.round_id, NEW.number, NEW.delegation, NEW.is_in_term, NEW.may_vote_remotely)
            IS DISTINCT FROM
           (OLD.round_id, OLD.number, OLD.delegation, OLD.is_in_term, OLD.may_vote_remotely)
        OR ((NEW.deputy_id, NEW.name) IS DISTINCT FROM (OLD.deputy_id, OLD.name) AND NOT (
            state IN ('roll_locked', 'sign_in') AND OLD.signed_in_at IS NULL AND NEW.signed_in_at IS NULL
            AND EXISTS (
                SELECT FROM voting_substitution
                WHERE entry_id = OLD.id AND deputy_before_id = OLD.deputy_id AND substitute_id = NEW.deputy_id
            )
            AND (SELECT has_substitutes FROM voting_method WHERE round_id = OLD.round_id)
        )){vote_stays}
    ) OR (TG_OP = 'UPDATE' AND NEW.has_voted AND NOT OLD.has_voted AND state <> 'open')
      OR (TG_OP = 'INSERT' AND NEW.has_voted)
    THEN
        RAISE EXCEPTION '% on the roll of round % refused in state %', TG_OP, coalesce(NEW.round_id, OLD.round_id), state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""

VOTE_STAYS = """
        OR (OLD.has_voted AND NOT NEW.has_voted)"""

FORWARD = """
CREATE FUNCTION voting_is_on_paper(key bigint) RETURNS boolean LANGUAGE sql AS $$
    SELECT moved_to_paper_at IS NOT NULL FROM voting_round WHERE id = key
$$;

CREATE FUNCTION voting_papers_issued(key bigint) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM voting_rollentry WHERE round_id = key AND struck_at IS NOT NULL
$$;

-- An electronic vote is taken back where its round moves to paper and the deputy is handed one; none comes in from then
-- on. The guard of the roll looks after everything else.
CREATE FUNCTION voting_guard_votes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF voting_is_on_paper(NEW.round_id) = NEW.has_voted OR (OLD.has_voted AND NEW.struck_at IS NULL) THEN
        RAISE EXCEPTION 'UPDATE on the roll of round % refused: who has voted stays so', NEW.round_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_rollentry_votes BEFORE UPDATE ON voting_rollentry
    FOR EACH ROW WHEN (OLD.has_voted IS DISTINCT FROM NEW.has_voted) EXECUTE FUNCTION voting_guard_votes();

CREATE FUNCTION voting_guard_booth() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF voting_is_on_paper(NEW.round_id) THEN
        RAISE EXCEPTION 'This round is held on paper' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_urnballot_booth BEFORE INSERT ON voting_urnballot
    FOR EACH ROW EXECUTE FUNCTION voting_guard_booth();

-- A paper ballot enters while its stack is being merged, and not where so few came back that they would give away their
-- voters; an electronic one never enters a round on paper, and one that was there before goes when the round moves.
CREATE FUNCTION voting_guard_paper_ballot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.receipt <> '' AND voting_is_on_paper(OLD.round_id) THEN
            RETURN OLD;
        END IF;
    ELSIF NEW.receipt <> '' THEN
        IF NOT voting_is_on_paper(NEW.round_id) THEN
            RETURN NEW;
        END IF;
    ELSIF EXISTS (
        SELECT FROM voting_paperstack stack
        WHERE stack.round_id = NEW.round_id
            AND stack.merged_at IS NULL
            AND stack.returned <= voting_papers_issued(NEW.round_id)
            AND (stack.returned >= 5 OR voting_is_on_paper(NEW.round_id))
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of a ballot of round % refused', TG_OP, coalesce(NEW.round_id, OLD.round_id)
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER voting_ballot_paper BEFORE INSERT OR DELETE ON voting_ballot
    FOR EACH ROW EXECUTE FUNCTION voting_guard_paper_ballot();
DROP TRIGGER voting_ballot_unchanged ON voting_ballot;
CREATE TRIGGER voting_ballot_unchanged BEFORE UPDATE ON voting_ballot
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();

-- A stack belongs to a round that waits for its count; merged, it holds as many ballots as papers came back, and stays.
CREATE FUNCTION voting_guard_stack() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR voting_state_of(NEW.round_id) <> 'closed'
        OR (TG_OP = 'INSERT' AND NEW.merged_at IS NOT NULL)
        OR (TG_OP = 'UPDATE' AND (
            OLD.merged_at IS NOT NULL
            OR NEW.round_id <> OLD.round_id
            OR (NEW.merged_at IS NOT NULL AND (
                NEW.returned <> OLD.returned
                OR NEW.returned > voting_papers_issued(NEW.round_id)
                OR NEW.returned <> (SELECT count(*) FROM voting_ballot WHERE round_id = NEW.round_id AND receipt = '')
                OR EXISTS (SELECT FROM voting_paperreading WHERE stack_id = NEW.id)
            ))
        ))
    THEN
        RAISE EXCEPTION '% of the papers of round % refused', TG_OP, coalesce(NEW.round_id, OLD.round_id)
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_paperstack_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_paperstack
    FOR EACH ROW EXECUTE FUNCTION voting_guard_stack();

-- What is read on a paper fits the ballot of its round, though not always the rules; it is erased, not passed on.
CREATE FUNCTION voting_guard_reading() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stack voting_paperstack;
    form text;
BEGIN
    SELECT * INTO STRICT stack FROM voting_paperstack WHERE id = NEW.stack_id;
    SELECT voting_method.form INTO STRICT form FROM voting_method WHERE round_id = stack.round_id;
    IF voting_state_of(stack.round_id) <> 'closed'
        OR stack.merged_at IS NOT NULL
        OR NEW.number > stack.returned
        OR stack.returned > voting_papers_issued(stack.round_id)
        OR (TG_OP = 'UPDATE' AND (NEW.stack_id, NEW.number, NEW.hand, NEW.teller_id) IS DISTINCT FROM
            (OLD.stack_id, OLD.number, OLD.hand, OLD.teller_id))
        OR length(NEW.marks) <> (SELECT count(*) FROM voting_option WHERE round_id = stack.round_id)
        OR NEW.marks !~ (CASE form WHEN 'each' THEN '^([ynab]+|x+)$' ELSE '^([yb]+|x+)$' END)
    THEN
        -- The marks may not reach the server's log.
        RAISE EXCEPTION 'This entry does not fit the papers of its round'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_paperreading_guard BEFORE INSERT OR UPDATE ON voting_paperreading
    FOR EACH ROW EXECUTE FUNCTION voting_guard_reading();
ALTER TABLE voting_paperreading ALTER COLUMN marks SET STATISTICS 0;

-- No result before the papers handed out are accounted for.
CREATE FUNCTION voting_guard_papers_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF voting_papers_issued(NEW.round_id) > 0 AND NOT EXISTS (
        SELECT FROM voting_paperstack
        WHERE round_id = NEW.round_id AND (returned = 0 OR merged_at IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'The papers of round % wait to be counted', NEW.round_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_roundresult_papers BEFORE INSERT ON voting_roundresult
    FOR EACH ROW EXECUTE FUNCTION voting_guard_papers_counted();

-- Who signs is fixed with the round.
CREATE FUNCTION voting_guard_officer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF voting_state_of(coalesce(NEW.round_id, OLD.round_id)) IN ('announced', 'voided') THEN
        RAISE EXCEPTION '% refused: the round is finished', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER voting_countingofficer_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_countingofficer
    FOR EACH ROW EXECUTE FUNCTION voting_guard_officer();
"""

BACKWARD = """
DROP TRIGGER voting_countingofficer_guard ON voting_countingofficer;
DROP TRIGGER voting_roundresult_papers ON voting_roundresult;
DROP TRIGGER voting_paperreading_guard ON voting_paperreading;
DROP TRIGGER voting_paperstack_guard ON voting_paperstack;
DROP TRIGGER voting_ballot_unchanged ON voting_ballot;
CREATE TRIGGER voting_ballot_unchanged BEFORE UPDATE OR DELETE ON voting_ballot
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
DROP TRIGGER voting_ballot_paper ON voting_ballot;
DROP TRIGGER voting_urnballot_booth ON voting_urnballot;
DROP TRIGGER voting_rollentry_votes ON voting_rollentry;
DROP FUNCTION voting_guard_officer();
DROP FUNCTION voting_guard_papers_counted();
DROP FUNCTION voting_guard_reading();
DROP FUNCTION voting_guard_stack();
DROP FUNCTION voting_guard_paper_ballot();
DROP FUNCTION voting_guard_booth();
DROP FUNCTION voting_guard_votes();
DROP FUNCTION voting_papers_issued(bigint);
DROP FUNCTION voting_is_on_paper(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("voting", "0007_paper")]
    operations = [
        migrations.RunSQL(
            FORWARD + ROLL.replace("{vote_stays}", "") + ROUND.replace("{words}", WORDS).replace("{paper}", PAPER),
            BACKWARD + ROLL.replace("{vote_stays}", VOTE_STAYS) + ROUND.replace("{words}", "").replace("{paper}", ""),
        )
    ]
