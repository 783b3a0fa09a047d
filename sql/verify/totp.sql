-- Verify cerberus:totp on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.second_factors', ARRAY[
	'user_id bigint not null',
	'secret bytea not null',
	'last_step bigint not null default 0',
	'created_at timestamp with time zone not null default now()',
	'confirmed_at timestamp with time zone'], ARRAY[
	'PRIMARY KEY (user_id)',
	'FOREIGN KEY (user_id) REFERENCES cerberus.users(user_id) ON DELETE '
	    'CASCADE'],
	'{}', ARRAY['audit_added cerberus.totp_audit',
	'audit_removed cerberus.totp_audit']);
SELECT pg_temp.expect_table('cerberus.recovery_codes', ARRAY[
	'user_id bigint not null',
	'code_hash bytea not null',
	'used_at timestamp with time zone'], ARRAY[
	'PRIMARY KEY (user_id, code_hash)'], '{}');
SELECT pg_temp.expect('tables', ARRAY['functions only'], ARRAY(
	SELECT 'functions only' WHERE NOT EXISTS (SELECT FROM unnest(ARRAY[
	    'second_factors', 'recovery_codes']) t
	WHERE has_table_privilege('cerberus_app', 'cerberus.' || t,
	    'SELECT, INSERT, UPDATE, DELETE'))));
SELECT pg_temp.expect_function('cerberus.' || f, r, definer => d,
    for_app => a)
FROM (VALUES
	('totp_audit()', 'trigger', true, false),
	('totp_active()', 'boolean', true, true),
	('totp_user(bytea)', 'bigint', false, false),
	('totp_begin(bytea, integer)', 'TABLE(phc text, wait integer, user_id '
	    'bigint, username text, secret bytea, is_confirmed boolean)', true,
	    true),
	('totp_start(bytea, bytea, bytea)', 'boolean', true, true),
	('totp_confirm(bytea, bigint, bytea[], integer)', 'boolean', true,
	    true),
	('totp_take(bigint, bigint, bytea)', 'boolean', false, false),
	('totp_end(bytea, bytea, bigint, bytea)', 'boolean', true, true),
	('totp_missing(bigint, text)', 'boolean', false, false)) t (f, r, d, a);

ROLLBACK;
