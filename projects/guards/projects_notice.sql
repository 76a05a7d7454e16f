-- A notice names the year of its site.
--
-- A reference of two columns, which a model cannot say: the year is copied into the notice, so that the list of a year
-- reads one index, and the copy cannot differ.

ALTER TABLE projects_notice ADD CONSTRAINT projects_notice_site_of_cycle
    FOREIGN KEY (site_id, cycle_id) REFERENCES projects_site (id, cycle_id) DEFERRABLE INITIALLY DEFERRED;
