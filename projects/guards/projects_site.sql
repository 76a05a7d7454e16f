-- A site belongs to the indicator, the project and the year that it names, and is counted in the figures of its
-- indicator and area (projects_indicatorfigure) whenever it changes.
--
-- The references have two columns, which a model cannot say. A foreign key would ask once for each of thirty thousand
-- rows of an import, a trigger asks once for all (ADR 23). The database counts, not the services: sites are written one
-- by one, in thousands at once and by statements over a whole year, and no path may leave the figures behind.

CREATE FUNCTION projects_check_sites() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- As a foreign key would: nobody takes away or moves what is named here before this transaction ends.
    PERFORM FROM projects_project WHERE id IN (SELECT project_id FROM added) ORDER BY id FOR KEY SHARE;
    PERFORM FROM projects_indicator WHERE id IN (SELECT indicator_id FROM added) ORDER BY id FOR KEY SHARE;
    IF EXISTS (
        SELECT FROM added
        LEFT JOIN projects_project AS project ON project.id = added.project_id AND project.cycle_id = added.cycle_id
        WHERE project.id IS NULL
    ) THEN
        RAISE EXCEPTION 'A site names a project of another year, violating projects_site_project_of_cycle'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'projects_site_project_of_cycle';
    END IF;
    IF EXISTS (
        SELECT FROM added
        LEFT JOIN projects_indicator AS indicator
            ON indicator.id = added.indicator_id AND indicator.project_id = added.project_id
        WHERE indicator.id IS NULL
    ) THEN
        RAISE EXCEPTION 'A site names an indicator of another project, violating projects_site_indicator_of_project'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'projects_site_indicator_of_project';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER projects_site_belongs AFTER INSERT ON projects_site
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION projects_check_sites();

-- A site stays in its project and year; what leans on that (notices, reports) need not ask again. Its indicator may
-- change, within the project.
CREATE FUNCTION projects_check_site_move() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (OLD.cycle_id, OLD.project_id) <> (NEW.cycle_id, NEW.project_id) THEN
        RAISE EXCEPTION 'Site % stays in its project and year, violating projects_site_project_of_cycle', NEW.id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'projects_site_project_of_cycle';
    END IF;
    PERFORM FROM projects_indicator WHERE id = NEW.indicator_id AND project_id = NEW.project_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Site % names an indicator of another project, violating projects_site_indicator_of_project', NEW.id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'projects_site_indicator_of_project';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER projects_site_moves BEFORE UPDATE OF cycle_id, project_id, indicator_id ON projects_site
    FOR EACH ROW WHEN ((OLD.cycle_id, OLD.project_id, OLD.indicator_id) IS DISTINCT FROM
                       (NEW.cycle_id, NEW.project_id, NEW.indicator_id))
    EXECUTE FUNCTION projects_check_site_move();

-- Adds the difference that a statement makes. Differences commute, so writers side by side need no order; rows are
-- taken in key order, so they cannot deadlock. A statement has the rows it added, the rows it removed, or both.
-- It runs with the rights of its owner: who writes a site need not be able to write a figure.
CREATE FUNCTION projects_sum_up_sites() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moved constant text := CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT 1 AS sign, * FROM added'
        WHEN 'DELETE' THEN 'SELECT -1 AS sign, * FROM removed'
        ELSE 'SELECT 1 AS sign, * FROM added UNION ALL SELECT -1 AS sign, * FROM removed'
    END;
    columns text;
    sums text;
    differs text;
    adds text;
BEGIN
    SELECT string_agg(counted, ', ' ORDER BY place), string_agg(format('sum(sign * %s)', expression), ', ' ORDER BY place),
        string_agg(format('sum(sign * %s) <> 0', expression), ' OR ' ORDER BY place),
        string_agg(format('%1$s = figure.%1$s + EXCLUDED.%1$s', counted), ', ' ORDER BY place)
        INTO columns, sums, differs, adds FROM projects_counted();
    EXECUTE format(
        'INSERT INTO projects_indicatorfigure AS figure (indicator_id, area_id, %s) '
        'SELECT indicator_id, area_id, %s FROM (%s) AS moved GROUP BY indicator_id, area_id HAVING %s '
        'ORDER BY indicator_id, area_id ON CONFLICT (indicator_id, area_id) DO UPDATE SET %s',
        columns, sums, moved, differs, adds
    );
    RETURN NULL;
END $$;

CREATE TRIGGER projects_site_sum_up_insert AFTER INSERT ON projects_site
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION projects_sum_up_sites();
CREATE TRIGGER projects_site_sum_up_update AFTER UPDATE ON projects_site
    REFERENCING NEW TABLE AS added OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION projects_sum_up_sites();
CREATE TRIGGER projects_site_sum_up_delete AFTER DELETE ON projects_site
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION projects_sum_up_sites();

-- Sites that an import brought may be removed with it, as long as nothing was done at them and nothing refers to them.
-- It runs with the rights of its owner: nothing else of the portal removes a site.
CREATE FUNCTION projects_take_back_sites(sites bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM projects_site WHERE id = ANY(sites) AND state = 'planned' AND reported_on IS NULL;
$$;

-- The words of an import wait in a list before the index of words, which every search reads, until autovacuum sorts them in. By
-- its general measure, a tenth of the table, that would be after the import of another year.
ALTER TABLE projects_site SET (autovacuum_analyze_scale_factor = 0.02);
