-- Verify cerberus:accounts on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.token_uses', ARRAY[
	'token_id bigint not null',
	'used_at timestamp with time zone not null'], ARRAY[
	'FOREIGN KEY (token_id) REFERENCES cerberus.api_tokens(token_id) ON DELETE CASCADE',
	'PRIMARY KEY (token_id)'], '{}');
SELECT pg_temp.expect_table('cerberus.login_tries', ARRAY[
	'key text not null',
	'tries integer not null',
	'last_at timestamp with time zone not null'], ARRAY[
	'PRIMARY KEY (key)'], '{}');
SELECT pg_temp.expect_table('cerberus.invitations', ARRAY[
	'invitation_id bigint identity not null',
	'user_id bigint not null',
	'token_hash bytea not null',
	'created_by bigint',
	'created_at timestamp with time zone not null default now()',
	'expires_at timestamp with time zone not null default (now() + ''72:00:00''::interval)',
	'used_at timestamp with time zone'], ARRAY[
	'CHECK ((octet_length(token_hash) = 32))',
	'FOREIGN KEY (user_id) REFERENCES cerberus.users(user_id) ON DELETE CASCADE',
	'PRIMARY KEY (invitation_id)', 'UNIQUE (token_hash)'], ARRAY[
	'CREATE INDEX btree (user_id)']);
SELECT pg_temp.expect('triggers', ARRAY['keep_an_admin_updated',
	'keep_an_admin_deleted', 'end_sessions'], ARRAY(SELECT tgname::text FROM pg_trigger
	WHERE tgrelid = 'cerberus.users'::regclass AND tgenabled = 'O'));

SELECT pg_temp.expect_function('cerberus.' || f, r, definer => d,
    for_app => a)
FROM (VALUES
	('phc_parameters(text)', 'text', false, false),
	('password_matches(text, bytea)', 'boolean', false, false),
	('login_try(text, integer, integer)', 'integer', false, false),
	('login_name(text)', 'text', false, false),
	('login_key(text, text)', 'text', false, false),
	('login_ticket(text, text, integer)', 'integer', false, false),
	('login_wait(text, text, integer, bigint)', 'integer', false, false),
	('login_device(text, bytea)', 'bigint', false, false),
	('login_forget(text, text, bigint)', 'void', false, false),
	('login_begin(text, text, integer, bytea)',
	    'TABLE(phc text, wait integer, user_id bigint, secret bytea)',
	    true, true),
	('login_uncount(text, text, bigint)', 'void', false, false),
	('logout()', 'void', true, true),
	('sessions_end(bigint)', 'integer', false, false),
	('password_begin(integer)', 'TABLE(phc text, wait integer)', true,
	    true),
	('password_change(bytea, text)', 'integer', true, true),
	('password_set(bigint, text)', 'integer', true, true),
	('invitation_create(bigint, bytea)', 'timestamp with time zone', true,
	    true),
	('invitation_user(bytea)', 'bigint', false, false),
	('invitation_good(bytea)', 'boolean', true, true),
	('invitation_redeem(bytea, text)', 'integer', true, true),
	('session_end(bigint)', 'boolean', true, true),
	('first_admin(text, text, text)', 'bigint', true, true),
	('api_key_create(text, text, bytea, timestamp with time zone)',
	    'SETOF cerberus.api_keys', true, true),
	('api_key_revoke(bigint, bigint)', 'boolean', true, true),
	('keep_an_admin()', 'trigger', true, false),
	('end_sessions()', 'trigger', true, false),
	('member_name(bigint)', 'text', true, true)) t (f, r, d, a);
SELECT pg_temp.expect('login_finish', ARRAY['cerberus_app'], ARRAY(
	SELECT 'cerberus_app' FROM pg_proc
	WHERE oid = 'cerberus.login_finish(text, text, bytea, bytea, text, bytea, text, integer, text, boolean, bigint, bytea, text)'::regprocedure
	AND prosecdef AND has_function_privilege('cerberus_app', oid, 'EXECUTE')
	AND NOT has_function_privilege('public', oid, 'EXECUTE')));
-- Only the right verifier matches; the PHC parameters leave out its hash.
SELECT pg_temp.expect('passwords', ARRAY['compared'], ARRAY(SELECT 'compared'
	FROM (SELECT '$argon2id$x$' || encode(sha256('right'), 'hex') AS h) p
	WHERE cerberus.password_matches(h, 'right')
	AND NOT cerberus.password_matches(h, 'wrong')
	AND NOT cerberus.password_matches(NULL, 'right')
	AND cerberus.phc_parameters(h) = '$argon2id$x'));
SELECT pg_temp.expect('tables', ARRAY['functions only'], ARRAY(
	SELECT 'functions only' WHERE NOT EXISTS (SELECT FROM unnest(ARRAY[
	    'token_uses', 'login_tries', 'invitations']) t
	WHERE has_table_privilege('cerberus_app', 'cerberus.' || t,
	    'SELECT, INSERT, UPDATE, DELETE'))));
SELECT pg_temp.expect('views', ARRAY['api_keys', 'members', 'sessions'], ARRAY(
	SELECT relname::text FROM pg_class
	WHERE relnamespace = 'cerberus'::regnamespace AND relkind = 'v'
	AND has_table_privilege('cerberus_app', oid, 'SELECT')
	AND (relname <> 'members' OR 'security_invoker=true' = ANY (reloptions))));

ROLLBACK;
