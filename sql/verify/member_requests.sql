-- Verify cerberus:member_requests on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.member_requests', ARRAY[
	'request_id bigint identity not null',
	'campaign_id bigint not null',
	'given character varying(254) not null',
	'role character varying(20) not null',
	'state character varying(20) not null default ''pending''::character '
	    'varying',
	'requested_by bigint',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()'], ARRAY[
	'PRIMARY KEY (request_id)',
	'FOREIGN KEY (campaign_id) REFERENCES cerberus.campaigns(campaign_id) '
	    'ON DELETE CASCADE',
	'FOREIGN KEY (requested_by) REFERENCES cerberus.users(user_id) ON '
	    'DELETE SET NULL'],
	'{}', ARRAY['touch cerberus.touch', 'audit cerberus.audit_row']);
SELECT pg_temp.expect('member_requests', ARRAY['read'], ARRAY(
	SELECT polname::text FROM pg_policy
	WHERE polrelid = 'cerberus.member_requests'::regclass
	AND pg_get_expr(polqual, polrelid) LIKE '%caller_is_admin%'));
SELECT pg_temp.expect('rights', ARRAY['reads', 'does not write'], ARRAY[
	CASE WHEN has_table_privilege('cerberus_app',
	    'cerberus.member_requests', 'SELECT') THEN 'reads' END,
	CASE WHEN NOT has_table_privilege('cerberus_app',
	    'cerberus.member_requests', 'INSERT, UPDATE, DELETE')
	    THEN 'does not write' END]);
SELECT pg_temp.expect_function('cerberus.' || f, r, definer => d,
    for_app => d)
FROM (VALUES
	('users_named(text)', 'SETOF bigint', false),
	('member_request(bigint, text, text)', 'boolean', true),
	('member_confirm(bigint)', 'TABLE(user_id bigint, created boolean)',
	    true),
	('member_decline(bigint)', 'boolean', true)) t (f, r, d);

ROLLBACK;
