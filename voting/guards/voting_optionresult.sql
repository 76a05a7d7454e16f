-- The result of an option is written once, with the result of its round.
--
-- The database refuses the rest: a result must not be corrected, only voted on again.

CREATE TRIGGER voting_optionresult_unchanged BEFORE UPDATE OR DELETE ON voting_optionresult
    FOR EACH ROW EXECUTE FUNCTION voting_refuse();
