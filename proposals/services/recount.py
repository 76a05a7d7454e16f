"""Marks, counts and figures of suggestions, proved by a recount."""

from django.db import connection

from livelihood.kernel.recount import Miscount

# Written out from the tables and not from the marks: what is proved must not be what it is proved by.
RECOUNT = """
WITH truth AS (
    SELECT
        suggestion.*,
        EXISTS (
            SELECT FROM proposals_needlink AS link
            WHERE link.suggestion_id = suggestion.id AND link.unlinked_at IS NULL
        ) AS linked,
        EXISTS (
            SELECT FROM proposals_needlink AS link
                JOIN proposals_candidateneed AS answer ON answer.need_id = link.need_id
                JOIN proposals_candidate AS candidate ON candidate.id = answer.candidate_id
            WHERE link.suggestion_id = suggestion.id AND link.unlinked_at IS NULL AND candidate.state = 'listed'
        ) AS listed,
        EXISTS (SELECT FROM proposals_reply AS reply WHERE reply.suggestion_id = suggestion.id) AS replied,
        least(
            (
                SELECT (reply.replied_at AT TIME ZONE 'Asia/Shanghai')::date FROM proposals_reply AS reply
                WHERE reply.suggestion_id = suggestion.id ORDER BY reply.id LIMIT 1
            ), (
                SELECT min((screening.screened_at AT TIME ZONE 'Asia/Shanghai')::date)
                FROM proposals_screening AS screening
                WHERE screening.suggestion_id = suggestion.id AND screening.decision IN ('declined', 'handed_over')
            )
        ) AS first_on,
        (
            SELECT reply.organisation_id FROM proposals_reply AS reply
            WHERE reply.suggestion_id = suggestion.id ORDER BY reply.id LIMIT 1
        ) AS first_by,
        EXISTS (
            SELECT FROM proposals_suggestioncontact AS contact WHERE contact.suggestion_id = suggestion.id
        ) AS reachable
    FROM proposals_suggestion AS suggestion
), counted (cycle, name, figures) AS (
    SELECT cycle_id, grouped.name, ARRAY[
        count(*), count(*) FILTER (WHERE state = 'received'), count(*) FILTER (WHERE state = 'accepted'),
        count(*) FILTER (WHERE state = 'declined'), count(*) FILTER (WHERE state = 'handed_over'),
        count(*) FILTER (WHERE state = 'accepted' AND NOT linked),
        count(*) FILTER (WHERE state = 'accepted' AND reachable AND NOT replied),
        count(*) FILTER (WHERE state = 'declined' OR state = 'handed_over' OR replied), count(*) FILTER (WHERE listed),
        count(*) FILTER (WHERE first_on IS NULL AND (state = 'received' OR state = 'accepted' AND reachable)),
        count(*) FILTER (WHERE first_on <= due_on AND due_on < '9999-12-31'), count(*) FILTER (WHERE first_on > due_on)
    ] FROM truth CROSS JOIN LATERAL (VALUES
        ('aspect ' || coalesce(aspect_id::text, 'unsure')), ('area ' || area_id), ('channel ' || channel),
        ('due ' || due_on || ', answered by ' || coalesce(first_by::text, 'none'))
    ) AS grouped (name) GROUP BY cycle_id, grouped.name
), kept (cycle, name, figures) AS (
    SELECT cycle_id, grouped_by || ' ' || CASE grouped_by
            WHEN 'aspect' THEN coalesce(aspect_id::text, 'unsure') WHEN 'area' THEN area_id::text WHEN 'due'
            THEN due_on || ', answered by ' || coalesce(organisation_id::text, 'none') ELSE channel
        END AS name, ARRAY[
        sum(total), sum(received), sum(accepted), sum(declined), sum(handed_over), sum(loose), sum(unanswered),
        sum(answered), sum(adopted), sum(waiting), sum(in_time), sum(late)
    ] FROM proposals_suggestionfigure GROUP BY cycle_id, name
), support AS (
    SELECT need.id, need.support AS kept, count(suggestion.id) AS counted
    FROM proposals_need AS need
        LEFT JOIN proposals_needlink AS link ON link.need_id = need.id AND link.unlinked_at IS NULL
        LEFT JOIN proposals_suggestion AS suggestion
            ON suggestion.id = link.suggestion_id AND suggestion.state = 'accepted'
    GROUP BY need.id
), waited (cycle, days, counted) AS (
    SELECT cycle_id, days, count(*) FROM (
        SELECT suggestion.cycle_id, greatest(0, floor(extract(
            epoch FROM (array_agg(reply.replied_at ORDER BY reply.id))[1] - suggestion.received_at
        ) / 86400))::int AS days
        FROM proposals_reply AS reply JOIN proposals_suggestion AS suggestion ON suggestion.id = reply.suggestion_id
        GROUP BY suggestion.id
    ) AS replied GROUP BY cycle_id, days
)
SELECT
    'suggestion ' || id,
    (is_linked, is_adopted, is_replied, has_contact, answered_on, answered_by_id)::text,
    (linked, listed, replied, reachable, first_on, first_by)::text
    FROM truth
    WHERE (is_linked, is_adopted, is_replied, has_contact, answered_on, answered_by_id)
        IS DISTINCT FROM (linked, listed, replied, reachable, first_on, first_by)
UNION ALL SELECT 'need ' || id, kept::text, counted::text FROM support WHERE kept <> counted
UNION ALL SELECT 'year ' || cycle || ', ' || name, kept.figures::text, counted.figures::text
    FROM kept FULL JOIN counted USING (cycle, name)
    WHERE kept.figures::bigint[] IS DISTINCT FROM coalesce(counted.figures, array_fill(0::bigint, ARRAY[12]))
UNION ALL SELECT 'year ' || cycle || ', replies after ' || days || ' days', answers.kept::text, waited.counted::text
    FROM (SELECT cycle_id AS cycle, days, number AS kept FROM proposals_answerfigure) AS answers
        FULL JOIN waited USING (cycle, days)
    WHERE answers.kept IS DISTINCT FROM waited.counted
ORDER BY 1
"""


def recount_suggestions() -> list[Miscount]:
    """Count all suggestions anew, with what became of them, and return what is kept otherwise."""
    with connection.cursor() as cursor:
        # Not the ORM: one statement sees one moment, while others send and check suggestions.
        cursor.execute(RECOUNT)
        return [Miscount(subject=subject, kept=kept, counted=counted) for subject, kept, counted in cursor]
