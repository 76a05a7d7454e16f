-- The roles of the portal, and its database. Run by psql as the cluster's superuser: in compose once, when the volume of
-- postgres is new, and by livelihood.local for development and tests. Run again, it sets the passwords anew.
--
-- Nobody but this file needs the superuser. The owner runs migrations; the application, which answers the web, works in the
-- tables as far as <room>/rights.sql lets it; the reader looks at what is not private, for reports outside the portal.

\set ON_ERROR_STOP on
\getenv owner DATABASE_OWNER_PASSWORD
\getenv application DATABASE_APPLICATION_PASSWORD
\getenv reader DATABASE_READER_PASSWORD

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['livelihood_owner', 'livelihood_application', 'livelihood_reader']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE livelihood_owner LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner';
ALTER ROLE livelihood_application LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
    PASSWORD :'application';
ALTER ROLE livelihood_reader LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'reader';
-- A report that takes too long holds up nobody.
ALTER ROLE livelihood_reader SET default_transaction_read_only = on;
ALTER ROLE livelihood_reader SET statement_timeout = '10min';

SELECT 'CREATE DATABASE livelihood'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'livelihood') \gexec
ALTER DATABASE livelihood OWNER TO livelihood_owner;
-- Whoever has no business in the portal's database does not even come in, nor anybody of it into others.
REVOKE ALL ON DATABASE livelihood, postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE livelihood TO livelihood_application, livelihood_reader;

-- What the server does after a vote has closed (docs/adr/0053): nobody else may look into the folder of its log, end a
-- segment of it or ask for a checkpoint. It takes no name of a file and gives none of what stands in one. It belongs to
-- the superuser, and so is made anew here after a dump was read back.
\connect livelihood
DROP SCHEMA IF EXISTS livelihood_server CASCADE;
CREATE SCHEMA livelihood_server;
GRANT USAGE ON SCHEMA livelihood_server TO livelihood_application;

-- Lets go of the log before now: ends the segment that is being written, writes those over that wait to be used again,
-- as an ended segment is filled with zeros, and writes out what the log would restore, so that what is older is dropped.
CREATE FUNCTION livelihood_server.let_go_of_log() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    waiting CONSTANT bigint := (
        SELECT count(*) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$' AND name > pg_walfile_name(pg_current_wal_insert_lsn())
    );
BEGIN
    FOR _ IN 0..waiting LOOP
        PERFORM pg_logical_emit_message(false, 'livelihood', '');
        PERFORM pg_switch_wal();
    END LOOP;
    CHECKPOINT;
END $$;

-- How many pages of the log, in how many files, hold what was written before a place of it: those of every file in the
-- folder, also of one that waits to be used again, as each page begins by saying where in the log it stands.
CREATE FUNCTION livelihood_server.log_before(place pg_lsn, OUT files bigint, OUT pages bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    size CONSTANT int := current_setting('wal_block_size')::int;
    file record;
    content bytea;
    found bigint;
BEGIN
    files := 0;
    pages := 0;
    FOR file IN SELECT name FROM pg_ls_waldir() AS folder WHERE folder.size >= current_setting('wal_block_size')::int LOOP
        content := pg_read_binary_file('pg_wal/' || file.name, true);
        CONTINUE WHEN content IS NULL;  -- removed meanwhile
        -- The address of a page: eight bytes from the ninth on, the least first. A page that nobody wrote has none.
        SELECT count(*) INTO found FROM (
            SELECT sum(get_byte(content, page * size + 8 + byte) * 256::numeric ^ byte) AS address
            FROM generate_series(0, length(content) / size - 1) AS page, generate_series(0, 7) AS byte
            GROUP BY page
        ) AS places WHERE address > 0 AND address < place - '0/0'::pg_lsn;
        files := files + (found > 0)::int;
        pages := pages + found;
    END LOOP;
END $$;

-- Who else has the log: standbys that are connected, slots that hold it for somebody, an archive.
CREATE FUNCTION livelihood_server.log_copies() RETURNS TABLE (kind text, name text) LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp BEGIN ATOMIC
    SELECT 'standby', application_name FROM pg_stat_replication
    UNION ALL SELECT 'slot', slot_name::text FROM pg_replication_slots
    UNION ALL SELECT 'archive', setting FROM pg_settings WHERE pg_settings.name = 'archive_mode' AND setting <> 'off';
END;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA livelihood_server FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA livelihood_server TO livelihood_application;
