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
