-- Verify cerberus:client_events on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.client_events', ARRAY[
	'client_event_id uuid not null',
	'user_id bigint default cerberus.caller_id()',
	'interaction_id bigint', 'content bytea',
	'undone_at timestamp with time zone',
	'created_at timestamp with time zone not null default now()'], ARRAY[
	'PRIMARY KEY (client_event_id)',
	'FOREIGN KEY (interaction_id) REFERENCES '
	    'cerberus.interactions(interaction_id) ON DELETE SET NULL'],
	'{}');
SELECT pg_temp.expect_function('cerberus.record_event(jsonb)',
	'TABLE(interaction_id bigint, repeated boolean)',
	definer => false, for_app => true);
SELECT pg_temp.expect_function(
	'cerberus.event_undo(cerberus.client_events)', 'void',
	definer => false, for_app => true);
SELECT 1 / (count(*) = 3)::integer FROM pg_policy
WHERE polrelid = 'cerberus.client_events'::regclass;
SELECT 1 / relrowsecurity::integer FROM pg_class
WHERE oid = 'cerberus.client_events'::regclass;
SELECT 1 / (NOT has_table_privilege('cerberus_app', 'cerberus.client_events',
	'DELETE'))::integer;

ROLLBACK;
