-- Verify cerberus:sessions on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.token_uses', ARRAY[
	'token_id bigint not null',
	'used_at timestamp with time zone not null'], ARRAY[
	'FOREIGN KEY (token_id) REFERENCES cerberus.api_tokens(token_id) ON '
	    'DELETE CASCADE',
	'PRIMARY KEY (token_id)'], '{}');
SELECT pg_temp.expect('rights on token_uses', ARRAY['none'], ARRAY(
	SELECT 'none' WHERE NOT has_table_privilege('cerberus_app',
	'cerberus.token_uses', 'SELECT, INSERT, UPDATE, DELETE')));
SELECT pg_temp.expect('view', ARRAY['sessions'], ARRAY(
	SELECT relname::text FROM pg_class
	WHERE oid = 'cerberus.sessions'::regclass AND relkind = 'v'
	AND has_table_privilege('cerberus_app', oid, 'SELECT')));
SELECT pg_temp.expect_table('cerberus.users', '{}', '{}', '{}', ARRAY[
	'end_sessions cerberus.end_sessions']);
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('session_end(bigint)',
	    'boolean', true, true, true),
	('logout()',
	    'void', true, true, true),
	('sessions_end(bigint)',
	    'integer', false, false, false),
	('end_sessions()',
	    'trigger', true, false, false)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
