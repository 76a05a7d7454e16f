-- The tree of receipts only grows: a leaf is the number and the fingerprint of a suggestion of its year, a tree of two is made of
-- those below it, and each stands right after the one before.
--
-- The database computes every hash itself, because a receipt is worth as much as it is hard for whoever runs the portal to write
-- another tree: no path, and no service with an error, puts a hash in that stands for nothing.

CREATE TRIGGER proposals_receiptnode_append_only BEFORE UPDATE OR DELETE ON proposals_receiptnode
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();

CREATE FUNCTION proposals_check_nodes() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added
            LEFT JOIN proposals_suggestion AS suggestion
                ON suggestion.number = added.number AND suggestion.cycle_id = added.cycle_id
        WHERE added.level = 0 AND added.digest IS DISTINCT FROM encode(sha256(
            '\x00'::bytea || convert_to(suggestion.number || ':' || suggestion.text_digest, 'UTF8')), 'hex')
    ) THEN
        RAISE EXCEPTION 'A leaf is number and fingerprint of a suggestion' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM added
            LEFT JOIN proposals_receiptnode AS one
                ON one.cycle_id = added.cycle_id AND one.level = added.level - 1 AND one.place = 2 * added.place
            LEFT JOIN proposals_receiptnode AS other
                ON other.cycle_id = added.cycle_id AND other.level = added.level - 1 AND other.place = 2 * added.place + 1
        WHERE added.level > 0 AND added.digest IS DISTINCT FROM encode(sha256(
            '\x01'::bytea || decode(one.digest, 'hex') || decode(other.digest, 'hex')), 'hex')
    ) THEN
        RAISE EXCEPTION 'A tree is made of the two below it' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM added
            LEFT JOIN proposals_receiptnode AS former
                ON former.cycle_id = added.cycle_id AND former.level = added.level AND former.place = added.place - 1
        WHERE added.place > 0 AND former.id IS NULL
    ) THEN
        RAISE EXCEPTION 'A tree grows at its end' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_receiptnode_checked AFTER INSERT ON proposals_receiptnode
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION proposals_check_nodes();
