-- Which days are worked is known to each process with the edition of areas and years (livelihood.cycles.models.Edition): a
-- suggestion that comes with an earlier one is judged anew.
--
-- The database says so and not a service: a day that was promised by days that hold no more could not be taken back.

CREATE TRIGGER proposals_specialday_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON proposals_specialday
    FOR EACH STATEMENT EXECUTE FUNCTION cycles_new_edition();
