-- Who held which role in a vote is written once, when it is counted.
--
-- The database refuses the rest: mandates end and are corrected later, and the record of a round stays as it was.

CREATE TRIGGER voting_voteofficial_guard BEFORE INSERT ON voting_voteofficial
    FOR EACH ROW EXECUTE FUNCTION voting_guard_closed();
CREATE TRIGGER voting_voteofficial_unchanged BEFORE UPDATE OR DELETE ON voting_voteofficial
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
