-- Verify cerberus:invitations on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.invitations', ARRAY[
	'invitation_id bigint identity not null',
	'user_id bigint not null',
	'token_hash bytea not null',
	'created_by bigint',
	'created_at timestamp with time zone not null default now()',
	'expires_at timestamp with time zone not null default (now() + '
	    '''72:00:00''::interval)',
	'used_at timestamp with time zone'], ARRAY[
	'CHECK ((octet_length(token_hash) = 32))',
	'FOREIGN KEY (user_id) REFERENCES cerberus.users(user_id) ON DELETE '
	    'CASCADE',
	'PRIMARY KEY (invitation_id)', 'UNIQUE (token_hash)'], ARRAY[
	'CREATE INDEX btree (user_id)']);
SELECT pg_temp.expect('rights on invitations', ARRAY['none'], ARRAY(
	SELECT 'none' WHERE NOT has_table_privilege('cerberus_app',
	'cerberus.invitations', 'SELECT, INSERT, UPDATE, DELETE')));
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('invitation_create(bigint, bytea)',
	    'timestamp with time zone', true, true, true),
	('invitation_user(bytea)',
	    'bigint', false, false, false),
	('invitation_good(bytea)',
	    'boolean', true, true, true),
	('invitation_redeem(bytea, text)',
	    'integer', true, true, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
