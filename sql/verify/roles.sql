-- Verify cerberus:roles on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect('roles', ARRAY['cerberus_owner no login',
	'cerberus_app login', 'cerberus_stripe login'], ARRAY(
	SELECT rolname || CASE WHEN rolcanlogin THEN ' login' ELSE ' no login'
	    END
	FROM pg_roles WHERE NOT rolsuper AND NOT rolbypassrls
	AND NOT pg_has_role('cerberus_app', 'cerberus_owner', 'MEMBER')
	AND NOT pg_has_role('cerberus_stripe', 'cerberus_owner', 'MEMBER')
	AND pg_has_role('cerberus_stripe', 'cerberus_app', 'USAGE')));
SELECT pg_temp.expect('settings of ' || program, ARRAY[
	'search_path=cerberus',
	'TimeZone=UTC',
	'DateStyle=ISO, YMD',
	'IntervalStyle=postgres',
	'jit=off', 'statement_timeout'],
	-- An administrator may choose another statement timeout.
	(SELECT ARRAY(SELECT regexp_replace(c, '^(statement_timeout)=.*', '\1')
	    FROM unnest(setconfig) c) FROM pg_db_role_setting
	WHERE setrole = program::regrole AND setdatabase = 0))
FROM unnest(ARRAY['cerberus_app', 'cerberus_stripe']) program;
SELECT pg_temp.expect_owner('schema cerberus', nspowner)
FROM pg_namespace WHERE oid = 'cerberus'::regnamespace;
SELECT pg_temp.expect('rights on the schema', ARRAY['app uses',
	'public does not'], ARRAY[
	CASE WHEN has_schema_privilege('cerberus_app', 'cerberus', 'USAGE')
	    THEN 'app uses' END,
	CASE WHEN NOT has_schema_privilege('public', 'cerberus',
	    'USAGE, CREATE') THEN 'public does not' END]);
SELECT pg_temp.expect('rights of ' || program || ' on the database',
	ARRAY['CONNECT', 'no TEMPORARY', 'no CREATE'], ARRAY(
	SELECT CASE WHEN has_database_privilege(program, current_database(), p)
	    THEN p ELSE 'no ' || p END
	FROM unnest(ARRAY['CONNECT', 'TEMPORARY', 'CREATE']) p))
FROM unnest(ARRAY['cerberus_app', 'cerberus_stripe']) program;
SELECT pg_temp.expect(program, ARRAY['creates nothing'], ARRAY(
	SELECT 'creates nothing' WHERE NOT EXISTS (
	    SELECT FROM pg_namespace n
	    WHERE has_schema_privilege(program, n.oid, 'CREATE')
	    AND n.nspname !~ '^pg_(toast_)?temp_')))
FROM unnest(ARRAY['cerberus_app', 'cerberus_stripe']) program;
SELECT pg_temp.expect('default privileges', ARRAY['no EXECUTE for PUBLIC'],
	ARRAY(SELECT 'no EXECUTE for PUBLIC' FROM pg_default_acl
	WHERE defaclrole = 'cerberus_owner'::regrole
	AND defaclnamespace = 0 AND defaclobjtype = 'f'));

ROLLBACK;
