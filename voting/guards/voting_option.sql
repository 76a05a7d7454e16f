-- What can be chosen in a round changes while it is a draft, and never after: marks on a ballot are told apart by the
-- order of the options alone.
--
-- The database refuses: a changed option would change the meaning of ballots already cast.

CREATE TRIGGER voting_option_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_option
    FOR EACH ROW EXECUTE FUNCTION voting_guard_rules();
