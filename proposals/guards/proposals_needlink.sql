-- A link stays: that it was taken back is written on it. While it holds and its suggestion is public, it counts in the support
-- of its need; that a suggestion stands behind a need is marked on it.
--
-- The database counts, not the services: a link that no count has seen would make the order of the board silently wrong.

CREATE TRIGGER proposals_needlink_kept BEFORE DELETE ON proposals_needlink
    FOR EACH ROW EXECUTE FUNCTION proposals_refuse();

-- Adds what a statement wrote (1) or takes off what stood there before it (-1), with the rights of the owner: who links need not
-- be able to write a count.
CREATE FUNCTION proposals_count_links() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM proposals_hold(array_agg(need.cycle_id))
        FROM proposals_need AS need WHERE need.id IN (SELECT need_id FROM moved);
    UPDATE proposals_need AS need SET support = need.support + TG_ARGV[0]::int * held.links
        FROM (
            SELECT moved.need_id, count(*) AS links
            FROM moved JOIN proposals_suggestion AS suggestion ON suggestion.id = moved.suggestion_id
            WHERE moved.unlinked_at IS NULL AND suggestion.state = 'accepted'
            GROUP BY moved.need_id
        ) AS held
        WHERE need.id = held.need_id;
    PERFORM proposals_mark_links(array_agg(DISTINCT suggestion_id)) FROM moved;
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_needlink_added AFTER INSERT ON proposals_needlink
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION proposals_count_links('1');
CREATE TRIGGER proposals_needlink_came AFTER UPDATE ON proposals_needlink
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION proposals_count_links('1');
CREATE TRIGGER proposals_needlink_went AFTER UPDATE ON proposals_needlink
    REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION proposals_count_links('-1');
