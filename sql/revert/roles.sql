-- Revert cerberus:roles from pg
--
-- The roles stay: they belong to the whole server, and another database may
-- use them.  Drop them by hand after the last database.
BEGIN;

ALTER DEFAULT PRIVILEGES FOR ROLE cerberus_owner
	GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
DROP SCHEMA cerberus;

DO $$
BEGIN
	EXECUTE format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM '
	    'cerberus_app, cerberus_stripe, cerberus_owner',
	    current_database());
	EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC',
	    current_database());
END
$$;

COMMIT;
