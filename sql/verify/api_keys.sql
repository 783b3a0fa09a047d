-- Verify cerberus:api_keys on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect('view', ARRAY['api_keys'], ARRAY(
	SELECT relname::text FROM pg_class
	WHERE oid = 'cerberus.api_keys'::regclass AND relkind = 'v'
	AND has_table_privilege('cerberus_app', oid, 'SELECT')));
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('api_key_create(text, text, bytea, timestamp with time zone)',
	    'SETOF cerberus.api_keys', true, true, true),
	('api_key_revoke(bigint, bigint)',
	    'boolean', true, true, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
