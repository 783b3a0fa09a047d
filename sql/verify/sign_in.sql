-- Verify cerberus:sign_in on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.login_tries', ARRAY[
	'key text not null',
	'tries integer not null',
	'last_at timestamp with time zone not null'], ARRAY[
	'PRIMARY KEY (key)'], '{}');
SELECT pg_temp.expect('passwords', ARRAY['compared'], ARRAY(SELECT 'compared'
	FROM (SELECT '$argon2id$x$' || encode(sha256('right'), 'hex') AS h) p
	WHERE cerberus.password_matches(h, 'right')
	AND NOT cerberus.password_matches(h, 'wrong')
	AND NOT cerberus.password_matches(NULL, 'right')
	AND cerberus.phc_parameters(h) = '$argon2id$x'));
SELECT pg_temp.expect('rights on login_tries', ARRAY['none'], ARRAY(
	SELECT 'none' WHERE NOT has_table_privilege('cerberus_app',
	'cerberus.login_tries', 'SELECT, INSERT, UPDATE, DELETE')));
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('phc_parameters(text)',
	    'text', false, false, false),
	('password_matches(text, bytea)',
	    'boolean', false, false, false),
	('login_try(text, integer, integer)',
	    'integer', false, false, false),
	('login_name(text)',
	    'text', false, false, false),
	('login_key(text, text)',
	    'text', false, false, false),
	('login_ticket(text, text, integer)',
	    'integer', false, false, false),
	('login_wait(text, text, integer, bigint)',
	    'integer', false, false, false),
	('login_device(text, bytea)',
	    'bigint', false, false, false),
	('login_begin(text, text, integer, bytea)',
	    'TABLE(phc text, wait integer, user_id bigint, '
	    'secret bytea)', true, true, true),
	('login_forget(text, text, bigint)',
	    'void', false, false, false),
	('login_uncount(text, text, bigint)',
	    'void', false, false, false),
	('login_finish(text, text, bytea, bytea, text, bytea, text, '
	'integer, text, boolean, bigint, bytea, text)',
	    'TABLE(state text, expires_at timestamp with '
	    'time zone, user_id bigint, username text, '
	    'email_address text, full_name text, role '
	    'text, is_active boolean, last_login_at '
	    'timestamp with time zone, created_at '
	    'timestamp with time zone, updated_at '
	    'timestamp with time zone)', true, true, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
