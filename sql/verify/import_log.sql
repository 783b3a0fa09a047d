-- Verify cerberus:import_log on pg
BEGIN;
\ir expect.psql

SELECT import_id, username, sha256, warned, columns, unknown_values,
	registration_state, undone_at, undone_by, votes
FROM cerberus.import_log WHERE false;
SELECT pg_temp.expect('cerberus.import_log', ARRAY['security_invoker=true'],
	(SELECT reloptions FROM pg_class
	WHERE oid = 'cerberus.import_log'::regclass));
SELECT 1 / has_table_privilege('cerberus_app', 'cerberus.import_log',
	'SELECT')::integer;

ROLLBACK;
