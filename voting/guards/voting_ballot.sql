-- The ballots of a closed round, mixed: written when voting has closed, never changed, and not removed but where the
-- round moves to paper.
--
-- The database refuses: whoever recounts must find what was counted.

CREATE TRIGGER voting_ballot_guard BEFORE INSERT ON voting_ballot
    FOR EACH ROW EXECUTE FUNCTION voting_guard_closed();
CREATE TRIGGER voting_ballot_unchanged BEFORE UPDATE ON voting_ballot
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
CREATE TRIGGER voting_ballot_no_truncate BEFORE TRUNCATE ON voting_ballot
    FOR EACH STATEMENT EXECUTE FUNCTION voting_refuse();

-- A paper ballot enters while its stack is being merged, and not where so few came back that they would give away their
-- voters; an electronic one never enters a round on paper, and one that was there before goes when the round moves.
CREATE FUNCTION voting_guard_paper_ballot() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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

-- Puts what was read on the papers of a stack among the ballots, in random order, once two persons have counted the
-- stack and read every paper of it alike.
--
-- Runs with the rights of its owner: nobody else may write a ballot that is counted.
CREATE FUNCTION voting_add_papers(merged bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM voting_paperstack AS stack
        WHERE stack.id = merged
            AND stack.checked_at IS NOT NULL
            AND stack.merged_at IS NULL
            AND NOT EXISTS (SELECT FROM voting_ballot WHERE round_id = stack.round_id AND receipt = '')
            AND stack.returned = (
                SELECT count(*) FROM (
                    SELECT FROM voting_paperreading WHERE stack_id = merged
                    GROUP BY number HAVING count(*) = 2 AND count(DISTINCT marks) = 1
                ) AS alike
            )
    ) THEN
        RAISE EXCEPTION 'The papers of stack % have not been counted and read alike by two persons', merged
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO voting_ballot (id, round_id, marks, receipt)
    SELECT gen_random_uuid(), round_id, marks, ''
    FROM voting_paperreading JOIN voting_paperstack AS stack ON stack.id = stack_id
    WHERE stack_id = merged AND hand = 1
    ORDER BY gen_random_uuid();
END $$;

-- Nothing of a ballot is sampled: ANALYZE would copy it into a table of the database's own, which outlives the vote.
ALTER TABLE voting_ballot ALTER COLUMN marks SET STATISTICS 0;
ALTER TABLE voting_ballot ALTER COLUMN receipt SET STATISTICS 0;
