-- Deploy cerberus:roles to pg
--
-- The roles, their settings, and the empty schema.  What the roles may do is in
-- policies and in the changes that create functions.
--
-- cerberus_owner owns every object and cannot log in.  The programs log in as
-- cerberus_app, and those that talk to Stripe as cerberus_stripe, which is a
-- member of cerberus_app and may also write what Stripe reports about
-- donations.  Neither owns anything, and row-level security applies to both.
-- Roles belong to the whole server, so another database may have created them
-- already.
BEGIN;

DO $$
DECLARE
	program text;
	setting text;
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles
	    WHERE rolname = 'cerberus_owner') THEN
		CREATE ROLE cerberus_owner NOLOGIN;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles
	    WHERE rolname = 'cerberus_app') THEN
		CREATE ROLE cerberus_app LOGIN;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles
	    WHERE rolname = 'cerberus_stripe') THEN
		CREATE ROLE cerberus_stripe LOGIN;
	END IF;
	IF NOT pg_has_role('cerberus_stripe', 'cerberus_app', 'MEMBER') THEN
		GRANT cerberus_app TO cerberus_stripe;
	END IF;
	FOREACH program IN ARRAY ARRAY['cerberus_app', 'cerberus_stripe'] LOOP
		IF EXISTS (SELECT FROM pg_roles WHERE rolname = program
		    AND (rolsuper OR rolbypassrls OR rolcreaterole))
		OR pg_has_role(program, 'cerberus_owner', 'MEMBER') THEN
			RAISE EXCEPTION 'The role % has too many rights.',
			    program
			USING HINT = 'It must not be a superuser, nor have '
			    'BYPASSRLS or CREATEROLE, nor be a member of '
			    'cerberus_owner.';
		END IF;
		-- Change settings only when needed: two deployments at once
		-- would collide here.  JIT is off because the planner
		-- overestimates the cost of the policies, and would compile
		-- short statements for longer than they run.  The statement
		-- timeout matters to programs that serve one request and set
		-- nothing themselves, and through PgBouncer; imports and
		-- exports lift it.  A timeout that an administrator has set
		-- stays.
		FOREACH setting IN ARRAY ARRAY['search_path=cerberus',
		    'TimeZone=UTC', 'DateStyle=ISO, YMD',
		    'IntervalStyle=postgres', 'jit=off',
		    'statement_timeout=30s']
		LOOP
			CONTINUE WHEN EXISTS (
			    SELECT FROM pg_db_role_setting s,
			    unnest(s.setconfig) c
			    WHERE s.setrole = program::regrole
			    AND s.setdatabase = 0 AND (c = setting
				OR setting LIKE 'statement_timeout=%'
				AND c LIKE 'statement_timeout=%'));
			EXECUTE format('ALTER ROLE %I SET %I = %L', program,
			    split_part(setting, '=', 1),
			    split_part(setting, '=', 2));
		END LOOP;
		EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I',
		    current_database(), program);
	END LOOP;
	-- A superuser may become any role; others must be members.
	IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
		GRANT cerberus_owner TO CURRENT_USER;
	END IF;
	-- The programs create no temporary objects: a type in pg_temp could be
	-- used to shadow one of PostgreSQL's.  The stage of an import is
	-- created by a function of the owner.
	EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC, '
	    'cerberus_app, cerberus_stripe', current_database());
	EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO cerberus_owner',
	    current_database());
	-- Databases created before PostgreSQL 15 let every role create objects
	-- in public, and so shadow operators that our functions use.
	IF has_schema_privilege('cerberus_app', 'public', 'CREATE') THEN
		REVOKE CREATE ON SCHEMA public FROM PUBLIC;
	END IF;
END
$$;

CREATE SCHEMA cerberus AUTHORIZATION cerberus_owner;

SET LOCAL ROLE cerberus_owner;
GRANT USAGE ON SCHEMA cerberus TO cerberus_app;
-- No role may call a new function until it is granted explicitly.
ALTER DEFAULT PRIVILEGES FOR ROLE cerberus_owner
	REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

COMMIT;
