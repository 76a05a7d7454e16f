-- A notice names the year of its site.
--
-- A reference of two columns, which a model cannot say: the year is copied into the notice, so that the list of a year
-- reads one index, and the copy cannot differ: a site stays in its year (see projects_site.sql).

CREATE FUNCTION projects_check_notice() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM projects_site WHERE id = NEW.site_id AND cycle_id = NEW.cycle_id) THEN
        RAISE EXCEPTION 'Notice % names another year than its site', NEW.id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'projects_notice_site_of_cycle';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER projects_notice_site_of_cycle AFTER INSERT OR UPDATE OF site_id, cycle_id ON projects_notice
    FOR EACH ROW EXECUTE FUNCTION projects_check_notice();
