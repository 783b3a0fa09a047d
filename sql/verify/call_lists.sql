-- Verify cerberus:call_lists on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.call_lists', ARRAY[
	'call_list_id bigint identity not null', 'campaign_id bigint not null',
	'segment_id bigint', 'turf_id bigint',
	'list_name character varying(200) not null',
	'people integer not null default 0',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()'], ARRAY[
	'PRIMARY KEY (call_list_id)', 'UNIQUE (call_list_id, campaign_id)'],
	ARRAY['CREATE INDEX btree (campaign_id, call_list_id)'],
	ARRAY['touch cerberus.touch', 'audit cerberus.audit_row']);
SELECT pg_temp.expect_table('cerberus.call_people', ARRAY[
	'call_id bigint identity not null', 'call_list_id bigint not null',
	'campaign_id bigint not null', 'voter_id bigint not null',
	'tries integer not null default 0',
	'due_at timestamp with time zone not null default now()'], ARRAY[
	'PRIMARY KEY (call_id)',
	'FOREIGN KEY (call_list_id, campaign_id) REFERENCES '
	    'cerberus.call_lists(call_list_id, campaign_id) ON DELETE CASCADE'],
	ARRAY['CREATE INDEX btree (call_list_id, voter_id)',
	'CREATE INDEX btree (voter_id)']);
SELECT pg_temp.expect_table('cerberus.call_holds', ARRAY[
	'campaign_id bigint not null', 'voter_id bigint not null',
	'call_id bigint not null', 'user_id bigint',
	'held_until timestamp with time zone not null'],
	ARRAY['PRIMARY KEY (campaign_id, voter_id)'],
	ARRAY['CREATE INDEX btree (call_id)']);
SELECT 1 / (count(*) = 3)::integer FROM pg_indexes
WHERE schemaname = 'cerberus' AND indexname IN ('call_people_next_idx',
	'call_lists_segment_id_key', 'call_lists_turf_id_key');
SELECT 1 / (count(*) = 11)::integer FROM pg_policy
WHERE polrelid IN ('cerberus.call_lists'::regclass,
	'cerberus.call_people'::regclass, 'cerberus.call_holds'::regclass);
SELECT 1 / (bool_and(relrowsecurity))::integer FROM pg_class
WHERE oid IN ('cerberus.call_lists'::regclass,
	'cerberus.call_people'::regclass, 'cerberus.call_holds'::regclass);
SELECT 1 / (NOT has_table_privilege('cerberus_app', 'cerberus.call_people',
	'DELETE'))::integer;

ROLLBACK;
