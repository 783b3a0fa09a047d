-- Revert cerberus:sessions from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TRIGGER end_sessions ON cerberus.users;
DROP FUNCTION cerberus.end_sessions();
DROP FUNCTION cerberus.session_end(bigint);
DROP VIEW cerberus.sessions;
DROP FUNCTION cerberus.sessions_end(bigint);
DROP FUNCTION cerberus.logout();
DROP TABLE cerberus.token_uses;

COMMIT;
