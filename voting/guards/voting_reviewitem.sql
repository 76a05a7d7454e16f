-- The list of a review changes until it is adopted; an item stays the same item.
--
-- The database refuses the rest: the standing committee adopts the list that it has read.

CREATE FUNCTION voting_guard_review_item() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (SELECT state FROM voting_review WHERE id = NEW.review_id) <> 'submitted'
        OR (NEW.review_id, NEW.candidate_id, NEW.number) IS DISTINCT FROM
           (OLD.review_id, OLD.candidate_id, OLD.number)
    THEN
        RAISE EXCEPTION '% of an item under review refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_reviewitem_guard BEFORE UPDATE OR DELETE ON voting_reviewitem
    FOR EACH ROW EXECUTE FUNCTION voting_guard_review_item();
