-- Deploy cerberus:roles to pg
--
-- Two roles.  cerberus_owner owns every object and cannot log in;
-- cerberus_app is what the programs log in as: it owns nothing and row-level
-- security applies to it.  Roles belong to the whole server, so another
-- database may have made them already.
BEGIN;

DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cerberus_owner') THEN
		CREATE ROLE cerberus_owner NOLOGIN;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cerberus_app') THEN
		CREATE ROLE cerberus_app LOGIN;
	END IF;
	IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'cerberus_app'
	    AND (rolsuper OR rolbypassrls OR rolcreaterole))
	OR pg_has_role('cerberus_app', 'cerberus_owner', 'MEMBER') THEN
		RAISE EXCEPTION 'The role cerberus_app has too many rights.'
		USING HINT = 'It must not be a superuser, a member of '
		    'cerberus_owner, nor have BYPASSRLS or CREATEROLE.';
	END IF;
	-- A superuser may become any role; others have to be members.
	IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
		GRANT cerberus_owner TO CURRENT_USER;
	END IF;
	-- Only when needed: two deployments at once would collide here.
	IF NOT EXISTS (
		SELECT FROM pg_db_role_setting
		WHERE setrole = 'cerberus_app'::regrole AND setdatabase = 0
		AND setconfig @> ARRAY['search_path=cerberus', 'TimeZone=UTC',
		    'DateStyle=ISO, YMD', 'IntervalStyle=postgres',
		    'jit=off']
	) THEN
		ALTER ROLE cerberus_app SET search_path = cerberus;
		ALTER ROLE cerberus_app SET TimeZone = 'UTC';
		ALTER ROLE cerberus_app SET DateStyle = 'ISO, YMD';
		ALTER ROLE cerberus_app SET IntervalStyle = 'postgres';
		-- The planner takes the policies for dearer than they are, and
		-- compiles short statements for longer than they run.
		ALTER ROLE cerberus_app SET jit = off;
	END IF;
	-- A program that serves one request says nothing of time itself, as one
	-- that stays does, and through PgBouncer cannot: without this a
	-- statement would go on when nobody waits for it any more.  An
	-- administrator's own number stays.  Imports and exports lift it.
	IF NOT EXISTS (
		SELECT FROM pg_db_role_setting s, unnest(s.setconfig) c
		WHERE s.setrole = 'cerberus_app'::regrole AND s.setdatabase = 0
		AND c LIKE 'statement_timeout=%'
	) THEN
		ALTER ROLE cerberus_app SET statement_timeout = '30s';
	END IF;
	-- An import stages its rows in a temporary table.
	EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO cerberus_app',
	    current_database());
	-- Databases made before PostgreSQL 15 let everybody create here, and
	-- with that put operators in front of the ones that our functions mean.
	IF has_schema_privilege('cerberus_app', 'public', 'CREATE') THEN
		REVOKE CREATE ON SCHEMA public FROM PUBLIC;
	END IF;
END
$$;

CREATE SCHEMA cerberus AUTHORIZATION cerberus_owner;

SET LOCAL ROLE cerberus_owner;
GRANT USAGE ON SCHEMA cerberus TO cerberus_app;
-- A new function is nobody's until somebody is named.
ALTER DEFAULT PRIVILEGES FOR ROLE cerberus_owner
	REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

COMMIT;
