-- Verify cerberus:members on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect('view', ARRAY['members'], ARRAY(
	SELECT relname::text FROM pg_class
	WHERE oid = 'cerberus.members'::regclass AND relkind = 'v'
	AND 'security_invoker=true' = ANY (reloptions)
	AND has_table_privilege('cerberus_app', oid, 'SELECT')));
SELECT pg_temp.expect_table('cerberus.users', '{}', '{}', '{}', ARRAY[
	'keep_an_admin_updated cerberus.keep_an_admin',
	'keep_an_admin_deleted cerberus.keep_an_admin']);
SELECT pg_temp.expect('sequences', ARRAY['users', 'campaigns'], ARRAY(
	SELECT t FROM (VALUES ('users', 'users_user_id_seq'),
	    ('campaigns', 'campaigns_campaign_id_seq')) s (t, seq)
	WHERE has_sequence_privilege('cerberus_app', 'cerberus.' || seq,
	'SELECT')));
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('first_admin(text, text, text)',
	    'bigint', true, true, true),
	('keep_an_admin()',
	    'trigger', true, false, false),
	('member_name(bigint)',
	    'text', true, true, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
