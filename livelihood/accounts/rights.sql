-- What the application and the reader may do in the tables of this room: as much as its acts do, and no more.
--
-- Run anew after each migration, on nothing (kernel/rights.sql). PostgreSQL asks for UPDATE of some column from whoever
-- locks a row.
--
-- And in the tables of Django: sessions, and its own rights, which nobody here uses.

-- An account, and a mandate, goes with the import that made it by mistake, until somebody has acted (the guards).
GRANT SELECT, INSERT, UPDATE (name, mail, phone, password, last_login, session_number, closed_at, closed_by_id), DELETE
    ON accounts_user TO livelihood_application;
GRANT SELECT (id, username, name, area_id, created_at, closed_at) ON accounts_user TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (ends_on, is_waiting, confirmed_at, confirmed_by_id), DELETE
    ON accounts_mandate TO livelihood_application;
GRANT SELECT ON accounts_mandate TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (ends_on), DELETE ON accounts_leave TO livelihood_application;
REVOKE ALL ON accounts_leave FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (code_hash, issued_at, issued_by_id, expires_at, used_at), DELETE
    ON accounts_signincode TO livelihood_application;
REVOKE ALL ON accounts_signincode FROM livelihood_reader;

-- What proves who somebody is goes when it is lost, or no longer theirs.
GRANT SELECT, INSERT, UPDATE (secret, added_at, last_step), DELETE ON accounts_authenticator TO livelihood_application;
REVOKE ALL ON accounts_authenticator FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (sign_count, last_used_at), DELETE ON accounts_passkey TO livelihood_application;
REVOKE ALL ON accounts_passkey FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (used_at), DELETE ON accounts_recoverycode TO livelihood_application;
REVOKE ALL ON accounts_recoverycode FROM livelihood_reader;

GRANT SELECT, INSERT, DELETE ON accounts_providerlink TO livelihood_application;
REVOKE ALL ON accounts_providerlink FROM livelihood_reader;

-- Told to the person alone, for its period (personal).
GRANT SELECT, INSERT, UPDATE (session_key), DELETE ON accounts_signin TO livelihood_application;
REVOKE ALL ON accounts_signin FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (count, forgotten_at), DELETE ON accounts_wrongcodes TO livelihood_application;
REVOKE ALL ON accounts_wrongcodes FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (location), DELETE ON accounts_sentform TO livelihood_application;
REVOKE ALL ON accounts_sentform FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (session_data, expire_date), DELETE ON django_session TO livelihood_application;
REVOKE ALL ON django_session FROM livelihood_reader;

REVOKE ALL ON auth_group FROM livelihood_application;
REVOKE ALL ON auth_group FROM livelihood_reader;

REVOKE ALL ON auth_group_permissions FROM livelihood_application;
REVOKE ALL ON auth_group_permissions FROM livelihood_reader;

REVOKE ALL ON auth_permission FROM livelihood_application;
REVOKE ALL ON auth_permission FROM livelihood_reader;

REVOKE ALL ON django_content_type FROM livelihood_application;
REVOKE ALL ON django_content_type FROM livelihood_reader;

-- To see that there is no migration left to run.
GRANT SELECT ON django_migrations TO livelihood_application;
REVOKE ALL ON django_migrations FROM livelihood_reader;
