-- The roles of Cerberus, for a PostgreSQL server on which the owner of the
-- database may not create roles.  The server's administrator, a superuser,
-- runs this file once for that owner, before the schema is deployed:
--
--	psql -v owner=OWNER -f roles-for-the-host.sql
--
-- It asks for the passwords of the programs' two roles, cerberus_app and
-- cerberus_stripe: the owner writes them into the programs' configuration.
-- What the roles may do is granted by the schema.  The settings are those that
-- deploy/roles.sql would make; deploying fails if one is missing here.
\set ON_ERROR_STOP on
BEGIN;
CREATE ROLE cerberus_owner NOLOGIN;
CREATE ROLE cerberus_app LOGIN;
CREATE ROLE cerberus_stripe LOGIN;
GRANT cerberus_app TO cerberus_stripe;
GRANT cerberus_owner TO :"owner" WITH ADMIN OPTION;

ALTER ROLE cerberus_app SET search_path = cerberus;
ALTER ROLE cerberus_app SET TimeZone = 'UTC';
ALTER ROLE cerberus_app SET DateStyle = 'ISO, YMD';
ALTER ROLE cerberus_app SET IntervalStyle = 'postgres';
ALTER ROLE cerberus_app SET jit = 'off';
ALTER ROLE cerberus_app SET statement_timeout = '30s';
ALTER ROLE cerberus_stripe SET search_path = cerberus;
ALTER ROLE cerberus_stripe SET TimeZone = 'UTC';
ALTER ROLE cerberus_stripe SET DateStyle = 'ISO, YMD';
ALTER ROLE cerberus_stripe SET IntervalStyle = 'postgres';
ALTER ROLE cerberus_stripe SET jit = 'off';
ALTER ROLE cerberus_stripe SET statement_timeout = '30s';
COMMIT;
\password cerberus_app
\password cerberus_stripe
