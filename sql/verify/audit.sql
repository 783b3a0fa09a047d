-- Verify cerberus:audit on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.audit_log', ARRAY[
	'audit_id bigint identity not null',
	'at timestamp with time zone not null default now()',
	'user_id bigint',
	'request_id character varying(64)',
	'action character varying(20) not null',
	'table_name character varying(63) not null',
	'row_id bigint',
	'before jsonb',
	'after jsonb'], ARRAY[
	'PRIMARY KEY (audit_id)'], ARRAY[
	'CREATE INDEX btree (table_name, row_id)',
	'CREATE INDEX btree (user_id, audit_id) WHERE (user_id IS NOT NULL)',
	'CREATE INDEX brin (at)'], ARRAY[
	'keep cerberus.audit_keep',
	'keep_all cerberus.audit_keep']);
SELECT pg_temp.expect('audit triggers', ARRAY['campaigns audit', 'users audit',
	'campaign_members audit', 'voters audit', 'donations audit',
	'api_tokens audit_added', 'api_tokens audit_changed',
	'api_tokens audit_removed'],
	ARRAY(SELECT c.relname || ' ' || t.tgname FROM pg_trigger t
	JOIN pg_class c ON c.oid = t.tgrelid
	WHERE t.tgfoid = 'cerberus.audit_row()'::regprocedure
	AND t.tgenabled = 'O'));
SELECT pg_temp.expect('rights on audit_log', ARRAY['SELECT'], rights),
	pg_temp.expect('the list of rights on audit_log', rights,
	    ARRAY['SELECT'])
FROM (SELECT ARRAY(SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE',
	'DELETE', 'TRUNCATE']) p WHERE has_table_privilege('cerberus_app',
	'cerberus.audit_log', p)) AS rights) r;
SELECT pg_temp.expect('policy', ARRAY['read'], ARRAY(
	SELECT polname::text FROM pg_policy
	WHERE polrelid = 'cerberus.audit_log'::regclass AND polcmd = 'r'
	AND pg_get_expr(polqual, polrelid) LIKE '%caller_is_admin%'));
SELECT pg_temp.expect_function('cerberus.audit_row()', 'trigger',
	definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.audit_add(text, text, bigint, jsonb, '
    'jsonb)',
	'void', definer => false, for_app => false);
SELECT pg_temp.expect_function('cerberus.audit_import()', 'trigger',
	definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.audit_erase(bigint)', 'bigint',
	definer => true, for_app => false);

ROLLBACK;
