-- What application and reader may do, before any table says more: come in and see that there are tables.
--
-- Everything is taken back first, so that after each migration they have what the files say and nothing that was given
-- by hand or by a file that is no more.

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, livelihood_application, livelihood_reader;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, livelihood_application, livelihood_reader;
REVOKE ALL ON SCHEMA public FROM PUBLIC, livelihood_application, livelihood_reader;
GRANT USAGE ON SCHEMA public TO livelihood_application, livelihood_reader;

-- A statement about the database has to spell its name, which is another in every test. Imports put their rows into a
-- temporary table first.
DO $$ BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC, livelihood_application, livelihood_reader', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO livelihood_application', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO livelihood_reader', current_database());
END $$;
