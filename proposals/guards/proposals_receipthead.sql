-- What was published of the tree of receipts stays, and is the root of exactly the leaves that there are; each day has more.
--
-- The database computes the root itself, so that no path publishes one of another tree.

CREATE TRIGGER proposals_receipthead_append_only BEFORE UPDATE OR DELETE ON proposals_receipthead
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();

-- The root of the first leaves of a year: the largest full tree, joined with the root of what stands after it.
CREATE FUNCTION proposals_root(of_cycle bigint, leaves int) RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    start int := 0;
    depth int;
    full_tree text;
    full_trees text[] := '{}';
    total bytea;
BEGIN
    WHILE start < leaves LOOP
        depth := 0;
        WHILE (2 << depth) <= leaves - start LOOP depth := depth + 1; END LOOP;
        SELECT digest INTO full_tree FROM proposals_receiptnode
            WHERE cycle_id = of_cycle AND level = depth AND place = start >> depth;
        full_trees := array_prepend(full_tree, full_trees);
        start := start + (1 << depth);
    END LOOP;
    total := decode(full_trees[1], 'hex');
    FOR number IN 2 .. cardinality(full_trees) LOOP
        total := sha256('\x01'::bytea || decode(full_trees[number], 'hex') || total);
    END LOOP;
    RETURN encode(total, 'hex');
END $$;

CREATE FUNCTION proposals_check_head() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM proposals_hold(ARRAY[NEW.cycle_id]);
    IF NEW.root IS DISTINCT FROM proposals_root(NEW.cycle_id, NEW.size)
        OR EXISTS (
            SELECT FROM proposals_receiptnode WHERE cycle_id = NEW.cycle_id AND level = 0 AND place = NEW.size
        )
        OR EXISTS (
            SELECT FROM proposals_receipthead WHERE cycle_id = NEW.cycle_id AND (day >= NEW.day OR size >= NEW.size)
        )
    THEN
        RAISE EXCEPTION 'This is not the next head of the tree of cycle %', NEW.cycle_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposals_receipthead_checked BEFORE INSERT ON proposals_receipthead
    FOR EACH ROW EXECUTE FUNCTION proposals_check_head();
