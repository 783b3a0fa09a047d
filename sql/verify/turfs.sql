-- Verify cerberus:turfs on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.turfs', ARRAY[
	'turf_id bigint identity not null', 'campaign_id bigint not null',
	'segment_id bigint', 'code character varying(6) not null',
	'turf_name character varying(200) not null', 'user_id bigint',
	'doors integer not null', 'people integer not null',
	'created_at timestamp with time zone not null default now()',
	'updated_at timestamp with time zone not null default now()'], ARRAY[
	'PRIMARY KEY (turf_id)', 'UNIQUE (code)',
	'FOREIGN KEY (campaign_id, user_id) REFERENCES '
	    'cerberus.campaign_members(campaign_id, user_id) '
	    'ON DELETE SET NULL (user_id)'],
	ARRAY['CREATE INDEX btree (campaign_id, turf_id)'],
	ARRAY['touch cerberus.touch', 'audit cerberus.audit_row']);
SELECT pg_temp.expect_table('cerberus.turf_voters', ARRAY[
	'turf_voter_id bigint identity not null', 'turf_id bigint not null',
	'voter_id bigint not null'], ARRAY['PRIMARY KEY (turf_voter_id)'],
	ARRAY['CREATE INDEX btree (turf_id, voter_id)', 'CREATE INDEX btree (voter_id)']);
SELECT pg_temp.expect_function('cerberus.turf_code(bigint)', 'text',
	definer => false, for_app => true);
SELECT 1 / (count(*) = 6)::integer FROM pg_policy
WHERE polrelid IN ('cerberus.turfs'::regclass, 'cerberus.turf_voters'::regclass);
SELECT 1 / relrowsecurity::integer FROM pg_class
WHERE oid IN ('cerberus.turfs'::regclass, 'cerberus.turf_voters'::regclass);
SELECT 1 / (NOT has_column_privilege('cerberus_app', 'cerberus.turfs', 'code',
	'UPDATE'))::integer;

ROLLBACK;
