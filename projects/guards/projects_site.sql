-- A site belongs to the indicator, the project and the year that it names, and is counted in the figures of its
-- indicator and area (projects_indicatorfigure) whenever it changes.
--
-- The references have two columns, which a model cannot say. The database counts, not the services: sites are written
-- one by one, in thousands by COPY and by statements over a whole year, and no path may leave the figures behind.

ALTER TABLE projects_site ADD CONSTRAINT projects_site_project_of_cycle
    FOREIGN KEY (project_id, cycle_id) REFERENCES projects_project (id, cycle_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE projects_site ADD CONSTRAINT projects_site_indicator_of_project
    FOREIGN KEY (indicator_id, project_id) REFERENCES projects_indicator (id, project_id)
    DEFERRABLE INITIALLY DEFERRED;

-- Adds the difference that a statement makes. Differences commute, so writers side by side need no order; rows are
-- taken in key order, so they cannot deadlock. The three branches differ in FROM alone: a statement has the rows it
-- added, the rows it removed, or both.
CREATE FUNCTION projects_sum_up_sites() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO projects_indicatorfigure AS figure (
            indicator_id, area_id,
            done, planned, sites, sites_planned, sites_under_way, sites_completed, sites_accepted, lights_grey,
            lights_green, lights_yellow, lights_red, lights_blue
        )
        SELECT
            indicator_id, area_id,
            sum(sign * quantity_done), sum(sign * coalesce(quantity_planned, 0)), sum(sign * 1),
            sum(sign * (state = 'planned')::int), sum(sign * (state = 'under_way')::int),
            sum(sign * (state = 'completed')::int), sum(sign * (state = 'accepted')::int),
            sum(sign * (light = 'grey')::int), sum(sign * (light = 'green')::int),
            sum(sign * (light = 'yellow')::int), sum(sign * (light = 'red')::int),
            sum(sign * (light = 'blue')::int)
        FROM (SELECT 1 AS sign, * FROM added) AS moved
        GROUP BY indicator_id, area_id
        HAVING
            sum(sign * quantity_done) <> 0 OR sum(sign * coalesce(quantity_planned, 0)) <> 0 OR
            sum(sign * 1) <> 0 OR sum(sign * (state = 'planned')::int) <> 0 OR
            sum(sign * (state = 'under_way')::int) <> 0 OR sum(sign * (state = 'completed')::int) <> 0 OR
            sum(sign * (state = 'accepted')::int) <> 0 OR sum(sign * (light = 'grey')::int) <> 0 OR
            sum(sign * (light = 'green')::int) <> 0 OR sum(sign * (light = 'yellow')::int) <> 0 OR
            sum(sign * (light = 'red')::int) <> 0 OR sum(sign * (light = 'blue')::int) <> 0
        ORDER BY indicator_id, area_id
        ON CONFLICT (indicator_id, area_id) DO UPDATE SET
            done = figure.done + EXCLUDED.done, planned = figure.planned + EXCLUDED.planned,
            sites = figure.sites + EXCLUDED.sites, sites_planned = figure.sites_planned + EXCLUDED.sites_planned,
            sites_under_way = figure.sites_under_way + EXCLUDED.sites_under_way,
            sites_completed = figure.sites_completed + EXCLUDED.sites_completed,
            sites_accepted = figure.sites_accepted + EXCLUDED.sites_accepted,
            lights_grey = figure.lights_grey + EXCLUDED.lights_grey,
            lights_green = figure.lights_green + EXCLUDED.lights_green,
            lights_yellow = figure.lights_yellow + EXCLUDED.lights_yellow,
            lights_red = figure.lights_red + EXCLUDED.lights_red,
            lights_blue = figure.lights_blue + EXCLUDED.lights_blue;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO projects_indicatorfigure AS figure (
            indicator_id, area_id,
            done, planned, sites, sites_planned, sites_under_way, sites_completed, sites_accepted, lights_grey,
            lights_green, lights_yellow, lights_red, lights_blue
        )
        SELECT
            indicator_id, area_id,
            sum(sign * quantity_done), sum(sign * coalesce(quantity_planned, 0)), sum(sign * 1),
            sum(sign * (state = 'planned')::int), sum(sign * (state = 'under_way')::int),
            sum(sign * (state = 'completed')::int), sum(sign * (state = 'accepted')::int),
            sum(sign * (light = 'grey')::int), sum(sign * (light = 'green')::int),
            sum(sign * (light = 'yellow')::int), sum(sign * (light = 'red')::int),
            sum(sign * (light = 'blue')::int)
        FROM (SELECT 1 AS sign, * FROM added UNION ALL SELECT -1 AS sign, * FROM removed) AS moved
        GROUP BY indicator_id, area_id
        HAVING
            sum(sign * quantity_done) <> 0 OR sum(sign * coalesce(quantity_planned, 0)) <> 0 OR
            sum(sign * 1) <> 0 OR sum(sign * (state = 'planned')::int) <> 0 OR
            sum(sign * (state = 'under_way')::int) <> 0 OR sum(sign * (state = 'completed')::int) <> 0 OR
            sum(sign * (state = 'accepted')::int) <> 0 OR sum(sign * (light = 'grey')::int) <> 0 OR
            sum(sign * (light = 'green')::int) <> 0 OR sum(sign * (light = 'yellow')::int) <> 0 OR
            sum(sign * (light = 'red')::int) <> 0 OR sum(sign * (light = 'blue')::int) <> 0
        ORDER BY indicator_id, area_id
        ON CONFLICT (indicator_id, area_id) DO UPDATE SET
            done = figure.done + EXCLUDED.done, planned = figure.planned + EXCLUDED.planned,
            sites = figure.sites + EXCLUDED.sites, sites_planned = figure.sites_planned + EXCLUDED.sites_planned,
            sites_under_way = figure.sites_under_way + EXCLUDED.sites_under_way,
            sites_completed = figure.sites_completed + EXCLUDED.sites_completed,
            sites_accepted = figure.sites_accepted + EXCLUDED.sites_accepted,
            lights_grey = figure.lights_grey + EXCLUDED.lights_grey,
            lights_green = figure.lights_green + EXCLUDED.lights_green,
            lights_yellow = figure.lights_yellow + EXCLUDED.lights_yellow,
            lights_red = figure.lights_red + EXCLUDED.lights_red,
            lights_blue = figure.lights_blue + EXCLUDED.lights_blue;
    ELSE
        INSERT INTO projects_indicatorfigure AS figure (
            indicator_id, area_id,
            done, planned, sites, sites_planned, sites_under_way, sites_completed, sites_accepted, lights_grey,
            lights_green, lights_yellow, lights_red, lights_blue
        )
        SELECT
            indicator_id, area_id,
            sum(sign * quantity_done), sum(sign * coalesce(quantity_planned, 0)), sum(sign * 1),
            sum(sign * (state = 'planned')::int), sum(sign * (state = 'under_way')::int),
            sum(sign * (state = 'completed')::int), sum(sign * (state = 'accepted')::int),
            sum(sign * (light = 'grey')::int), sum(sign * (light = 'green')::int),
            sum(sign * (light = 'yellow')::int), sum(sign * (light = 'red')::int),
            sum(sign * (light = 'blue')::int)
        FROM (SELECT -1 AS sign, * FROM removed) AS moved
        GROUP BY indicator_id, area_id
        HAVING
            sum(sign * quantity_done) <> 0 OR sum(sign * coalesce(quantity_planned, 0)) <> 0 OR
            sum(sign * 1) <> 0 OR sum(sign * (state = 'planned')::int) <> 0 OR
            sum(sign * (state = 'under_way')::int) <> 0 OR sum(sign * (state = 'completed')::int) <> 0 OR
            sum(sign * (state = 'accepted')::int) <> 0 OR sum(sign * (light = 'grey')::int) <> 0 OR
            sum(sign * (light = 'green')::int) <> 0 OR sum(sign * (light = 'yellow')::int) <> 0 OR
            sum(sign * (light = 'red')::int) <> 0 OR sum(sign * (light = 'blue')::int) <> 0
        ORDER BY indicator_id, area_id
        ON CONFLICT (indicator_id, area_id) DO UPDATE SET
            done = figure.done + EXCLUDED.done, planned = figure.planned + EXCLUDED.planned,
            sites = figure.sites + EXCLUDED.sites, sites_planned = figure.sites_planned + EXCLUDED.sites_planned,
            sites_under_way = figure.sites_under_way + EXCLUDED.sites_under_way,
            sites_completed = figure.sites_completed + EXCLUDED.sites_completed,
            sites_accepted = figure.sites_accepted + EXCLUDED.sites_accepted,
            lights_grey = figure.lights_grey + EXCLUDED.lights_grey,
            lights_green = figure.lights_green + EXCLUDED.lights_green,
            lights_yellow = figure.lights_yellow + EXCLUDED.lights_yellow,
            lights_red = figure.lights_red + EXCLUDED.lights_red,
            lights_blue = figure.lights_blue + EXCLUDED.lights_blue;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER projects_site_sum_up_insert AFTER INSERT ON projects_site
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION projects_sum_up_sites();
CREATE TRIGGER projects_site_sum_up_update AFTER UPDATE ON projects_site
    REFERENCING NEW TABLE AS added OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION projects_sum_up_sites();
CREATE TRIGGER projects_site_sum_up_delete AFTER DELETE ON projects_site
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION projects_sum_up_sites();
