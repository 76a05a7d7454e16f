-- What the tables of this room share.
--
-- The database refuses, not a service: reports and acceptances are evidence in later years, whatever the code has
-- become.

CREATE FUNCTION projects_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- What is allocated to areas stays within the target that the deputies decided. Asked at the commit, so that shares can
-- be moved from one area to another in any order. Locks the indicator, so that two allocations side by side cannot each
-- see only their own share: a check in the service could not see the other one.
CREATE FUNCTION projects_check_allocated() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    promised record;
    allocated numeric;
BEGIN
    SELECT id, kind, target INTO promised FROM projects_indicator
        WHERE id = CASE TG_TABLE_NAME WHEN 'projects_indicator' THEN (to_jsonb(NEW) ->> 'id')::bigint
                                      ELSE (to_jsonb(NEW) ->> 'indicator_id')::bigint END
        FOR NO KEY UPDATE;
    SELECT sum(target) INTO allocated FROM projects_allocation WHERE indicator_id = promised.id;
    IF promised.kind = 'additive' AND allocated > promised.target THEN
        RAISE EXCEPTION 'Allocations of indicator % add up to %, more than its target %',
            promised.id, allocated, promised.target
            USING ERRCODE = 'check_violation', CONSTRAINT = 'projects_allocation_within_target';
    END IF;
    RETURN NULL;
END $$;

-- What a site names neither goes nor moves. Argument: the column of projects_site that names it.
CREATE FUNCTION projects_refuse_while_named() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    is_named boolean;
BEGIN
    IF TG_ARGV[0] = 'project_id' THEN
        SELECT EXISTS (SELECT FROM projects_site WHERE project_id = OLD.id) INTO is_named;
    ELSE
        SELECT EXISTS (SELECT FROM projects_site WHERE project_id = (to_jsonb(OLD) ->> 'project_id')::bigint
                                                   AND indicator_id = OLD.id) INTO is_named;
    END IF;
    IF is_named THEN
        RAISE EXCEPTION '% % is named by a site: % refused', TG_TABLE_NAME, OLD.id, TG_OP
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'projects_site_' || TG_ARGV[0];
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

-- What of each site is counted in the figures of its indicator and area (projects_indicatorfigure): the column, and the
-- expression on a site that is summed up. The one list: the trigger of projects_site and the recount are built from it.
CREATE FUNCTION projects_counted() RETURNS TABLE (place bigint, counted text, expression text) LANGUAGE sql IMMUTABLE AS
$$
SELECT row_number() OVER (), counted, expression FROM (VALUES
    ('done', 'quantity_done'),
    ('planned', 'coalesce(quantity_planned, 0)'),
    ('sites', '1'),
    ('sites_planned', $x$(state = 'planned')::int$x$),
    ('sites_under_way', $x$(state = 'under_way')::int$x$),
    ('sites_completed', $x$(state = 'completed')::int$x$),
    ('sites_accepted', $x$(state = 'accepted')::int$x$),
    ('lights_grey', $x$(light = 'grey')::int$x$),
    ('lights_green', $x$(light = 'green')::int$x$),
    ('lights_yellow', $x$(light = 'yellow')::int$x$),
    ('lights_red', $x$(light = 'red')::int$x$),
    ('lights_blue', $x$(light = 'blue')::int$x$)
) AS list (counted, expression)
$$;
