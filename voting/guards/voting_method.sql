-- The rules of a round change while it is a draft, and never after.
--
-- The database refuses: deputies vote under the rules that were locked.

CREATE TRIGGER voting_method_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_method
    FOR EACH ROW EXECUTE FUNCTION voting_guard_rules();
