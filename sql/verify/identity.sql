-- Verify cerberus:identity on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.identify(bytea)',
	'TABLE(user_id bigint, username text, is_admin boolean)',
	    definer => true, for_app => true);

SELECT pg_temp.expect_function('cerberus.caller_id()',
	'bigint', definer => true, for_app => true);

SELECT pg_temp.expect_function('cerberus.caller_is_admin()',
	'boolean', definer => true, for_app => true);

SELECT pg_temp.expect_function('cerberus.caller_campaigns(text)',
	'bigint[]', definer => true, for_app => true);

SELECT pg_temp.expect_function('cerberus.role_rank(text)',
	'integer', definer => false, for_app => false);

-- Without an identity there is no caller and no error, whatever the setting is.
SELECT pg_temp.expect('identity', ARRAY['nobody'], ARRAY(SELECT 'nobody'
	WHERE cerberus.caller_id() IS NULL AND NOT cerberus.caller_is_admin()
	AND cerberus.caller_campaigns('viewer') = '{}'));
SELECT pg_temp.expect('role_rank', ARRAY['order'], ARRAY(SELECT 'order'
	WHERE cerberus.role_rank('viewer') < cerberus.role_rank('editor')
	AND cerberus.role_rank('editor') < cerberus.role_rank('manager')
	AND cerberus.role_rank('admin') IS NULL));
SELECT pg_temp.expect('valid_tokens', ARRAY['nothing'], ARRAY(SELECT 'nothing'
	WHERE NOT has_table_privilege('cerberus_app', 'cerberus.valid_tokens',
	    'SELECT, INSERT, UPDATE, DELETE')));
SELECT token_hash, token, user_id, username, is_admin
FROM cerberus.valid_tokens WHERE false;

ROLLBACK;
